"""Uploads on the engine where what they ask and write goes past the session, at once."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.models import ChainHead, EvidenceFile, Quarantine, Upload
from server.services import uploads
from server.services.file_types import EvidenceRefused
from server.services.uploads import (
    Announced,
    EvidenceDiffers,
    EvidenceHashWrong,
    NotThisVisit,
    OffsetDiffers,
    Progress,
)
from server.storage.objects import object_store
from server.work import Parts, open_work
from tests.media import picture
from tests.server import sync_world
from tests.server.factories import add, agency
from tests.server.sync_world import as_tablet
from tests.world import NOON

pytestmark = pytest.mark.postgres
PHOTO = picture()
HALF = len(PHOTO) // 2


@pytest.fixture
def here(postgres_url: str, tmp_path: Path) -> Iterator[Parts]:
    """A server whose tablet-1 sent of visit-1 what was taken in, and of visit-2 what was not."""
    settings = Settings.from_env(
        {"MINGCHA_DATA_DIR": str(tmp_path), "MINGCHA_DATABASE_URL": postgres_url}
    )
    made = assembly.set_up(settings, clock=SetClock(NOON))
    founding.found(made)
    add(made, [agency(sync_world.HOME, region=sync_world.REGION, abbr="历下")])
    sync_world.enrolled(made, officers=())
    told = {"device_id": "tablet-1", "hash": "0" * 64}
    head = ChainHead(visit_id="visit-1", seq=1, device_seq=1, changed_at=NOON, **told)
    apart = {"id": "q", "code": "device_lost", "raw": b"{}", "raw_hash": "1" * 64}
    add(made, [head, Quarantine(visit_id="visit-2", received_at=NOON, **told, **apart)])
    yield made
    made.engine.dispose()


def announced(
    data: bytes = PHOTO, evidence: str = "photo", visit: str = "visit-1", digest: str = ""
) -> Announced:
    return Announced(
        evidence_id=evidence,
        visit_id=visit,
        sha256=digest or sha256(data).hexdigest(),
        length=len(data),
        filename="门头.jpg",
        filetype="image/jpeg",
    )


def begun(parts: Parts, told: Announced) -> str:
    with open_work(parts, as_tablet()) as work:
        return uploads.create(work, told).id


def sent(parts: Parts, upload: str, data: bytes, offset: int = 0) -> Progress:
    with open_work(parts, as_tablet()) as work:
        return uploads.append(work, upload, offset, data)


def file(parts: Parts, evidence: str = "photo") -> EvidenceFile:
    with Session(parts.engine) as session:
        return session.get_one(EvidenceFile, evidence)


def pending(parts: Parts) -> list[tuple[str, int, bool]]:
    with Session(parts.engine) as session:
        rows = session.scalars(select(Upload).order_by(Upload.created_at))
        return [(one.id, one.offset, one.finished_at is not None) for one in rows]


def test_a_file_arrives_in_pieces_and_once(here: Parts) -> None:
    upload = begun(here, announced())
    assert (file(here).state, file(here).size, file(here).noted_at) == ("pending", len(PHOTO), NOON)

    half = sent(here, upload, PHOTO[:HALF])
    assert (half.offset, half.expires_at) == (HALF, NOON + timedelta(days=7))
    assert pending(here) == [(upload, HALF, False)]
    with pytest.raises(OffsetDiffers):
        sent(here, upload, PHOTO[:HALF])
    sent(here, upload, PHOTO[HALF:], HALF).accepted()

    kept = file(here)
    assert (kept.state, kept.media_type, kept.completed_at) == (
        "bytes_complete",
        "image/jpeg",
        NOON,
    )
    assert object_store(here.settings).get(kept.storage_key or "") == PHOTO
    assert pending(here) == [(upload, len(PHOTO), True)]
    again = begun(here, announced())
    assert (again, len(PHOTO), True) in pending(here)
    assert file(here).state == "bytes_complete"


def test_a_file_may_come_with_its_creation(here: Parts) -> None:
    with open_work(here, as_tablet()) as work:
        upload = uploads.create(work, announced())
        work.session.flush()
        uploads.append(work, upload.id, 0, PHOTO).accepted()

    assert file(here).state == "bytes_complete"
    assert pending(here) == [(upload.id, len(PHOTO), True)]


def test_files_of_quarantined_events_stay_apart(here: Parts) -> None:
    sent(here, begun(here, announced(visit="visit-2")), PHOTO).accepted()
    assert file(here).state == "quarantined"


def test_what_may_not_be_brought_leaves_nothing(here: Parts) -> None:
    with pytest.raises(NotThisVisit):
        begun(here, announced(visit="visit-3"))
    begun(here, announced())
    for told in (announced(visit="visit-3"), announced(visit="visit-2")):
        with pytest.raises(NotThisVisit):
            begun(here, told)
    with pytest.raises(EvidenceDiffers):
        begun(here, announced(PHOTO + b"more"))
    assert len(pending(here)) == 1


@pytest.mark.parametrize(
    ("data", "digest", "state", "refusal"),
    [
        (PHOTO, "2" * 64, "pending", EvidenceHashWrong),
        (b"no picture", "", "refused", EvidenceRefused),
    ],
)
def test_what_came_wrong_is_thrown_away_and_may_come_again(
    here: Parts, data: bytes, digest: str, state: str, refusal: type[Exception]
) -> None:
    upload = begun(here, announced(data, digest=digest))
    with pytest.raises(refusal):
        sent(here, upload, data).accepted()

    assert file(here).state == state
    assert pending(here) == []
    begun(here, announced(data, digest=digest))
    assert (file(here).state, file(here).detail) == ("pending", "")
