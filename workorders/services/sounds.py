"""What a sound file is, by its own bytes: which container, whether sound alone, how long. Knows no order and no person.

Four containers are known: what browsers record (WebM and Ogg with Opus, MP4 with AAC), what phones' recorders make
(M4A), and MP3. What they carry besides the sound, such as a title, a place or a name, is taken out where it stands by
itself. Nothing is decoded; who plays it decodes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction


class Unknown(Exception):
    """None of the four, or damaged, or with pictures."""


@dataclass(frozen=True)
class Sound:
    """A recording as it is kept; `seconds` is None where its container does not say."""

    content: bytes
    ending: str
    seconds: int | None


def read_sound(content: bytes) -> Sound:
    """The sound in these bytes; raises `Unknown`."""
    try:
        for fits, read in _READERS:
            if fits(content):
                return read(content)
    except (IndexError, ValueError, struct.error, ZeroDivisionError) as error:  # it ends in the middle of a number
        raise Unknown from error
    raise Unknown


def _whole(seconds: Fraction) -> int | None:
    """Whole seconds, one at least; None for what lasts no time, which says that nobody wrote how long."""
    return max(1, round(seconds)) if seconds > 0 else None


# ---- WebM: a tree of elements (RFC 8794, RFC 9559) ------------------------------------------------------------------
_EBML, _DOC_TYPE, _SCALE, _CODEC, _AT = 0x1A45DFA3, 0x4282, 0x2AD7B1, 0x86, 0xE7
_SIMPLE_BLOCK, _BLOCK = 0xA3, 0xA1
# Head, segment, its facts, tracks, a track, a cluster, a group: what stands in them is read as if it stood beside them.
# A recorder that is still running does not know how long they will be.
_OPENED = {_EBML, 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675, 0xA0}


def _webm(content: bytes) -> Sound:
    scale, cluster, last, kinds, named = 1_000_000, 0, 0, set(), ""
    for name, value in _elements(content):
        if name == _DOC_TYPE:
            named = value.decode("ascii", "replace")
        elif name == _CODEC:
            kinds.add(value[:2])
        elif name == _SCALE:
            scale = int.from_bytes(value)
        elif name == _AT:
            cluster = int.from_bytes(value)
        elif name in (_SIMPLE_BLOCK, _BLOCK):
            last = max(last, cluster + struct.unpack_from(">h", value, 1)[0])
    if named != "webm" or kinds != {b"A_"}:
        raise Unknown
    return Sound(content, "webm", _whole(Fraction(last * scale, 10**9)))


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        width = _width(content[at])
        name = int.from_bytes(content[at : at + width])
        at += width
        width = _width(content[at])
        size = int.from_bytes(content[at : at + width]) & ((1 << 7 * width) - 1)
        at += width
        if name in _OPENED:
            continue
        yield name, content[at : at + size]
        at += size


def _width(first: int) -> int:
    """How many bytes a number takes, as its first byte tells."""
    if first == 0:
        raise Unknown
    return 9 - first.bit_length()


# ---- Ogg: pages, each with a position in samples (RFC 3533, RFC 7845) -----------------------------------------------
_OPUS_RATE = 48_000


def _ogg(content: bytes) -> Sound:
    at, last, skipped = 0, 0, 0
    while at < len(content):
        if content[at : at + 4] != b"OggS":
            raise Unknown
        begins, position, parts = content[at + 5] & 2, struct.unpack_from("<q", content, at + 6)[0], content[at + 26]
        body = at + 27 + parts
        if begins and content[body : body + 8] != b"OpusHead":
            raise Unknown
        if begins:
            skipped = struct.unpack_from("<H", content, body + 10)[0]
        last = max(last, position)
        at = body + sum(content[at + 27 : body])
    return Sound(content, "ogg", _whole(Fraction(max(0, last - skipped), _OPUS_RATE)))


# ---- MP4: boxes in boxes (ISO/IEC 14496-12) -------------------------------------------------------------------------
_TELLING = (b"hdlr", b"stsd", b"mvhd", b"mdhd", b"trex", b"tfhd", b"trun")
_HOLDING = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"}
# AAC and Opus; what telephones spoke before (AMR) no browser plays.
_PLAYED = {b"mp4a", b"Opus"}
# Title, maker, place: each becomes an empty box of the same length, so that nothing else moves.
_BESIDES = {b"udta", b"meta", b"uuid"}
_DEEPEST = 8

_NOT_SAID = {2**32 - 1, 2**64 - 1}


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    inside: int
    end: int


def _m4a(content: bytes) -> Sound:
    kept = bytearray(content)
    told: dict[bytes, list[bytes]] = {kind: [] for kind in _TELLING}
    for box in _boxes(content, 0, len(content)):
        if box.kind in _BESIDES:
            kept[box.start + 4 : box.start + 8] = b"free"
            kept[box.inside : box.end] = bytes(box.end - box.inside)
        elif box.kind in told:
            told[box.kind].append(content[box.inside : box.end])
    if {body[8:12] for body in told[b"hdlr"]} != {b"soun"} or not {body[12:16] for body in told[b"stsd"]} <= _PLAYED:
        raise Unknown
    return Sound(bytes(kept), "m4a", _whole(_lasting(told)))


def _lasting(told: dict[bytes, list[bytes]]) -> Fraction:
    """How long it is: as its head says, or all samples together where the head was written before them."""
    for ticks, length in map(_time_of, told[b"mvhd"]):
        if length:
            return Fraction(length, ticks)
    known = [_per_sample(kind, body) for kind in (b"tfhd", b"trex") for body in told[kind]]
    per_sample = next(filter(None, known), 0)
    rate = next((ticks for ticks, _length in map(_time_of, told[b"mdhd"])), 1)
    return Fraction(sum(_run_of(body, per_sample) for body in told[b"trun"]), rate)


def _boxes(content: bytes, at: int, end: int, depth: int = 0) -> Iterator[_Box]:
    while at < end and depth < _DEEPEST:
        size, kind = struct.unpack_from(">I4s", content, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", content, at + 8)[0], 16
        stop = end if size == 0 else at + size
        if stop < at + head or stop > end:
            raise Unknown
        yield _Box(kind, at, at + head, stop)
        if kind in _HOLDING:
            yield from _boxes(content, at + head, stop, depth + 1)
        at = stop


def _time_of(body: bytes) -> tuple[int, int]:
    """Ticks a second and how many of them, in a header of either version."""
    rate, length = struct.unpack_from(">IQ", body, 20) if body[0] else struct.unpack_from(">II", body, 12)
    return rate, 0 if length in _NOT_SAID else length


def _per_sample(kind: bytes, body: bytes) -> int:
    """How long a sample is where its run does not say."""
    if kind == b"trex":
        return _number(body, 12)
    flags = int.from_bytes(body[1:4])
    at = 8 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
    return _number(body, at) if flags & 8 else 0


def _number(body: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", body, at)[0])


def _run_of(body: bytes, per_sample: int) -> int:
    """How long the samples of one run are together."""
    flags, count = int.from_bytes(body[1:4]), _number(body, 4)
    if not flags & 0x100:
        return count * per_sample
    at = 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    step = 4 * sum(bool(flags & each) for each in (0x100, 0x200, 0x400, 0x800))
    return sum(_number(body, at + step * number) for number in range(count))


# ---- MP3: frames, each with its own head (ISO/IEC 11172-3, 13818-3) -------------------------------------------------
_RATES = (44_100, 48_000, 32_000)
_KILOBITS = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_FEWEST_FRAMES = 3


def _mp3(content: bytes) -> Sound:
    """From the first frame to the last: the tags before and after them stay behind."""
    first = at = _after_tag(content)
    lasts, frames = Fraction(0), 0
    while found := _frame(content[at : at + 4]):
        size, seconds = found
        at, lasts, frames = at + size, lasts + seconds, frames + 1
    if frames < _FEWEST_FRAMES:
        raise Unknown
    return Sound(content[first : min(at, len(content))], "mp3", _whole(lasts))


def _after_tag(content: bytes) -> int:
    if content[:3] != b"ID3":
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _frame(head: bytes) -> tuple[int, Fraction] | None:
    """How many bytes and seconds the frame of that head takes; nothing where there is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, kilobits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or kilobits in (0, 15) or rate == 3:
        return None
    first = version == 3
    hertz = _RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    samples = 1152 if first else 576
    size = samples // 8 * _KILOBITS[first][kilobits - 1] * 1000 // hertz + (head[2] >> 1 & 1)
    return size, Fraction(samples, hertz)


_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Sound]], ...] = (
    (lambda content: content[:4] == b"\x1a\x45\xdf\xa3", _webm),
    (lambda content: content[:4] == b"OggS", _ogg),
    (lambda content: content[4:8] == b"ftyp", _m4a),
    (lambda content: content[:3] == b"ID3" or _frame(content[:4]) is not None, _mp3),
)
