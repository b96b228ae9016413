"""Pictures come in as anything and are kept as plain JPEG: smaller, turned upright, without what the camera wrote."""

from __future__ import annotations

import hashlib
import io
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts.models import User
from casework.moment import now
from workorders.models import Photo, WorkOrder

MOST = 6
LARGEST_BYTES = 12 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
LONGEST_EDGE = 1_600
FORMATS = ("JPEG", "PNG", "WEBP")


def read_picture(upload: UploadedFile[Any]) -> bytes:
    """The picture of an upload as a clean JPEG; refuses what is too large or no picture, whatever its name says."""
    if (upload.size or 0) > LARGEST_BYTES:
        raise ValidationError(_("The picture “%(name)s” is larger than 12 MB.") % {"name": upload.name})
    try:
        return _clean(Image.open(cast(IO[bytes], upload.file), formats=FORMATS))
    except Exception as error:  # over damaged pictures Pillow stumbles in more ways than it names (TypeError in EXIF …)
        raise ValidationError(
            _("“%(name)s” cannot be read as a picture. JPEG, PNG and WebP are taken.") % {"name": upload.name}
        ) from error


def read_pictures(uploads: list[UploadedFile[Any]], *, kept: int = 0) -> list[bytes]:
    """Several pictures of one moment; refuses the seventh."""
    if kept + len(uploads) > MOST:
        raise ValidationError(_("At most %(most)s photos are taken.") % {"most": MOST})
    return [read_picture(upload) for upload in uploads]


def add_photos(order: WorkOrder, *, pictures: list[bytes], moment: str, by: User | None) -> list[Photo]:
    """Keeps clean pictures with an order."""
    photos = []
    for picture in pictures:
        photo = Photo(order=order, moment=moment, added_by=by, added_at=now())
        photo.width, photo.height = Image.open(io.BytesIO(picture)).size
        photo.sha256 = hashlib.sha256(picture).hexdigest()
        photo.file.save("", ContentFile(picture), save=False)
        photo.save()
        photos.append(photo)
    return photos


def _clean(image: Image.Image) -> bytes:
    if image.width * image.height > LARGEST_PIXELS:
        raise ValueError("too many pixels")
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
