"""One sweep in a process of its own, slow enough to be killed in the middle of a batch: `python -m chaos.sweeper`.

It says how many answers it has given, and which backend of PostgreSQL works for it, so that either can be killed.
"""

from __future__ import annotations

import sys
import time

import django


def main() -> None:
    django.setup()
    from django.db import connection
    from django.db.models import F, Value
    from django.db.models.functions import Concat

    from bench.world import CLOCK
    from casework.answers import when
    from casework.models import Case, Rung
    from casework.services.sweep import sweep_deadlines

    answered = 0

    @when(CLOCK, "missed")
    def mark(rung: Rung) -> None:
        """What an answer causes, countable: one mark for one red lamp."""
        nonlocal answered
        answered += 1
        Case.objects.filter(pk=rung.case_id).update(title=Concat(F("title"), Value("!")))
        print(answered, flush=True)
        time.sleep(0.01)

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        print("backend", cursor.fetchone()[0], flush=True)
    print("fired", sweep_deadlines(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
