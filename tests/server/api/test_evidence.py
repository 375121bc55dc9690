import io
from base64 import b64encode
from datetime import timedelta
from hashlib import sha1, sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import EvidenceFile, Upload
from server.principal import SYSTEM
from server.services import uploads
from server.work import Parts, open_work
from tests import media
from tests.media import bomb, picture
from tests.server.factories import bearer, sign_in
from tests.server.sync_world import Pad, enrolled, pad, push, token

FILES = "/api/v1/evidence/files"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


PHOTO = picture()


def grain() -> bytes:
    """A JPEG far longer than what is unfolded of one, with a small one inside, as cameras do."""
    out, noise = io.BytesIO(), Image.effect_noise((640, 480), 90)
    noise.save(out, "JPEG", quality=95, comment=PHOTO)
    return out.getvalue()


GRAIN = grain()


@pytest.fixture
def tablet(planted: Parts) -> Pad:
    found = pad(planted)
    found.open()
    found.photo("photo-1", sha256=sha256(PHOTO).hexdigest(), size=len(PHOTO))
    push(planted, found.events)
    return found


@pytest.fixture
def headers(planted: Parts) -> dict[str, str]:
    return {**bearer(token(planted)), **TUS}


def metadata(tablet: Pad, data: bytes = PHOTO, **changes: str) -> str:
    told = {
        "evidence_id": "photo-1",
        "visit_id": tablet.visit_id,
        "sha256": sha256(data).hexdigest(),
        "filename": "门头.jpg",
        "filetype": "image/jpeg",
        **changes,
    }
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in told.items())


def create(
    client: FlaskClient,
    headers: dict[str, str],
    tablet: Pad,
    data: bytes = PHOTO,
    *,
    length: object = None,
    body: bytes = b"",
    **changes: str,
) -> Any:
    return client.post(
        FILES,
        data=body,
        content_type=PIECE if body else None,
        headers={
            **headers,
            "Upload-Length": str(len(data) if length is None else length),
            "Upload-Metadata": metadata(tablet, data, **changes),
        },
    )


def send(
    client: FlaskClient, headers: dict[str, str], at: str, data: bytes, offset: int = 0, **more: str
) -> Any:
    return client.patch(
        at,
        data=data,
        content_type=PIECE,
        headers={**headers, "Upload-Offset": str(offset), **more},
    )


def file(parts: Parts, evidence_id: str = "photo-1") -> EvidenceFile:
    with Session(parts.engine) as session:
        return session.get_one(EvidenceFile, evidence_id)


def test_what_is_spoken_is_told_to_anybody(client: FlaskClient) -> None:
    reply = client.options(FILES)

    assert reply.status_code == 204
    assert reply.headers["Tus-Version"] == "1.0.0"
    assert reply.headers["Tus-Max-Size"] == str(64 * 1024 * 1024)
    assert "termination" in reply.headers["Tus-Extension"]
    assert reply.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_arrives_in_pieces_and_is_kept_under_its_hash(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str]
) -> None:
    created = create(client, headers, tablet)
    at, half = created.headers["Location"], len(PHOTO) // 2
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "0")
    assert "Upload-Expires" in created.headers

    first = send(client, headers, at, PHOTO[:half])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    there = client.head(at, headers=headers)
    assert there.headers["Upload-Offset"] == str(half)
    assert there.headers["Upload-Length"] == str(len(PHOTO))
    assert there.headers["Cache-Control"] == "no-store"
    assert file(planted).state == "pending"

    last = send(client, headers, at, PHOTO[half:], half)

    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PHOTO)))
    kept = file(planted)
    assert (kept.state, kept.media_type) == ("bytes_complete", "image/jpeg")
    assert kept.storage_key == f"evidence/{sha256(PHOTO).hexdigest()}"


def test_a_file_may_come_with_its_creation(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str]
) -> None:
    reply = create(client, headers, tablet, body=PHOTO)

    assert (reply.status_code, reply.headers["Upload-Offset"]) == (201, str(len(PHOTO)))
    assert file(planted).state == "bytes_complete"


