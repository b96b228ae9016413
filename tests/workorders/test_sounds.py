"""What a sound file is, by its own bytes; whatever the bytes are, the answer is a sound or that it is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import jpeg
from tests.workorders.sounding import AMR, SOUNDS, m4a, mp3, ogg, webm
from workorders.services.sounds import Unknown, read_sound


@pytest.mark.parametrize("ending", SOUNDS)
@pytest.mark.parametrize("seconds", [1, 7, 60])
def test_each_of_the_four_is_known_by_its_bytes_and_tells_how_long_it_is(ending, seconds):
    sound = read_sound(SOUNDS[ending](seconds))
    assert (sound.ending, sound.seconds) == (ending, seconds)


def test_what_a_browser_recorded_in_pieces_is_as_long_as_its_pieces():
    assert read_sound(m4a(12, in_pieces=True)).seconds == 12


def test_what_recorders_of_browsers_make_is_kept_byte_by_byte():
    for made in (webm(), ogg()):
        assert read_sound(made).content == made


def test_what_lasts_no_time_has_no_length_and_is_a_sound_all_the_same():
    assert read_sound(webm(0)).seconds is None


@pytest.mark.parametrize("made", [
    b"", b"no sound", AMR, jpeg(), b"%PDF-1.7", b"<svg onload=alert(1)>", b"RIFF\0\0\0\0WAVEfmt ",
    webm(codec=b"V_VP8"), webm(kind=b"matroska"), ogg(codec=b"\x80theora_"), m4a(handler=b"vide"),
    m4a(codec=b"samr"),     mp3()[:300], b"ID3\3\0\0\0\0\0\0" + b"<script>", b"\x1a\x45\xdf\xa3" + bytes(40), b"OggS" + bytes(5),
], ids=lambda made: repr(made[:12]))  # fmt: skip
def test_what_is_none_of_the_four_or_has_pictures_is_none(made):
    with pytest.raises(Unknown):
        read_sound(made)


def test_a_film_beside_the_sound_is_no_recording():
    sound, film = m4a(), m4a(handler=b"vide")
    trak = film[film.index(b"trak") - 4 : film.index(b"mdat") - 4]
    at = sound.index(b"moov") - 4
    size = int.from_bytes(sound[at : at + 4])
    both = sound[:at] + (size + len(trak)).to_bytes(4) + sound[at + 4 : at + size] + trak + sound[at + size :]
    with pytest.raises(Unknown):
        read_sound(both)


PLACE = "+39.1650+117.1510/河北路 3 号".encode()


def test_title_and_place_that_a_phone_wrote_in_are_taken_out_and_the_sound_stays_where_it_was():
    made = m4a(besides=PLACE)
    kept = read_sound(made).content
    assert PLACE in made
    assert PLACE not in kept
    assert (len(kept), kept.index(b"mdat")) == (len(made), made.index(b"mdat"))
    tagged = read_sound(mp3(tag=PLACE)).content
    assert tagged == mp3()


def test_boxes_in_boxes_without_end_end():
    deep = b""
    for _turn in range(3_000):
        deep = (len(deep) + 8).to_bytes(4) + b"moov" + deep
    with pytest.raises(Unknown):
        read_sound(b"\0\0\0\x10ftypM4A \0\0\0\0" + deep)


@settings(max_examples=200, deadline=None)
@given(ending=st.sampled_from(sorted(SOUNDS)), data=st.data())
def test_damaged_bytes_are_a_sound_or_none_and_nothing_else(ending, data):
    made = bytearray(SOUNDS[ending](1))
    for _turn in range(data.draw(st.integers(0, 4))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(made[: data.draw(st.integers(0, len(made)))])
    try:
        assert read_sound(cut).ending in SOUNDS
    except Unknown:
        pass
