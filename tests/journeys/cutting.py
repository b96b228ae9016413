"""A line between a phone and the house that fails as real lines do: it drops, holds, cuts after so many bytes, answers
502, and loses the answer to what the house has already done. Each connection carries one request.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PIECE = 65_536
BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 3\r\nConnection: close\r\n\r\n502"
)


@dataclass
class Asked:
    """One request as it came along."""

    method: str
    path: str
    head: bytes
    body: bytes


@dataclass
class Fault:
    """What happens to the requests that fit, `times` of them: then the line is whole again."""

    method: str
    path: re.Pattern[str]
    act: Callable[[Line, Asked], bytes]
    times: float
    met: threading.Event = field(default_factory=threading.Event)

    def takes(self, asked: Asked) -> bool:
        return self.times > 0 and asked.method == self.method and bool(self.path.search(asked.path))


class Line:
    """`line.url` is where the phone thinks the house is; `line.down = True` and nobody answers."""

    def __init__(self, house: str):
        target = urlsplit(house)
        self.house = (target.hostname or "", target.port or 80)
        self.down = False
        self.seen: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.changed: dict[str, bytes] = {}
        self.guard = threading.Lock()
        self.ear = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.ear.getsockname()[1]}"
        self.open = True
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    # --- what may go wrong -------------------------------------------------------------------------------------------
    def drop(self, method: str, path: str, times: float = 1) -> Fault:
        """Nothing arrives and nobody answers."""
        return self._fault(method, path, times, lambda line, asked: b"")

    def lose(self, method: str, path: str, times: float = 1) -> Fault:
        """The house does it, and its answer is lost."""
        return self._fault(method, path, times, lambda line, asked: line.forward(asked) and b"")

    def cut(self, method: str, path: str, after: int, times: float = 1) -> Fault:
        """Of the body so many bytes arrive."""
        return self._fault(method, path, times, lambda line, asked: line.forward(asked, only=after) and b"")

    def fail(self, method: str, path: str, times: float = 1) -> Fault:
        """Something on the way says 502."""
        return self._fault(method, path, times, lambda line, asked: BAD_GATEWAY)

    def answer(self, method: str, path: str, status: int, body: str, times: float = 1) -> Fault:
        """Somebody on the way answers in the house's place."""
        told = f"HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}"
        return self._fault(method, path, times, lambda line, asked: told.encode())

    def hold(self, method: str, path: str) -> tuple[Fault, threading.Event]:
        """One request waits on its way until the event is set."""
        go = threading.Event()

        def act(line: Line, asked: Asked) -> bytes:
            go.wait(30)
            return line.forward(asked)

        return self._fault(method, path, 1, act), go

    def append(self, path: str, words: bytes) -> None:
        """To the answer at that path so many bytes are added: a new release of one file."""
        self.changed[path] = words

    def count(self, method: str, path: str) -> int:
        """How many such requests have come along."""
        return sum(1 for one, where in self.seen if one == method and re.search(path, where))

    def close(self) -> None:
        self.open = False
        self.ear.close()

    # --- the line ----------------------------------------------------------------------------------------------------
    def _fault(self, method: str, path: str, times: float, act: Callable[[Line, Asked], bytes]) -> Fault:
        fault = Fault(method, re.compile(path), act, times)
        self.faults.append(fault)
        return fault

    def _listen(self) -> None:
        while self.open:
            try:
                phone, _where = self.ear.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(phone,), daemon=True).start()

    def _serve(self, phone: socket.socket) -> None:
        with phone, suppress(OSError):
            asked = None if self.down else _read(phone)
            if asked is None or self.down:
                return
            with self.guard:
                self.seen.append((asked.method, asked.path))
                fault = next((each for each in self.faults if each.takes(asked)), None)
                if fault:
                    fault.times -= 1
            if fault:
                fault.met.set()
            answer = fault.act(self, asked) if fault else self.forward(asked)
            if answer and not self.down:
                phone.sendall(answer)

    def forward(self, asked: Asked, only: int | None = None) -> bytes:
        """What the house answers; `only`: so many bytes of the body get there, and nobody waits for an answer."""
        with socket.create_connection(self.house, timeout=60) as house:
            house.sendall(asked.head + (asked.body if only is None else asked.body[:only]))
            if only is not None:
                return b"cut"
            pieces = []
            while piece := house.recv(PIECE):
                pieces.append(piece)
        return self._changed(asked.path, b"".join(pieces))

    def _changed(self, path: str, answer: bytes) -> bytes:
        more = self.changed.get(path)
        if not more or not answer.startswith(b"HTTP/1.1 200"):
            return answer
        head, _gap, body = answer.partition(b"\r\n\r\n")
        length = f"\r\nContent-Length: {len(body) + len(more)}".encode()
        return re.sub(rb"\r\nContent-Length: \d+", length, head, flags=re.IGNORECASE) + b"\r\n\r\n" + body + more


def _read(phone: socket.socket) -> Asked | None:
    """One whole request; the house is asked to close afterwards, so that its answer has an end."""
    told = b""
    while b"\r\n\r\n" not in told:
        piece = phone.recv(PIECE)
        if not piece:
            return None
        told += piece
    head, _gap, body = told.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length.group(1)):
        body += phone.recv(PIECE)
    method, path = head.split(b" ", 2)[:2]
    plain = re.sub(rb"\r\n(connection|accept-encoding):[^\r]*", b"", head, flags=re.IGNORECASE)
    return Asked(method.decode(), path.decode(), plain + b"\r\nConnection: close\r\n\r\n", body)
