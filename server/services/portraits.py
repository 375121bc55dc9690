"""The photograph on an officer's certificate, which the enterprise compares with the face (R08).

Whatever is sent is drawn anew in one size, so nothing a camera hid in the file (place, owner,
thumbnail) goes on, and nothing but a picture is ever kept or served.
"""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from server.models import Agency, Officer
from server.services import audit, catalogue_publishing, officers
from server.services.file_types import MOST_PIXELS
from server.services.scoping import one, require_agency
from server.storage.objects import object_store
from server.work import Work
from shared.errors import BadInput, NotFound

FOLDER = "portraits"
# One inch (一寸照, 25 by 35 mm) at 300 dots per inch: what the card itself carries.
SIZE = (295, 413)
SMALLEST = (200, 280)
QUALITY = 85
KINDS = ("JPEG", "PNG", "WEBP")
# Faces sit in the upper part of a portrait; cutting from the middle would take off the hair.
CENTRE = (0.5, 0.35)


class PortraitUnreadable(BadInput):
    """Not a photograph that can be shown: another kind of file, broken, too small or too large."""

    code = "portrait_unreadable"


def drawn(data: bytes) -> bytes:
    """`data` (JPEG, PNG or WebP) as the JPEG that is kept; raises `PortraitUnreadable`."""
    try:
        with Image.open(BytesIO(data), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _unreadable("too many pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _unreadable("not a JPEG, PNG or WebP picture") from None
    if upright.width < SMALLEST[0] or upright.height < SMALLEST[1]:
        raise _unreadable(f"smaller than {SMALLEST[0]} by {SMALLEST[1]} pixels")
    out = BytesIO()
    fitted = ImageOps.fit(upright, SIZE, Image.Resampling.LANCZOS, centering=CENTRE)
    fitted.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def put(work: Work, officer_id: str, data: bytes) -> Officer:
    """Keep `data` as the photograph of an officer of one's own agency; its tablets hear of it."""
    row = officers.own(work, officer_id)
    digest = store(work, drawn(data))
    if digest != row.photo_sha256:
        row.photo_sha256 = digest
        audit.write(work, "officer.photographed", "officer", row.id, sha256=digest)
        agency = one(work.session.get(Agency, row.agency_id))
        catalogue_publishing.publish_catalogue(work, agency)
    return row


def store(work: Work, jpeg: bytes) -> str:
    """Keep a drawn portrait and return its SHA-256."""
    return object_store(work.settings).put(FOLDER, jpeg).rpartition("/")[2]


def of_officer(work: Work, officer_id: str) -> bytes:
    """The photograph of an officer in reach; `NotFound` where there is none."""
    row = one(work.session.get(Officer, officer_id))
    require_agency(work, row.agency_id)
    return read(work, row.photo_sha256)


def read(work: Work, digest: str | None) -> bytes:
    """The JPEG kept under `digest`; `NotFound` where there is none."""
    if digest is None:
        raise NotFound("This officer has no photograph.")
    return object_store(work.settings).get(f"{FOLDER}/{digest}")


def _unreadable(why: str) -> PortraitUnreadable:
    return PortraitUnreadable("Not a portrait.", errors={"/photo": why})
