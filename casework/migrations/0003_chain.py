"""The hash of an event, and the database's own refusal to change or delete one."""

from django.db import migrations

HASH = """
create function casework_event_hash(
    previous text, case_id bigint, seq integer, verb text, actor_id bigint, before text, after text, note text,
    facts jsonb, at timestamptz
) returns text language sql immutable parallel safe as $$
    select encode(sha256(convert_to(jsonb_build_array(
        previous, case_id, seq, verb, actor_id, before, after, note, facts,
        (extract(epoch from at) * 1000000)::bigint
    )::text, 'UTF8')), 'hex')
$$
"""
REFUSE = """
create function casework_event_is_forever() returns trigger language plpgsql as $$
begin
    raise exception 'events are append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger casework_event_is_forever before update or delete on casework_event
    for each row execute function casework_event_is_forever();
"""
UNDO = """
drop trigger casework_event_is_forever on casework_event;
drop function casework_event_is_forever();
drop function casework_event_hash(text, bigint, integer, text, bigint, text, text, text, jsonb, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_initial")]

    operations = [migrations.RunSQL(HASH + ";" + REFUSE, UNDO)]
