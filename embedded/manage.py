"""bin/manage: manage.py on the database of bin/run, whether that is running or not."""

import os
import sys
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from embedded import processes
from embedded.environment import django_environment
from embedded.instance import only_one, running
from embedded.programs import postgres_programs
from embedded.refusals import TREE, VAR, refuse_full_disk, refuse_unwritable, refusing
from embedded.screen import Screen
from embedded.set_up import SetUp
from embedded.state import read_state
from embedded.stores import stores


def main(words: list[str]) -> int:
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return manage(words, os.environ)
    if found := running(VAR):
        return manage(words, django_environment(found.database_url, found.redis_url, var=VAR))
    return manage_alone(words)


def manage_alone(words: list[str]) -> int:
    """The servers run as long as the command does."""
    refuse_unwritable(VAR)
    refuse_full_disk(TREE)
    with only_one(VAR):
        state = read_state(VAR)
        screen = Screen()
        with stores(state, screen.say) as house:
            env = house.environment()
            SetUp(VAR, state, env, screen).bring_up_to_date(house.postgres)
            state.open()  # what the command enters must not be thrown away by a later set-up
            return manage(words, env)


def manage(words: list[str], env: Mapping[str, str]) -> int:
    return processes.attend([sys.executable, TREE / "manage.py", *words], env={**env, **for_psql(env["DATABASE_URL"])})


def for_psql(database_url: str) -> dict[str, str]:
    """`dbshell` starts psql, which knows nothing of the address's query."""
    socket = dict(parse_qsl(urlsplit(database_url).query))
    if "host" not in socket:
        return {}
    path = f"{os.environ.get('PATH', '')}{os.pathsep}{postgres_programs()}"
    return {"PGHOST": socket["host"], "PGPORT": socket["port"], "PATH": path}


if __name__ == "__main__":
    sys.exit(refusing(lambda: main(sys.argv[1:])))
