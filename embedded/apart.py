"""Runs a module of this tree on servers of its own: bin/bench, bin/chaos and bin/mechanisms.

With --migrated it also gets a database of its own, with all tables, which is dropped afterwards: what measures or
destroys never meets anyone's data, not even on a server named by DATABASE_URL. With --template such a database is there
to be copied by the tests that the module runs.
"""

import contextlib
import sys
from urllib.parse import urlsplit

from embedded import processes
from embedded.environment import django_environment
from embedded.refusals import TREE, refuse_full_disk, refusing
from embedded.servers import manage_quietly, own_database, running
from embedded.translations import compile_translations


def main(words: list[str]) -> int:
    how, module, *rest = words if words[0].startswith("--") else ["", *words]
    migrated, template = how == "--migrated", how == "--template"
    refuse_full_disk(TREE)
    compile_translations()
    with contextlib.ExitStack() as stack:
        # What is measured is measured on a server that writes to its disk.
        servers = stack.enter_context(running(durable=migrated))
        own = stack.enter_context(own_database(servers.database_url)) if migrated or template else ""
        env = django_environment(own if migrated else servers.database_url, servers.redis_url, var=servers.folder)
        manage_quietly(env, servers.folder, "collectstatic", "--no-input")
        if own:
            manage_quietly({**env, "DATABASE_URL": own}, servers.folder, "migrate", "--no-input")
        if template:
            env["TEST_TEMPLATE"] = urlsplit(own).path.removeprefix("/")
        return processes.attend([sys.executable, "-m", module, *rest], env=env, cwd=TREE)


if __name__ == "__main__":
    sys.exit(refusing(lambda: main(sys.argv[1:])))
