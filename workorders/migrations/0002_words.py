"""How an order's words are cut for the search: without marks and spaces, in pairs of signs, the last sign alone too.

The index over these (`order_words`) is on the functions' result: there is no column to be written, and none to forget.
"""

from django.db import migrations

# Spaces, ASCII marks, general and Chinese punctuation; what NFKC makes of full-width signs is among the ASCII ones.
MARKS = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]"
PLAIN = "regexp_replace(lower(normalize({0}, NFKC)), '" + MARKS + "', '', 'g')"
# Put together from constants of this file alone.
FUNCTIONS = [
    "create function workorders_plain(told text) returns text language sql immutable strict parallel safe "
    f"as $$ select {PLAIN.format('told')} $$",
    "create function workorders_grams(words text, place text) returns tsvector language sql immutable parallel safe "  # noqa: S608
    "cost 3000 as $$ select array_to_tsvector(coalesce(array_agg(distinct substr(line, n, 2)), '{}')) "
    f"from (values ({PLAIN.format('words')}), ({PLAIN.format('place')})) told(line), "
    "generate_series(1, length(line)) n $$",
    # One sign: every pair that begins with it. Nothing but marks: null, which finds nothing.
    "create function workorders_sought(told text) returns tsquery language sql immutable strict parallel safe as $$ "  # noqa: S608
    "select case length(line) when 0 then null when 1 then ('''' || line || ''':*')::tsquery else "
    "(select string_agg('''' || substr(line, n, 2) || '''', ' & ') from generate_series(1, length(line) - 1) n)"
    f"::tsquery end from (values ({PLAIN.format('told')})) asked(line) $$",
]
AWAY = [
    "drop function workorders_sought(text)",
    "drop function workorders_grams(text, text)",
    "drop function workorders_plain(text)",
]


class Migration(migrations.Migration):
    dependencies = [("workorders", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, AWAY)]
