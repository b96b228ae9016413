"""How far the first-time set-up of var/ has come: written before and after each stage, so a broken-off one shows."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from embedded.refusals import Refused

FORMAT = 1


@dataclass
class State:
    """`done`: each stage with the fingerprint of what it was made from; `opened`: people may have entered something."""

    file: Path
    done: dict[str, str] = field(default_factory=dict)
    begun: str | None = None
    opened: bool = False
    notes: dict[str, str] = field(default_factory=dict)

    def begin(self, stage: str) -> None:
        self.begun = stage
        self.write()

    def finish(self, stage: str, fingerprint: str) -> None:
        self.done[stage] = fingerprint
        self.begun = None
        self.write()

    def remember(self, note: str, text: str) -> str:
        """The text of the first time, however often it is asked."""
        if note not in self.notes:
            self.notes[note] = text
            self.write()
        return self.notes[note]

    def open(self) -> None:
        if not self.opened:
            self.opened = True
            self.write()

    def forget(self) -> None:
        self.done, self.begun, self.opened, self.notes = {}, None, False, {}
        self.write()

    def is_done(self, stage: str, fingerprint: str) -> bool:
        return self.done.get(stage) == fingerprint

    def write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in asdict(self).items() if name != "file"}
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps({"format": FORMAT, **kept}, indent=1) + "\n")
        beside.replace(self.file)


def read_state(var: Path) -> State:
    """What an earlier bin/run left in `var`; a state that cannot be understood is refused, not guessed."""
    file = var / "state.json"
    if not file.exists():
        return _state_of_nothing(file, var)
    try:
        found = json.loads(file.read_text())
        if found.pop("format") != FORMAT:
            raise ValueError
        state = State(file, **found)
    except (ValueError, TypeError, KeyError, AttributeError, OSError):
        raise Refused(
            f"{file} cannot be read, so nobody knows how far the earlier set-up came: "
            f"remove the folder {var} (it holds the demo's data) and start again. "
            "(安装状态无法读取，请删除该目录后重试)"
        ) from None
    if not (var / "postgres").exists():
        state.forget()
    return state


def _state_of_nothing(file: Path, var: Path) -> State:
    if (var / "postgres").exists():
        raise Refused(
            f"{var / 'postgres'} is there but {file.name} is not, so nobody knows how far the earlier set-up came: "
            f"remove the folder {var / 'postgres'} (it holds the demo's data) and start again. "
            "(安装状态缺失，请删除该目录后重试)"
        )
    return State(file)
