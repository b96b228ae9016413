"""`python -m bench [NAME…] [--small]`: measures on a database of its own; exits 1 where a bound is passed."""

from __future__ import annotations

import os
import signal
import sys

import django

from embedded.servers import own_database

MODULES = ("ground", "sweeping", "publication", "opening", "lists", "desk", "tracking", "assessing")


def main(words: list[str]) -> int:
    # Asked to end, it still takes down what it has put up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    small, names = "--small" in words, [word for word in words if not word.startswith("-")]
    with own_database(os.environ["DATABASE_URL"]) as url:
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        return run(names, small)


def run(names: list[str], small: bool) -> int:
    """Django is set up by now, so what needs its models is imported here."""
    from django.core.management import call_command
    from django.db import connections

    from bench.figures import measurements

    for module in MODULES:
        __import__(f"bench.{module}")
    unknown = [name for name in names if name not in measurements]
    if unknown:
        print(f"no such figure: {', '.join(unknown)}; known: {', '.join(measurements)}", file=sys.stderr)
        return 2
    call_command("migrate", verbosity=0)
    passed = True
    for name in names or measurements:
        for figure in measurements[name](small):
            print(figure.line(), flush=True)
            passed &= figure.ok
    connections.close_all()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
