"""The points of tracks: PostgreSQL's own table, cut by months of the phone's time; `services/partitions.py` makes them.

There is no partition for "the rest": to fill it would keep every new month waiting for a look through it.
"""

from django.db import migrations

MAKE = """
create table patrols_trackpoint (
    patrol_id bigint not null,
    at timestamptz not null,
    lng double precision not null,
    lat double precision not null,
    accuracy real not null,
    speed real,
    area_id bigint,
    marks smallint not null default 0
) partition by range (at);
create index patrols_trackpoint_of_patrol on patrols_trackpoint (patrol_id, at);
comment on table patrols_trackpoint is 'No foreign keys: each would ask once a point. Patrols and areas are never deleted.'
"""


class Migration(migrations.Migration):
    dependencies = [("patrols", "0001_patrols")]

    operations = [migrations.RunSQL(MAKE, "drop table patrols_trackpoint")]
