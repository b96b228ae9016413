"""Runs a module of this tree on servers of its own: bin/bench, bin/chaos and bin/mechanisms.

With --migrated it also gets a database of its own, with all tables, which is dropped afterwards: what measures or
destroys never meets anyone's data, not even on a server named by DATABASE_URL.
"""

import contextlib
import sys

from embedded import processes
from embedded.environment import django_environment
from embedded.refusals import TREE, refuse_full_disk, refusing
from embedded.servers import manage_quietly, own_database, running
from embedded.translations import compile_translations


def main(words: list[str]) -> int:
    migrated, (module, *rest) = words[0] == "--migrated", [word for word in words if word != "--migrated"]
    refuse_full_disk(TREE)
    compile_translations()
    with contextlib.ExitStack() as stack:
        # What is measured is measured on a server that writes to its disk.
        servers = stack.enter_context(running(durable=migrated))
        url = stack.enter_context(own_database(servers.database_url)) if migrated else servers.database_url
        env = django_environment(url, servers.redis_url, var=servers.folder)
        manage_quietly(env, servers.folder, "collectstatic", "--no-input")
        if migrated:
            manage_quietly(env, servers.folder, "migrate", "--no-input")
        return processes.attend([sys.executable, "-m", module, *rest], env=env, cwd=TREE)


if __name__ == "__main__":
    sys.exit(refusing(lambda: main(sys.argv[1:])))
