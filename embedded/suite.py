"""bin/test: the tests, on servers of their own that are thrown away. `--browser` installs Chromium first."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from embedded import processes
from embedded.environment import django_environment
from embedded.refusals import TREE, Refused, refuse_full_disk, refusing
from embedded.servers import Servers, manage_quietly, own_database, running
from embedded.translations import compile_translations

BROWSER_PACKAGES = ["chromium", "fonts-wqy-microhei", "libatomic1"]
# These decide themselves how many processes there are, or want the terminal.
ALONE = (
    "-n",
    "--numprocesses",
    "--pdb",
    "--collect-only",
    "--co",
    "--help",
    "-h",
    "--version",
    "--fixtures",
    "--markers",
)
PLUGINS = ["-p", "tests.no_skips", "-p", "tests.browsers", "-p", "tests.turns"]


def main(words: list[str]) -> int:
    refuse_full_disk(TREE)
    if "--browser" in words:
        install_browser()
        words = [word for word in words if word != "--browser"]
    compile_translations()
    with running() as servers, own_database(servers.database_url) as template:
        env = django_environment(servers.database_url, servers.redis_url, var=servers.folder)
        _prepare(servers, env, template)
        env["TEST_TEMPLATE"] = urlsplit(template).path.removeprefix("/")
        return processes.attend([sys.executable, "-m", "pytest", *PLUGINS, *_workers(words), *words], env=env, cwd=TREE)


def _prepare(servers: Servers, env: dict[str, str], template: str) -> None:
    """At the same time: the static files, and a migrated database of which every process of the run makes a copy."""
    with ThreadPoolExecutor() as pool:
        files = pool.submit(manage_quietly, env, servers.folder, "collectstatic", "--no-input")
        manage_quietly({**env, "DATABASE_URL": template}, servers.folder, "migrate", "--no-input")
        files.result()


def _workers(words: list[str]) -> list[str]:
    if any(word.startswith(ALONE) for word in words):
        return []
    # File by file, as tests/turns.py orders them: the tests of a file share its browser, its city, its scene.
    return ["-n", os.environ.get("TEST_WORKERS", "2"), "--dist", "loadfile", "--no-loadscope-reorder"]


def install_browser() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Refused(
            "--browser installs Debian's packages and needs apt-get and root; or install Chromium yourself and "
            "name it, CHROMIUM=/path/to/chromium bin/test. (--browser 需要 root 与 apt-get)"
        )
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *BROWSER_PACKAGES]):
        if subprocess.run(["apt-get", *command], env=env, stdin=subprocess.DEVNULL, check=False).returncode:
            raise Refused("apt-get could not install Chromium; the lines above say why. (浏览器安装失败)")


if __name__ == "__main__":
    sys.exit(refusing(lambda: main(sys.argv[1:])))
