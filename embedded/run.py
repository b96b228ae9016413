"""bin/run: the whole house on this machine, from an empty folder to the address in the browser."""

import contextlib
import http.client
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from embedded import processes
from embedded.instance import Instance, announce, only_one
from embedded.refusals import VAR, Refused, before_installing, chosen_port, refusing
from embedded.screen import Screen
from embedded.set_up import SetUp
from embedded.state import read_state
from embedded.stores import Stores, stores
from embedded.supervisor import Program, Service, stoppable

USAGE = "bin/run takes no words; PORT=8001 bin/run chooses the port. (bin/run 不接受参数，端口用 PORT= 指定)"

# A browser opens connections ahead of need, and a sync worker would sit and wait on each.
THREADED = "--worker-class gthread --workers 2 --threads 4"


def main(words: list[str]) -> int:
    if words:
        raise Refused(USAGE)
    port = chosen_port(os.environ)
    with only_one(VAR), stoppable():
        before_installing(port)
        run(port)
    return 0


def run(port: int) -> None:
    screen = Screen()
    state = read_state(VAR)
    screen.say("Starting PostgreSQL and Valkey 启动数据库")
    with stores(state, screen.say) as house:
        set_up = SetUp(VAR, state, house.environment(port), screen)
        set_up.refuse_broken_off()
        set_up.prepare(house.postgres)
        open_site(house, set_up, port)
        house.supervisor.start(worker(set_up.env))
        house.supervisor.start(beat(set_up.env))
        set_up.fill_demo(meanwhile=house.supervisor.look)
        screen.plain(welcome(f"http://127.0.0.1:{port}/", set_up.accounts()))
        with screen.farewell():
            house.supervisor.watch()


def open_site(house: Stores, set_up: SetUp, port: int) -> None:
    """From here on people may enter something, and the set-up is never begun again by itself."""
    set_up.state.open()
    site = web({**set_up.env, "PROMETHEUS_MULTIPROC_DIR": empty_folder(VAR / "metrics")}, port)
    house.supervisor.start(site)
    if not processes.wait_until(lambda: answers(port) or not site.alive(), 60) or not site.alive():
        raise Refused(f"The web server did not start; the end of {site.log} says why. (网站未能启动，见日志)")
    address = f"http://127.0.0.1:{port}/"
    announce(VAR, Instance(os.getpid(), address, set_up.env["DATABASE_URL"], set_up.env["REDIS_URL"]))
    set_up.screen.say(f"The site answers: {address} 网站已可访问")


def empty_folder(folder: Path) -> str:
    """The web server's processes add up their figures here; those of an earlier start are no part of it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return str(folder)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    return False


def web(env: Mapping[str, str], port: int) -> Program:
    words = f"-m gunicorn config.wsgi:application --bind 127.0.0.1:{port} {THREADED}"
    return _program("web", f"{words} --graceful-timeout 5 --no-control-socket", env)


def worker(env: Mapping[str, str]) -> Service:
    return _program("worker", "-m celery --app config.celery:app worker --concurrency 2 --loglevel INFO", env)


def beat(env: Mapping[str, str]) -> Service:
    words = ["-m", "celery", "--app", "config.celery:app", "beat", "--loglevel", "INFO", "--pidfile", ""]
    return _program("beat", [*words, "--schedule", VAR / "celerybeat-schedule"], env)


def _program(name: str, words: str | list[str | Path], env: Mapping[str, str]) -> Program:
    given = words.split() if isinstance(words, str) else words
    return Program(name, [sys.executable, *given], env=env, log=VAR / "log" / f"{name}.log")


def welcome(address: str, accounts: list[dict[str, str]]) -> str:
    wide = max((len(account["username"]) for account in accounts), default=0)
    lines = [f"  {each['username']:<{wide}}  {each['password']}  {_who(each)}" for each in accounts]
    return "\n".join(
        [
            "",
            f"Open {address} and sign in as one of these; Ctrl-C stops everything. 打开网址并登录，Ctrl-C 停止",
            *lines,
            "",
        ]
    )


def _who(account: dict[str, str]) -> str:
    return "  ".join(account[each] for each in ("role", "place") if account.get(each))


if __name__ == "__main__":
    sys.exit(refusing(lambda: main(sys.argv[1:])))
