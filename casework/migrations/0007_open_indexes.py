from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_queue_covering")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["area_path"],
                include=["city", "kind", "due_at", "id", "reported_by"],
                name="case_open_subtree",
                opclasses=["text_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("lamp", 2)),
                fields=["city", "due_at", "id"],
                include=["kind", "area_path", "reported_by"],
                name="case_red_queue",
            ),
        ),
    ]
