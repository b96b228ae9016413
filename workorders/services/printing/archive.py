"""The archive of a case: its record, photos, recordings, events with their hashes, and a manifest with all hashes.

Written piece by piece: of the photos never more than a few kilobytes are held at a time.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from workorders.models import Photo, Recording, WorkOrder
from workorders.models.recording import CONTENT_TYPES
from workorders.selectors.sealed import Sealed, sealed_events
from workorders.services.recordings import take_along

PIECE = 64 * 1024
COMPRESSED = (".jpg", ".pdf", *(f".{ending}" for ending in CONTENT_TYPES))
# What a reader without this system needs to check the chain with; plain Python, no package.
CHECK = """\
import hashlib, json

previous = ""
for line in open("events.jsonl", encoding="utf-8"):
    event = json.loads(line)
    told = json.loads(event["sealed"])
    assert hashlib.sha256(event["sealed"].encode("utf-8")).hexdigest() == event["hash"], event["seq"]
    assert told[0] == event["previous"] == previous, event["seq"]
    previous = event["hash"]
assert previous == json.load(open("manifest.json", encoding="utf-8"))["last_hash"]

for file in json.load(open("manifest.json", encoding="utf-8"))["files"]:
    assert hashlib.sha256(open(file["name"], "rb").read()).hexdigest() == file["sha256"], file["name"]
print("whole")
"""


class Outlet(RawIOBase):
    """Takes what the ZIP writes and gives it on; it cannot be wound back."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.waiting.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        piece, self.waiting = b"".join(self.waiting), []
        return piece


def pieces_of(order: WorkOrder, record: bytes, by: User) -> Iterator[bytes]:
    """The ZIP of an order. What the database tells is read now; photos and recordings while it is sent."""
    events, files = sealed_events(order), _files_of(order, by)
    opening = {
        "number": order.number, "title": order.title, "status": order.status, "last_hash": order.last_hash,
        "events": len(events), "archived_at": localtime(now()).isoformat(), "archived_by": str(by),
    }  # fmt: skip
    texts = {"record.pdf": record, "events.jsonl": _lines(events), "verify.py": CHECK.encode(), "README.txt": _readme()}
    return _pieces(opening, texts, files)


def _files_of(order: WorkOrder, by: User) -> dict[str, Photo | Recording]:
    """What goes in as it is kept, by its name; a hidden reporter's voice stays in the house."""
    photos, spoken = order.photos.order_by("pk"), take_along(order, by=by)
    return {f"photos/{place:02d}-{photo.moment}.jpg": photo for place, photo in enumerate(photos, 1)} | {
        f"recordings/{place:02d}.{recording.ending}": recording for place, recording in enumerate(spoken, 1)
    }


def _pieces(opening: dict[str, Any], texts: dict[str, bytes], kept: dict[str, Photo | Recording]) -> Iterator[bytes]:
    outlet = Outlet()
    files: list[dict[str, Any]] = []
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in texts.items():
            yield from _put(box, outlet, files, name, [content])
        for name, each in kept.items():
            with each.file.open("rb") as file:
                yield from _put(box, outlet, files, name, file.chunks(PIECE))
        manifest = json.dumps({**opening, "files": files}, ensure_ascii=False, indent=2).encode()
        yield from _put(box, outlet, [], "manifest.json", [manifest])
    yield outlet.taken()


def _put(
    box: zipfile.ZipFile, outlet: Outlet, files: list[dict[str, Any]], name: str, chunks: Iterable[bytes]
) -> Iterator[bytes]:
    """Writes one file into the ZIP, and a line about it into the manifest."""
    digest, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(name, localtime(now()).timetuple()[:6])
    # Photos and recordings are compressed as they are.
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(COMPRESSED) else zipfile.ZIP_DEFLATED
    with box.open(entry, "w") as file:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
            yield outlet.taken()
    files.append({"name": name, "bytes": size, "sha256": digest.hexdigest()})


def _lines(events: list[Sealed]) -> bytes:
    return "".join(json.dumps(vars(event), ensure_ascii=False) + "\n" for event in events).encode()


def _readme() -> bytes:
    """In both languages, the reader's own first: an archive is opened years later by somebody else."""
    own = get_language() or "en"
    told = []
    for language in sorted(("zh-hans", "en"), key=lambda language: language != own):
        with override(language):
            told.append(_words())
    return "\n\n".join(told).encode()


def _words() -> str:
    return "\n".join(
        [
            _("This is the whole file of one work order."),
            _("record.pdf: the record to read. photos/, recordings/: photos and spoken reports as they were kept; the "
              "voice of a hidden reporter is not among them. events.jsonl: what happened, one event a line. "
              "manifest.json: the SHA-256 of every file, and the last hash of the chain."),
            _("Each event is sealed: “hash” is the SHA-256 of the text “sealed” (in UTF-8), and that text begins with "
              "the hash of the event before it. So no event can be changed, left out or put in afterwards without "
              "breaking all that follow."),
            _("The text “sealed” is a JSON list: previous hash, case, place in the chain, verb, actor, status before, "
              "status after, note, facts, moment in microseconds since 1970 (UTC)."),
            _("To verify it, unpack the archive and run “python3 verify.py” in its folder: it says “whole”. Then "
              "compare last_hash with the hash the system shows for the order's newest event."),
        ]
    ) + "\n"  # fmt: skip