def test_a_file_may_come_before_its_event(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str]
) -> None:
    other = picture(32, 32)
    create(client, headers, tablet, other, body=other, evidence_id="photo-2")
    assert file(planted, "photo-2").event_id is None

    tablet.photo("photo-2", sha256=sha256(other).hexdigest(), size=len(other))
    push(planted, tablet.events)

    known = file(planted, "photo-2")
    assert (known.event_id, known.state) == (tablet.events[-1].id, "bytes_complete")


def test_the_answer_lost_the_tablet_asks_and_is_done(
    client: FlaskClient, tablet: Pad, headers: dict[str, str]
) -> None:
    at = create(client, headers, tablet, body=PHOTO).headers["Location"]

    assert client.head(at, headers=headers).headers["Upload-Offset"] == str(len(PHOTO))
    again = create(client, headers, tablet)
    assert again.headers["Upload-Offset"] == str(len(PHOTO))


@pytest.mark.parametrize(("algorithm", "how"), [("sha1", sha1), ("sha256", sha256)])
def test_a_piece_is_checked_by_its_checksum(
    client: FlaskClient, tablet: Pad, headers: dict[str, str], algorithm: str, how: Any
) -> None:
    at = create(client, headers, tablet).headers["Location"]
    right = f"{algorithm} {b64encode(how(PHOTO).digest()).decode()}"
    wrong = f"{algorithm} {b64encode(how(b'x').digest()).decode()}"

    bad = send(client, headers, at, PHOTO, **{"Upload-Checksum": wrong})
    assert (bad.status_code, bad.json["code"]) == (460, "checksum_wrong")
    assert client.head(at, headers=headers).headers["Upload-Offset"] == "0"

    assert send(client, headers, at, PHOTO, **{"Upload-Checksum": right}).status_code == 204


@pytest.mark.parametrize("told", ["md5 AAAA", "sha256", "sha256 ~~", ""])
def test_a_checksum_that_is_not_known_is_refused(
    client: FlaskClient, tablet: Pad, headers: dict[str, str], told: str
) -> None:
    at = create(client, headers, tablet).headers["Location"]

    reply = send(client, headers, at, PHOTO, **{"Upload-Checksum": told})

    assert reply.status_code in (422, 460)
    assert client.head(at, headers=headers).headers["Upload-Offset"] == "0"


def test_another_file_than_announced_is_thrown_away_and_the_visit_stays(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str]
) -> None:
    at = create(client, headers, tablet).headers["Location"]

    reply = send(client, headers, at, b"x" * len(PHOTO))

    assert (reply.status_code, reply.json["code"]) == (460, "evidence_hash_wrong")
    assert client.head(at, headers=headers).status_code == 404
    assert file(planted).state == "pending"
    assert create(client, headers, tablet, body=PHOTO).status_code == 201


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        media.pdf()[:-20],
        media.program(),
        media.sound(0.1)[:-9],
        PHOTO[: len(PHOTO) // 2],
        GRAIN[: -len(GRAIN) // 3],
        GRAIN.replace(b"\xff\xc0", b"\xff\xfe"),
        b"\xff\xd8\xff" + b"\0" * 100,
        bomb(),
        b"RIFF\0\0\0\0AVI LIST",
    ],
    ids=[
        *("svg", "html", "half a pdf", "exe", "half a sound"),
        *("cut off", "cut far behind", "no frame", "no jpeg", "bomb", "avi"),
    ],
)
def test_what_may_not_be_evidence_is_refused_and_the_visit_stays(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str], data: bytes
) -> None:
    reply = create(client, headers, tablet, data, body=data, evidence_id="bad")

    assert (reply.status_code, reply.json["code"]) == (415, "evidence_refused")
    refused = file(planted, "bad")
    assert (refused.state, refused.storage_key) == ("refused", None)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (GRAIN, "image/jpeg"),
        (picture(kind="PNG"), "image/png"),
        (picture(kind="WEBP"), "image/webp"),
        (media.ogg(), "audio/ogg"),
        (media.sound(0.1), "audio/wav"),
        (media.mp4(), "audio/mp4"),
        (media.mp4(b"isom"), "video/mp4"),
        (media.pdf(), "application/pdf"),
    ],
)
def test_the_kind_is_told_by_the_content(
    client: FlaskClient,
    planted: Parts,
    tablet: Pad,
    headers: dict[str, str],
    data: bytes,
    kind: str,
) -> None:
    create(client, headers, tablet, data, body=data, evidence_id="e", filetype="text/html")

    assert file(planted, "e").media_type == kind


