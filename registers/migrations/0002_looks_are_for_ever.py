"""The database's own refusal to change or delete a look."""

from django.db import migrations

REFUSE = """
create function registers_look_is_forever() returns trigger language plpgsql as $$
begin
    raise exception 'looks are append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger registers_look_is_forever before update or delete on registers_look
    for each row execute function registers_look_is_forever();
"""
UNDO = """
drop trigger registers_look_is_forever on registers_look;
drop function registers_look_is_forever();
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_people_and_homes")]

    operations = [migrations.RunSQL(REFUSE, UNDO)]
