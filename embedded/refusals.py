"""Why bin/run refuses to start: each reason is one sentence that says what to do, and exit code 2.

Uses the standard library alone, so that bin/run can ask before it installs anything.
"""

import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
VAR = TREE / "var"
ENOUGH_DISK = 1024**3


class Refused(Exception):
    """A sentence for the person at the terminal; nothing was changed."""


def chosen_port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Refused(f"PORT={text} is not a port: choose a number from 1 to 65535. (PORT 应为 1–65535 的数字)")
    return int(text)


def refuse_port_in_use(port: int) -> None:
    with socket.socket() as probe:
        # As gunicorn binds: a connection that is only winding down does not count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refused(
                f"Port {port} needs more rights: choose one above 1023, PORT=8001 bin/run. (端口需更高权限)"
            ) from None
        except OSError:
            raise Refused(
                f"Port {port} is in use: choose another, PORT={_next(port)} bin/run. (端口已被占用，请换一个)"
            ) from None


def _next(port: int) -> int:
    return port + 1 if port < 65535 else 8000


def refuse_full_disk(folder: Path, enough: int = ENOUGH_DISK) -> None:
    free = shutil.disk_usage(folder).free
    if free < enough:
        raise Refused(
            f"Only {free // 1024**2} MB are free on the disk of {folder}, at least {enough // 1024**2} MB are needed: "
            "make room and start again. (磁盘空间不足，请清理后重试)"
        )


def refuse_unwritable(folder: Path) -> None:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not nearest.is_dir():
        raise Refused(f"{nearest} is not a folder: move it away and start again. ({nearest.name} 不是文件夹，请移走)")
    try:
        tempfile.TemporaryFile(dir=nearest).close()  # asking for the rights alone is answered yes to root, always
    except OSError:
        sentence = f"{nearest} cannot be written to: give your user the right to. (目录不可写，请检查权限)"
        raise Refused(sentence) from None


def before_installing(port: int, folder: Path = VAR) -> None:
    refuse_unwritable(folder)
    refuse_full_disk(folder if folder.exists() else folder.parent)
    refuse_port_in_use(port)


def refusing(main: Callable[[], int | None]) -> int:
    """Runs `main`, and turns a refusal into its sentence and exit code 2."""
    try:
        return main() or 0
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