def test_a_tablet_that_was_not_there_brings_nothing_and_learns_nothing(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str]
) -> None:
    at = create(client, headers, tablet).headers["Location"]
    enrolled(planted, "tablet-2", officers=())
    stranger = {**bearer(token(planted, "tablet-2")), **TUS}

    reply = create(client, stranger, tablet, body=PHOTO)

    assert (reply.status_code, reply.json["code"]) == (403, "not_this_visit")
    assert client.head(at, headers=stranger).status_code == 404
    assert send(client, stranger, at, PHOTO).status_code == 404
    assert client.delete(at, headers=stranger).status_code == 404


def test_nobody_is_told_that_somebody_else_has_the_file(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str]
) -> None:
    create(client, headers, tablet, body=PHOTO)
    enrolled(planted, "tablet-2", officers=())
    other = pad(planted, visit=2, device_id="tablet-2")
    other.open()
    push(planted, other.events, device_id="tablet-2")
    theirs = {**bearer(token(planted, "tablet-2")), **TUS}

    reply = create(client, theirs, other, evidence_id="theirs")

    assert (reply.status_code, reply.headers["Upload-Offset"]) == (201, "0")
    taken = create(client, theirs, other)  # the id of the first tablet's evidence
    assert taken.json["code"] == "not_this_visit"


def test_another_file_than_the_event_speaks_of_is_refused(
    client: FlaskClient, tablet: Pad, headers: dict[str, str]
) -> None:
    reply = create(client, headers, tablet, picture(10, 10))

    assert (reply.status_code, reply.json["code"]) == (409, "evidence_differs")


def test_files_of_quarantined_events_stay_with_them(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    tablet = pad(planted)
    tablet.open()
    push(planted, [{**tablet.raws[0], "sig": "A" * 86}])

    assert create(client, headers, tablet, body=PHOTO).status_code == 201
    assert file(planted).state == "quarantined"

    tablet.photo("photo-1", sha256=sha256(PHOTO).hexdigest(), size=len(PHOTO))
    push(planted, tablet.events)
    assert file(planted).state == "bytes_complete"


def test_a_file_counts_whose_event_was_taken_in_while_it_came(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    tablet = pad(planted)
    tablet.open()
    push(planted, [{**tablet.raws[0], "sig": "A" * 86}])
    at = create(client, headers, tablet).headers["Location"]
    tablet.photo("photo-1", sha256=sha256(PHOTO).hexdigest(), size=len(PHOTO))
    push(planted, tablet.events)

    send(client, headers, at, PHOTO)

    assert file(planted).state == "bytes_complete"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"length": 64 * 1024 * 1024 + 1}, 413, "too_large"),
        ({"length": 0}, 413, "too_large"),
        ({"length": "many"}, 422, "bad_input"),
        ({"sha256": "0"}, 422, "bad_input"),
        ({"evidence_id": "../../etc/passwd"}, 422, "bad_input"),
        ({"visit_id": ""}, 422, "bad_input"),
        ({"unknown": "x"}, 422, "bad_input"),
    ],
)
def test_an_upload_that_makes_no_sense_is_a_problem(
    client: FlaskClient,
    tablet: Pad,
    headers: dict[str, str],
    changes: dict[str, Any],
    status: int,
    code: str,
) -> None:
    reply = create(client, headers, tablet, **changes)

    assert (reply.status_code, reply.json["code"]) == (status, code)


