"""Photos: taken as anything, kept as plain pictures, shown to who sees the order and to nobody else."""

import io
import re
import struct
import uuid
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from PIL import Image
from rest_framework.test import APIClient

from grids.services.posts import dismiss
from tests.conftest import PLACE, jpeg
from workorders.models import Photo
from workorders.services.photos import LARGEST_BYTES, LONGEST_EDGE, read_picture

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
ROTATED_BY_90 = 6


def taken_by_a_camera(size: tuple[int, int] = (80, 40)) -> bytes:
    """A picture as a phone writes it: turned on its side, with the maker's name, the place, a comment."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = ROTATED_BY_90, "SpyCam"
    exif.get_ifd(GPS).update({1: "N", 2: (39.0, 9.0, 54.0), 3: "E", 4: (117.0, 9.0, 3.0)})
    picture = Image.new("RGB", size, "green")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))  # the left half
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"shot at home", quality=95)
    return out.getvalue()


def sent(content: bytes, name: str = "place.jpg", said_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, said_type)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


@pytest.fixture
def worker(cast, clock):
    api = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    api.force_authenticate(cast.worker)
    return api


@pytest.fixture
def send(worker):
    """`send(file, …)`: a report with these photos; the answer of the API."""

    def post(*files: SimpleUploadedFile):
        said = {"category": "060101", "words": "垃圾外露。", "photos": list(files), **PLACE}
        return worker.post("/api/v1/orders/", said, format="multipart")

    return post


def served(client, photo: Photo):
    """The answer to who asks for a photo, its content read."""
    told = client.get(f"/photos/{photo.key}/")
    if told.streaming:
        told.body = b"".join(told.streaming_content)
    return told


def stored(photo: Photo) -> bytes:
    with photo.file.open("rb") as file:
        return file.read()


# --- what the camera wrote -------------------------------------------------------------------------------------------
def test_nothing_that_the_camera_wrote_is_kept_or_served(send, client, cast):
    original = taken_by_a_camera()
    assert b"SpyCam" in original
    assert b"shot at home" in original
    assert opened(original).getexif().get_ifd(GPS)
    assert send(sent(original)).status_code == 201
    client.force_login(cast.worker)
    photo = Photo.objects.get()
    for kept in (stored(photo), served(client, photo).body):
        assert not any(word in kept for word in (b"Exif", b"SpyCam", b"shot at home", b"ICC_PROFILE", b"http://ns"))
        picture = opened(kept)
        assert (dict(picture.getexif()), picture.info.get("comment")) == ({}, None)


def test_a_picture_taken_sideways_is_kept_upright(send):
    send(sent(taken_by_a_camera((80, 40))))
    photo = Photo.objects.get()
    picture = opened(stored(photo))
    assert (photo.width, photo.height) == picture.size == (40, 80)
    red, _green, _blue = picture.getpixel((20, 5))
    assert red > 200  # what was left is on top after a quarter turn clockwise


def test_words_hidden_in_a_png_are_gone_too():
    out = io.BytesIO()
    notes = Image.new("RGB", (8, 8), "blue")
    from_camera = Image.Exif()
    from_camera[MAKE] = "SpyCam"
    notes.save(out, "PNG", exif=from_camera)
    assert b"SpyCam" in out.getvalue()
    assert b"SpyCam" not in read_picture(sent(out.getvalue(), "p.png", "image/png"))


def test_a_large_picture_is_made_smaller_and_stays_in_shape():
    out = io.BytesIO()
    Image.new("RGB", (4000, 2000), "olive").save(out, "JPEG")
    assert opened(read_picture(sent(out.getvalue()))).size == (LONGEST_EDGE, LONGEST_EDGE // 2)


@pytest.mark.parametrize("how", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1"])
def test_every_usual_kind_of_picture_becomes_plain_jpeg(how, mode):
    if how == "JPEG" and mode in ("RGBA", "P", "1"):
        mode = "CMYK"
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, how)
    kept = opened(read_picture(sent(out.getvalue(), f"p.{how.lower()}")))
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (20, 10))


# --- what is no picture ----------------------------------------------------------------------------------------------
def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 4096)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SCRIPT = b"<script>fetch('/orders/')</script>"
NO_PICTURES = {
    "a page": (b"<!doctype html><html>" + SCRIPT, "place.jpg"),
    "a drawing with script": (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "place.svg"),
    "a drawing named as a picture": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "place.jpg"),
    "a GIF": (
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
        "p.jpg",
    ),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "place.jpg"),
    "a program": (b"MZ\x90\x00" + b"\0" * 200, "place.jpg"),
    "an archive": (b"PK\x03\x04" + b"\0" * 200, "place.png"),
    "a picture cut off in its head": (jpeg()[:60], "place.jpg"),
    "a bomb of 41 million pixels": (png_claiming(8200, 5000), "place.png"),
    "a bomb of 10,000 million pixels": (png_claiming(100_000, 100_000), "place.png"),
    "a picture of no size": (png_claiming(0, 10), "place.png"),
    "nothing": (b"", "place.jpg"),
}


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_refused_with_a_sentence_and_opens_nothing(send, what):
    content, name = NO_PICTURES[what]
    refused = send(sent(content, name))
    assert refused.status_code == 400
    assert refused.data["fields"]["photos"]
    assert Photo.objects.count() == 0


def test_a_picture_with_a_page_behind_it_is_kept_without_the_page(send, client, cast):
    """A polyglot: a browser that guessed could have run its tail."""
    assert send(sent(jpeg() + b"<html>" + SCRIPT)).status_code == 201
    assert b"<script" not in stored(Photo.objects.get())


def test_the_name_and_the_said_type_of_a_file_decide_nothing(send):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    assert send(sent(out.getvalue(), "../../etc/cron.d/x.html", "text/html")).status_code == 201
    kept = Photo.objects.get().file.name
    assert re.fullmatch(r"photos/[0-9a-f]{2}/[0-9a-f]{32}\.jpg", kept)


def test_seven_photos_are_refused_and_six_are_taken(send):
    refused = send(*[sent(jpeg(), f"{n}.jpg") for n in range(7)])
    assert (refused.status_code, refused.data["fields"]["photos"]) == (400, ["At most 6 photos are taken."])
    assert Photo.objects.count() == 0
    assert send(*[sent(jpeg(), f"{n}.jpg") for n in range(6)]).status_code == 201
    assert Photo.objects.count() == 6


def test_thirteen_megabytes_are_refused_by_their_name(send):
    refused = send(sent(jpeg() + b"\0" * (13 * 1024 * 1024), "huge.jpg"))
    assert refused.status_code == 400
    assert "huge.jpg" in refused.data["sentence"]
    assert Photo.objects.count() == 0


def test_a_body_beyond_all_photos_is_not_even_read(worker, settings):
    settings.LARGEST_UPLOAD = LARGEST_BYTES
    refused = worker.post("/api/v1/orders/", {"photos": [sent(b"\0" * (LARGEST_BYTES + 1))]}, format="multipart")
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow warns of the damage and goes on
@tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12), png=st.booleans()
)
def test_a_damaged_picture_is_read_or_refused_and_never_stumbled_over(places, png):
    if png:
        out = io.BytesIO()
        Image.new("RGBA", (30, 20), "teal").save(out, "PNG")
        content = bytearray(out.getvalue())
    else:
        content = bytearray(taken_by_a_camera())
    for place, byte in places:
        content[place % len(content)] = byte
    try:
        assert opened(read_picture(sent(bytes(content)))).format == "JPEG"
    except ValidationError:
        pass


# --- who gets to see them --------------------------------------------------------------------------------------------
@pytest.fixture
def photo(report, picture) -> Photo:
    return report(pictures=[picture]).photos.get()


def test_a_photo_is_an_attachment_that_no_browser_runs(photo, client, cast):
    client.force_login(cast.worker)
    told = served(client, photo)
    assert told.status_code == 200
    assert told.headers["Content-Disposition"].startswith("attachment")
    assert told.headers["Content-Type"] == "image/jpeg"
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in told.headers["Content-Security-Policy"]
    assert "private" in told.headers["Cache-Control"]


def test_a_photo_is_there_only_for_who_sees_its_order(photo, client, cast):
    for person, status in ((cast.dispatcher, 200), (cast.worker2, 404), (cast.officer, 404), (cast.outsider, 404)):
        client.force_login(person)
        assert served(client, photo).status_code == status, person.username
    client.logout()
    assert served(client, photo).headers["Location"].startswith("/login/")


def test_who_loses_the_post_loses_the_photos_with_the_next_request(photo, client, cast, clock):
    from_desk = client
    from_desk.force_login(cast.dispatcher)
    assert served(from_desk, photo).status_code == 200
    for post in cast.dispatcher.posts.all():
        dismiss(post, on=clock.now.date())
    assert served(from_desk, photo).status_code == 404


def test_a_photos_address_tells_nothing_and_cannot_be_guessed(photo, client, cast):
    assert photo.key.version == 4
    client.force_login(cast.worker)
    for guess in (photo.pk, photo.order.number, uuid.UUID(int=photo.key.int ^ 1), "0" * 32):
        assert client.get(f"/photos/{guess}/").status_code == 404


def test_the_folder_of_photos_is_served_by_nobody(photo, client, cast, settings):
    client.force_login(cast.worker)
    for prefix in ("media", "static", "", "static/.."):
        assert client.get(f"/{prefix}/{photo.file.name}".replace("//", "/")).status_code == 404
    assert Path(settings.STATIC_ROOT) not in Path(settings.MEDIA_ROOT).parents
