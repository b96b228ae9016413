"""A scheme by which a month was assessed stands as it is, with all its parts; only its state may go on to “replaced”.

An entered mark is never changed or taken away either: a later one takes its place.
"""

from django.db import migrations

FORWARD = """
create function assessment_used_scheme_stands() returns trigger language plpgsql as $$
begin
    if not exists (select from assessment_assessment where scheme_id = old.id) then
        return case when tg_op = 'DELETE' then old else new end;
    end if;
    if tg_op = 'UPDATE' and old.state = 'active' and new.state = 'retired' then
        old.state := new.state;
    end if;
    if tg_op = 'UPDATE' and old is not distinct from new then
        return new;
    end if;
    raise exception 'months were assessed by scheme %, it stands as it is', old.id using errcode = 'restrict_violation';
end $$;

create function assessment_used_part_stands() returns trigger language plpgsql as $$
declare
    scheme_before bigint;
    scheme_after bigint;
begin
    if tg_table_name = 'assessment_indicator' then
        if tg_op <> 'INSERT' then
            select scheme_id into scheme_before from assessment_dimension where id = old.dimension_id;
        end if;
        if tg_op <> 'DELETE' then
            select scheme_id into scheme_after from assessment_dimension where id = new.dimension_id;
        end if;
    else
        if tg_op <> 'INSERT' then scheme_before := old.scheme_id; end if;
        if tg_op <> 'DELETE' then scheme_after := new.scheme_id; end if;
    end if;
    if tg_op = 'UPDATE' and old is not distinct from new then
        return new;
    end if;
    if exists (select from assessment_assessment where scheme_id in (scheme_before, scheme_after)) then
        raise exception 'months were assessed by scheme %, its parts stand as they are',
            coalesce(scheme_before, scheme_after) using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

create function assessment_entry_is_forever() returns trigger language plpgsql as $$
begin
    raise exception 'an entered mark is never changed, a later one takes its place' using errcode = 'restrict_violation';
end $$;

create trigger assessment_used_scheme_stands before update or delete on assessment_scheme
    for each row execute function assessment_used_scheme_stands();
create trigger assessment_used_part_stands before insert or update or delete on assessment_dimension
    for each row execute function assessment_used_part_stands();
create trigger assessment_used_part_stands before insert or update or delete on assessment_indicator
    for each row execute function assessment_used_part_stands();
create trigger assessment_used_part_stands before insert or update or delete on assessment_band
    for each row execute function assessment_used_part_stands();
create trigger assessment_used_part_stands before insert or update or delete on assessment_peergroup
    for each row execute function assessment_used_part_stands();
create trigger assessment_entry_is_forever before update or delete on assessment_entry
    for each row execute function assessment_entry_is_forever();
"""
BACK = """
drop trigger assessment_entry_is_forever on assessment_entry;
drop trigger assessment_used_part_stands on assessment_peergroup;
drop trigger assessment_used_part_stands on assessment_band;
drop trigger assessment_used_part_stands on assessment_indicator;
drop trigger assessment_used_part_stands on assessment_dimension;
drop trigger assessment_used_scheme_stands on assessment_scheme;
drop function assessment_entry_is_forever();
drop function assessment_used_part_stands();
drop function assessment_used_scheme_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_assessment")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
