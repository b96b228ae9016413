"""Sounds for the tests, made byte by byte as recorders make them: each says nothing, for as long as it is told."""

from __future__ import annotations

import struct


def webm(seconds: float = 3, *, codec: bytes = b"A_OPUS", kind: bytes = b"webm") -> bytes:
    """As Chromium records: segment and clusters of unknown length, a block each 60 milliseconds."""
    head = _element("1a45dfa3", _element("4282", kind))
    track = _element("1654ae6b", _element("ae", _element("d7", b"\1") + _element("83", b"\2") + _element("86", codec)))
    facts = _element("1549a966", _element("2ad7b1", (1_000_000).to_bytes(3)))
    clusters = [
        bytes.fromhex("1f43b675") + b"\1" + b"\xff" * 7 + _element("e7", (start * 1_000).to_bytes(4)) + b"".join(
            _element("a3", b"\x81" + struct.pack(">h", at) + b"\x80" + b"\xfc\xff\xfe")
            for at in range(0, 1_000, 60) if start * 1_000 + at <= seconds * 1_000
        ) for start in range(int(seconds) + 1)
    ]  # fmt: skip
    return head + bytes.fromhex("18538067") + b"\1" + b"\xff" * 7 + facts + track + b"".join(clusters)


def _element(name: str, value: bytes) -> bytes:
    return bytes.fromhex(name) + b"\1" + len(value).to_bytes(7) + value


def ogg(seconds: float = 3, *, codec: bytes = b"OpusHead") -> bytes:
    """As Firefox records: a head, its remarks, a page of sound."""
    head = codec + b"\1\1" + struct.pack("<HIhB", 312, 48_000, 0, 0)
    last = round(seconds * 48_000) + 312
    return _page(2, 0, head) + _page(0, 0, b"OpusTags" + bytes(8)) + _page(4, last, b"\xfc\xff\xfe")


def _page(flags: int, position: int, body: bytes) -> bytes:
    return b"OggS\0" + bytes([flags]) + struct.pack("<qIII", position, 1, 0, 0) + bytes([1, len(body)]) + body


def m4a(
    seconds: float = 3,
    *,
    handler: bytes = b"soun",
    codec: bytes = b"mp4a",
    besides: bytes = b"",
    in_pieces: bool = False,
) -> bytes:
    """As a phone's recorder makes it; `in_pieces` as Safari records, the length in the pieces alone."""
    length = 0 if in_pieces else round(seconds * 1_000)
    head = _box(b"mvhd", bytes(12) + struct.pack(">II", 1_000, length) + bytes(80))
    media = _box(b"mdhd", bytes(12) + struct.pack(">II", 48_000, 0) + bytes(4)) + _box(
        b"hdlr", bytes(8) + handler + bytes(13)
    )
    media += _box(b"minf", _box(b"stbl", _box(b"stsd", struct.pack(">II", 0, 1) + _box(codec, bytes(28)))))
    inside = head + _box(b"trak", _box(b"mdia", media)) + (_box(b"udta", besides) if besides else b"")
    moov = _box(b"moov", inside)
    samples = round(seconds * 48_000 / 1_024)
    run = _box(b"trun", struct.pack(">II", 0x201, samples) + bytes(4) + bytes(4) * samples)
    pieces = _box(b"moof", _box(b"traf", _box(b"tfhd", struct.pack(">III", 0x8, 1, 1_024)) + run)) if in_pieces else b""
    return _box(b"ftyp", b"M4A \0\0\0\0mp42isom") + moov + pieces + _box(b"mdat", bytes(64))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp3(seconds: float = 3, *, tag: bytes = b"") -> bytes:
    """64 kilobits a second, 44.1 kilohertz; a tag before and one after where `tag` says what stands in them."""
    frame = b"\xff\xfb\x50\xc0" + bytes(204)
    before = b"ID3\3\0\0" + bytes([0, 0, 0, len(tag)]) + tag if tag else b""
    after = b"TAG" + tag.ljust(125, b"\0") if tag else b""
    return before + frame * round(seconds * 44_100 / 1_152) + after


AMR = b"#!AMR\n" + b"\x3c" + bytes(31)
SOUNDS = {"webm": webm, "ogg": ogg, "m4a": m4a, "mp3": mp3}
