"""What the open orders say, in a table and an index of its own, so that a desk's search reads nothing of closed ones.

PostgreSQL keeps it: whichever way an order is opened, told anew, closed or opened again, no code can forget it.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

KEEP = """
create function workorders_say_open() returns trigger language plpgsql as $$
begin
    insert into workorders_openwords (order_id, grams)
    select made.case_ptr_id, workorders_grams(made.words, made.place)
    from made join casework_case c on c.id = made.case_ptr_id where c.closed_at is null;
    return null;
end $$;
create trigger workorders_say_open after insert on workorders_workorder referencing new table as made
    for each statement execute function workorders_say_open();

create function workorders_say_anew() returns trigger language plpgsql as $$
begin
    update workorders_openwords set grams = workorders_grams(new.words, new.place) where order_id = new.case_ptr_id;
    return null;
end $$;
create trigger workorders_say_anew after update of words, place on workorders_workorder
    for each row when ((old.words, old.place) is distinct from (new.words, new.place))
    execute function workorders_say_anew();

create function workorders_say_while_open() returns trigger language plpgsql as $$
begin
    if new.closed_at is not null then
        delete from workorders_openwords where order_id = new.id;
    else
        insert into workorders_openwords (order_id, grams)
        select case_ptr_id, workorders_grams(words, place) from workorders_workorder where case_ptr_id = new.id
        on conflict do nothing;
    end if;
    return null;
end $$;
create trigger workorders_say_while_open after update of closed_at on casework_case
    for each row when ((old.closed_at is null) <> (new.closed_at is null))
    execute function workorders_say_while_open();

insert into workorders_openwords (order_id, grams)
select o.case_ptr_id, workorders_grams(o.words, o.place)
from workorders_workorder o join casework_case c on c.id = o.case_ptr_id where c.closed_at is null;
"""
LEAVE = """
drop trigger workorders_say_while_open on casework_case;
drop trigger workorders_say_anew on workorders_workorder;
drop trigger workorders_say_open on workorders_workorder;
drop function workorders_say_while_open();
drop function workorders_say_anew();
drop function workorders_say_open();
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0003_in_full"), ("casework", "0004_in_full")]

    operations = [
        migrations.CreateModel(
            name="OpenWords",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="workorders.workorder",
                    ),
                ),
                ("grams", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={"indexes": [django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="open_words")]},
        ),
        migrations.RunSQL(KEEP, LEAVE),
    ]
