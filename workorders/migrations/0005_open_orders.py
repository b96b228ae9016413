"""What the open orders are found by besides their words: class and source, in the table that holds only open ones.

Closed orders of a class are ten times as many, and a list of open ones read them all to leave them out.
"""

import django.db.models.deletion
from django.db import migrations, models

FOLLOW = """
create or replace function workorders_say_open() returns trigger language plpgsql as $$
begin
    insert into workorders_openorder (order_id, grams, category_id, source)
    select made.case_ptr_id, workorders_grams(made.words, made.place), made.category_id, made.source
    from made join casework_case c on c.id = made.case_ptr_id where c.closed_at is null;
    return null;
end $$;

create or replace function workorders_say_anew() returns trigger language plpgsql as $$
begin
    update workorders_openorder
    set grams = workorders_grams(new.words, new.place), category_id = new.category_id, source = new.source
    where order_id = new.case_ptr_id;
    return null;
end $$;
drop trigger workorders_say_anew on workorders_workorder;
create trigger workorders_say_anew after update of words, place, category_id, source on workorders_workorder
    for each row when ((old.words, old.place, old.category_id, old.source)
        is distinct from (new.words, new.place, new.category_id, new.source))
    execute function workorders_say_anew();

create or replace function workorders_say_while_open() returns trigger language plpgsql as $$
begin
    if new.closed_at is not null then
        delete from workorders_openorder where order_id = new.id;
    else
        insert into workorders_openorder (order_id, grams, category_id, source)
        select case_ptr_id, workorders_grams(words, place), category_id, source
        from workorders_workorder where case_ptr_id = new.id
        on conflict do nothing;
    end if;
    return null;
end $$;
"""
# Checked at once: a row whose check still waits for the transaction's end is in the way of the table's next change.
FILL = """
set constraints all immediate;
update workorders_openorder f set category_id = o.category_id, source = o.source
from workorders_workorder o where o.case_ptr_id = f.order_id;
set constraints all deferred;
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0004_open_words")]

    operations = [
        migrations.RenameModel("OpenWords", "OpenOrder"),
        migrations.AddField(
            "OpenOrder",
            "category",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workorders.category",
            ),
        ),
        migrations.AddField("OpenOrder", "source", models.CharField(max_length=20, default="")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "OpenOrder",
            "category",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workorders.category",
            ),
        ),
        migrations.AlterField("OpenOrder", "source", models.CharField(max_length=20)),
        migrations.AddIndex("OpenOrder", models.Index(fields=["category", "source"], name="open_orders_of_category")),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
    ]
