"""Photographs of officers: drawn anew, never what was sent, never of another agency's people."""

from io import BytesIO

import pytest
from PIL import Image

from server.models import Officer, SyncObject
from server.principal import SYSTEM
from server.seed.faces import face
from server.services import portraits
from server.services.portraits import SIZE, PortraitUnreadable
from server.work import Parts, open_work
from shared.errors import NotFound
from shared.roles import Role
from tests.server.factories import County, principal

RED, BLUE = (200, 30, 30), (30, 30, 200)
TURNED_RIGHT, PLACE = 6, 0x8825


@pytest.fixture
def admin(county: County):
    return principal(county.admin, Role.AGENCY_ADMIN, agency=county.agency)


def picture(size: tuple[int, int] = (600, 800), kind: str = "JPEG", **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, RED).save(out, kind, **more)
    return out.getvalue()


def read(jpeg: bytes) -> Image.Image:
    found = Image.open(BytesIO(jpeg))
    found.load()
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_whatever_kind_is_sent_a_jpeg_of_one_size_is_kept(kind: str) -> None:
    kept = read(portraits.drawn(picture(kind=kind)))
    assert (kept.format, kept.size) == ("JPEG", SIZE)


def test_what_the_camera_hid_in_the_file_goes_and_the_picture_stands_upright() -> None:
    lying = Image.new("RGB", (800, 600), RED)
    lying.paste(BLUE, (0, 0, 400, 600))
    exif = lying.getexif()
    exif[0x0112] = TURNED_RIGHT
    exif.get_ifd(PLACE)[1] = "N"
    out = BytesIO()
    lying.save(out, "JPEG", exif=exif)
    kept = read(portraits.drawn(out.getvalue()))
    assert not kept.getexif()
    top, bottom = kept.getpixel((147, 20)), kept.getpixel((147, 390))
    assert top[2] > 150 > bottom[2]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg onload='x()'/>", id="svg"),
        pytest.param(picture()[:400], id="cut off"),
        pytest.param(picture((150, 800)), id="too narrow"),
        pytest.param(picture((8000, 4000), "PNG"), id="32 million pixels"),
    ],
)
def test_what_is_no_portrait_is_refused_and_nothing_changes(
    parts: Parts, county: County, admin, sent: bytes
) -> None:
    with pytest.raises(PortraitUnreadable), open_work(parts, admin) as work:
        portraits.put(work, county.officers[0], sent)
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(Officer, county.officers[0]).photo_sha256 is None


def test_the_tablets_hear_of_a_photograph_and_can_fetch_it(
    parts: Parts, county: County, admin
) -> None:
    with open_work(parts, admin) as work:
        digest = portraits.put(work, county.officers[0], face("一")).photo_sha256
        assert portraits.put(work, county.officers[0], face("一")).photo_sha256 == digest
    with open_work(parts, admin) as work:
        told = work.session.get_one(SyncObject, ("officer", county.officers[0])).data
        assert told["photo_sha256"] == digest
        assert read(portraits.of_officer(work, county.officers[0])).size == SIZE


def test_another_agency_neither_puts_nor_sees_it(parts: Parts, county: County, admin) -> None:
    with open_work(parts, admin) as work:
        portraits.put(work, county.officers[0], face("一"))
    stranger = principal(county.other_admin, Role.AGENCY_ADMIN, agency=county.other_agency)
    with open_work(parts, stranger) as work:
        with pytest.raises(NotFound):
            portraits.put(work, county.officers[0], face("二"))
        with pytest.raises(NotFound):
            portraits.of_officer(work, county.officers[0])