def test_the_version_and_the_place_must_be_right(
    client: FlaskClient, tablet: Pad, headers: dict[str, str]
) -> None:
    at = create(client, headers, tablet).headers["Location"]

    other = client.head(at, headers={**headers, "Tus-Resumable": "0.2.2"})
    assert (other.status_code, other.headers["Tus-Version"]) == (412, "1.0.0")
    elsewhere = send(client, headers, at, PHOTO, 5)
    assert (elsewhere.status_code, elsewhere.json["code"]) == (409, "offset_differs")
    wrong_type = client.patch(
        at, data=PHOTO, content_type="image/jpeg", headers={**headers, "Upload-Offset": "0"}
    )
    assert wrong_type.status_code == 415
    too_long = send(client, headers, at, PHOTO + b"x")
    assert too_long.status_code == 413


def test_an_upload_expires_and_can_be_given_up(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str], clock: SetClock
) -> None:
    kept, given_up = (create(client, headers, tablet).headers["Location"] for _ in range(2))
    send(client, headers, kept, PHOTO[:9])

    assert client.delete(given_up, headers=headers).status_code == 204
    assert client.head(given_up, headers=headers).status_code == 404
    clock.move(timedelta(days=7))
    late = {**bearer(token(planted)), **TUS}
    assert client.head(kept, headers=late).status_code == 410

    with open_work(planted, SYSTEM) as work:
        assert uploads.forget_expired(work) == 1
    assert list((planted.settings.data_dir / "uploads").iterdir()) == []
    with Session(planted.engine) as session:
        assert session.get(Upload, kept.rpartition("/")[2]) is None


def test_people_look_through_a_link_that_runs_nothing(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str], clock: SetClock
) -> None:
    create(client, headers, tablet, body=PHOTO)
    reader = bearer(sign_in(planted, "reader"))

    told = client.get("/api/v1/evidence/photo-1", headers=reader).json
    served = client.get(told["content_url"])

    assert served.data == PHOTO
    assert served.headers["Content-Type"] == "image/jpeg"
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in served.headers
    clock.move(timedelta(minutes=10))
    assert client.get(told["content_url"]).status_code == 410


def test_a_player_goes_to_the_middle_of_a_recording(
    client: FlaskClient, planted: Parts, tablet: Pad, headers: dict[str, str]
) -> None:
    sound = media.sound(0.2)
    create(client, headers, tablet, sound, body=sound, evidence_id="sound")
    reader = bearer(sign_in(planted, "reader"))
    url = client.get("/api/v1/evidence/sound", headers=reader).json["content_url"]

    part = client.get(url, headers={"Range": "bytes=100-199"})
    rest = client.get(url, headers={"Range": "bytes=200-"})
    beyond = client.get(url, headers={"Range": f"bytes={len(sound)}-"})

    assert (part.status_code, part.data) == (206, sound[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(sound)}"
    assert "sandbox" in part.headers["Content-Security-Policy"]
    assert (rest.status_code, rest.data) == (206, sound[200:])
    assert (beyond.status_code, beyond.data) == (200, sound), "as if none was asked for"
    assert part.headers["Content-Type"] == beyond.headers["Content-Type"] == "audio/wav"


@pytest.mark.parametrize("token_", ["x", "e30.AAAA", "a.b"])
def test_a_link_of_ones_own_making_opens_nothing(
    client: FlaskClient, planted: Parts, token_: str
) -> None:
    assert client.get(f"/api/v1/evidence/content/{token_}").status_code == 404


def test_a_foreign_agency_finds_no_evidence(
    client: FlaskClient, planted: Parts, tablet: Pad
) -> None:
    foreign = bearer(sign_in(planted, "other-super"))

    assert client.get("/api/v1/evidence/photo-1", headers=foreign).status_code == 404
