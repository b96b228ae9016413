"""`python -m chaos [NAME…] [--small]`: kills worker, broker, sweep and database with real processes; counts the damage.

Its servers are its own, started and thrown away here: what is killed with -9 must be nobody else's.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import django

from chaos.house import House


def main(words: list[str]) -> int:
    # Asked to end, it still takes down what it has put up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    small, names = "--small" in words, [word for word in words if not word.startswith("-")]
    with House() as house:
        os.environ.update(house.environment)
        django.setup()
        return run(house, names, small)


def run(house: House, names: list[str], small: bool) -> int:
    """Django is set up by now, so what needs its models is imported here."""
    from django.core.management import call_command

    from chaos import broker, crowd, whistles  # noqa: F401  (they tell stories too)
    from chaos.stories import stories

    unknown = [name for name in names if name not in stories]
    if unknown:
        print(f"no such story: {', '.join(unknown)}; known: {', '.join(stories)}", file=sys.stderr)
        return 2
    call_command("migrate", verbosity=0)
    passed = True
    for name in names or stories:
        began = time.monotonic()
        found = stories[name](house, small)
        passed &= not found.damage
        line = {"story": name, "ok": not found.damage, **found.counts, "seconds": round(time.monotonic() - began, 1)}
        print(json.dumps(line | ({"damage": found.damage} if found.damage else {}), ensure_ascii=False), flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
