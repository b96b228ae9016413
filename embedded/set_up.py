"""The stages of the first-time set-up: each is done once, and again only when what it is made from has changed."""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from embedded import processes
from embedded.postgres import Postgres
from embedded.refusals import TREE, Refused
from embedded.screen import Screen
from embedded.state import State
from embedded.stores import DATABASE
from embedded.translations import compile_translations

CITY = "config/cities/hongqiao"
# Lived through the real services, five to ten orders a second: enough to see every lamp, in a minute or two.
DEMO = ["simulate", "--city", "hongqiao", "--days", "30", "--seed", "1", "--most", "600", "--branches"]
# One whistle in each state around the same moment, in some seconds.
WHISTLES = ["simulate_whistles", "--city", "hongqiao", "--demo"]
# People to visit and points to walk by, in the grids of the demo accounts and some beside them; some seconds each.
PEOPLE = ["simulate_registers", "--city", "hongqiao"]
PATROLS = ["simulate_patrols", "--city", "hongqiao"]
# Last month's boards of a few streets, from the orders above.
BOARDS = ["simulate_assessments", "--city", "hongqiao"]
PRODUCTION = "requirements/production.lock"
# What can be begun again, or goes on where it stopped; loading a city twice would leave a second rulebook behind.
REPEATABLE = (None, "tables", "static", "demo", "whistles", "people", "patrols", "boards")


def _ignore(line: str) -> None:
    pass


def _nothing() -> None:
    pass


@dataclass
class SetUp:
    """Runs manage.py stage by stage, and remembers in `state` what is done."""

    var: Path
    state: State
    env: Mapping[str, str]
    screen: Screen
    tree: Path = TREE

    def refuse_broken_off(self) -> None:
        """Once the site was open somebody may have entered something: then nothing is thrown away unasked."""
        if self.state.opened and self.state.begun not in REPEATABLE:
            raise Refused(
                f"The earlier set-up was broken off in the stage “{self.state.begun}”: remove the folder "
                f"{self.var / 'postgres'} (it holds the data) and start again. (上次安装中断，请删除该目录后重新开始)"
            )

    def prepare(self, postgres: Postgres) -> None:
        """Everything that must be there before the first page."""
        if not self.state.opened and self.state.begun not in REPEATABLE:
            self.screen.say("The earlier set-up was broken off; it is begun again. 上次安装未完成，重新开始")
            postgres.drop_database(DATABASE)
            self.state.forget()
        self.bring_up_to_date(postgres)
        self._collect_static_files()
        self._stage("city", "", "Loading the city 载入城市", lambda: self._manage("load_city", CITY))
        self._stage("accounts", "", "Opening the demo accounts 开通演示账号", self._open_accounts)

    def bring_up_to_date(self, postgres: Postgres) -> None:
        compile_translations(self.tree)
        postgres.make_database(DATABASE)
        mark = fingerprint([*self.tree.glob("*/migrations/*.py"), self.tree / PRODUCTION])
        self._stage("tables", mark, "Making the tables 建立数据表", lambda: self._manage("migrate", "--no-input"))

    def fill_demo(self, meanwhile: Callable[[], None]) -> None:
        """Broken off, it goes on where it stopped: the same seed, and the same last moment, live the same days."""

        def made(words: list[str], *, until: bool = False) -> Callable[[], None]:
            def make() -> None:
                said = datetime.now(UTC).isoformat(timespec="seconds")
                last = ["--until", self.state.remember("demo until", said)] if until else []
                self._manage(*words, *last, on_line=self.screen.progress, meanwhile=meanwhile)

            return make

        filling = "Filling the demo; the site is open meanwhile 填充演示数据，期间网站可用"
        self._stage("demo", "", filling, made(DEMO, until=True))
        self._stage("whistles", "", "Blowing the demo's whistles 填充演示哨", made(WHISTLES, until=True))
        self._stage("people", "", "Inventing people to visit 填充演示走访对象", made(PEOPLE))
        self._stage("patrols", "", "Walking the demo's rounds 填充演示巡查", made(PATROLS))
        self._stage("boards", "", "Assessing the demo's last month 生成演示考核榜", made(BOARDS))

    def accounts(self) -> list[dict[str, str]]:
        return list(json.loads(self.accounts_file.read_text()))

    def _collect_static_files(self) -> None:
        def collect() -> None:
            self._manage("collectstatic", "--no-input", "--clear")

        mark = fingerprint([*_files(self.tree / "static"), self.tree / PRODUCTION])
        if not (self.var / "static").exists():
            self.state.done.pop("static", None)
        self._stage("static", mark, "Collecting the static files 收集静态文件", collect)

    def _open_accounts(self) -> None:
        said: list[str] = []
        self._manage("demo_accounts", "--json", on_line=said.append)
        accounts = [line for line in said if line.startswith("[{")]
        if not accounts:
            raise Refused(f"demo_accounts named no accounts; the end of {self.log} says why. (未能开通演示账号)")
        with open(os.open(self.accounts_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(accounts[-1] + "\n")

    def _stage(self, name: str, mark: str, sentence: str, do: Callable[[], None]) -> None:
        if self.state.is_done(name, mark):
            return
        self.screen.say(sentence)
        self.state.begin(name)
        do()
        self.state.finish(name, mark)

    @property
    def log(self) -> Path:
        return self.var / "log" / "set-up.log"

    @property
    def accounts_file(self) -> Path:
        return self.var / "demo-accounts.json"

    def _manage(
        self, *words: str | Path, on_line: Callable[[str], None] = _ignore, meanwhile: Callable[[], None] = _nothing
    ) -> None:
        command = [sys.executable, "manage.py", *words]
        code = processes.follow(
            command, log=self.log, env=self.env, cwd=self.tree, on_line=on_line, meanwhile=meanwhile
        )
        if code:
            raise Refused(f"manage.py {words[0]} failed; the end of {self.log} says why. (安装步骤失败，见日志)")


def fingerprint(files: Iterable[Path]) -> str:
    """Changes with the name or a byte of any of the files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]
