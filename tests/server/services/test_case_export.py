import io
from datetime import timedelta
from hashlib import sha256

import pytest
from PIL import Image
from sqlalchemy import update
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.jobs import sweeping
from server.models import AuditEntry, EvidenceFile
from server.principal import SYSTEM
from server.services import case_export, platform_keys, uploads
from server.services.case_export import Exported
from server.services.uploads import Announced
from server.work import Parts, open_work
from shared import case_file, keyset, rfc3339
from shared.canonical import canonical, parse_object
from shared.case_file import Report
from tests.server.sync_world import Pad, as_tablet, enrolled, pad, push
from tests.world import LI, POINTS, WANG


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(target, "JPEG")
    return target.getvalue()


def bring(parts: Parts, tablet: Pad, data: bytes) -> None:
    with open_work(parts, as_tablet()) as work:
        told = Announced(
            evidence_id="photo",
            visit_id=tablet.visit_id,
            sha256=sha256(data).hexdigest(),
            length=len(data),
            filename="a.jpg",
            filetype="image/jpeg",
        )
        upload = uploads.create(work, told)
        work.session.flush()
        uploads.append(work, upload.id, 0, data)


@pytest.fixture
def visited(planted: Parts) -> Pad:
    """A visit whose record was read twice, with a photo."""
    data, tablet = photo(), pad(planted)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    tablet.photo("photo", sha256=sha256(data).hexdigest(), size=len(data))
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    tablet.answer(POINTS[0], "nonconform", severity="guidance", note="未公示")
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()
    push(planted, tablet.events[:9])
    push(planted, tablet.events[9:])
    bring(planted, tablet, data)
    return tablet


def export(parts: Parts, tablet: Pad) -> Exported:
    with open_work(parts, SYSTEM) as work:
        return case_export.of_visit(work, tablet.visit_id)


def checked(parts: Parts, archive: bytes) -> Report:
    with open_work(parts, SYSTEM) as work:
        trusted = keyset.read(platform_keys.key_set(work))
    return case_file.verify(case_file.from_zip(archive), trusted)


def test_a_case_file_holds_with_nothing_but_the_platforms_keys(
    planted: Parts, visited: Pad
) -> None:
    sweeping.drain(planted)  # the documents are drawn
    exported = export(planted, visited)

    report = checked(planted, exported.archive)

    assert report.findings == exported.report.findings == ()
    assert report.counts["events"] == len(visited.events)
    assert report.counts["evidence"] == 1
    assert report.counts["receipts"] == 1
    names = list(case_file.from_zip(exported.archive))
    assert len([name for name in names if name.endswith(".pdf")]) == 5


def test_the_same_case_is_the_same_bytes_whenever_it_is_exported(
    planted: Parts, visited: Pad, clock: SetClock
) -> None:
    sweeping.drain(planted)
    first = export(planted, visited).archive
    clock.moment += timedelta(days=400)
    enrolled(planted, "tablet-2", officers=())

    assert export(planted, visited).archive == first


def test_a_case_says_when_its_newest_thing_came(
    planted: Parts, visited: Pad, clock: SetClock
) -> None:
    before = export(planted, visited).archive
    clock.moment += timedelta(days=1)
    push(planted, pad(planted, visit=2).clean_visit().events)  # another visit is another case
    assert export(planted, visited).archive == before

    with Session(planted.engine) as session:
        session.execute(update(EvidenceFile).values(completed_at=clock.moment))
        session.commit()
    manifest = parse_object(case_file.from_zip(export(planted, visited).archive)["case.json"])
    assert manifest["as_of"] == rfc3339.write(clock.moment)


def test_the_events_in_it_are_the_very_bytes(planted: Parts, visited: Pad) -> None:
    entries = case_file.from_zip(export(planted, visited).archive)

    lines = entries[f"chains/{visited.visit_id}/tablet-1.jsonl"].splitlines()
    assert lines == [canonical(raw) for raw in visited.raws]


def test_what_has_not_arrived_is_said_to_be_absent(planted: Parts, visited: Pad) -> None:
    with Session(planted.engine) as session:
        session.execute(update(EvidenceFile).values(state="pending", storage_key=None))
        session.commit()

    report = export(planted, visited).report

    assert {found.code for found in report.findings} == {"evidence_absent"}
    assert report.holds


def test_a_file_that_was_changed_on_disk_is_not_passed_on(planted: Parts, visited: Pad) -> None:
    folder = planted.settings.data_dir / "objects" / "evidence"
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    path.chmod(0o600)
    path.write_bytes(photo()[::-1])

    report = export(planted, visited).report

    assert {found.detail for found in report.findings} == {"damaged"}


def test_one_changed_byte_is_found(planted: Parts, visited: Pad) -> None:
    entries = dict(case_file.from_zip(export(planted, visited).archive))
    name = f"chains/{visited.visit_id}/tablet-1.jsonl"
    entries[name] = entries[name].replace("未公示".encode(), "已公示".encode())

    assert not checked(planted, case_file.to_zip(entries)).holds


def test_an_irregular_visit_is_exported_too(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.scan()
    push(planted, tablet.events)

    assert export(planted, tablet).report.holds


def test_a_signature_that_its_batch_covered_is_checked_before_the_export(planted: Parts) -> None:
    """A push may look at the newest signature of a chain alone; a case file may not."""
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    reply = push(planted, [{**tablet.raws[0], "sig": "A" * 86}, tablet.raws[1]])
    assert [str(answer.status) for answer in reply.results] == ["applied", "applied"]

    report = export(planted, tablet).report

    (found,) = report.faults
    assert (found.code, report.holds) == ("bad_signature", False)
    assert found.where == f"chains/{tablet.visit_id}/tablet-1.jsonl:1"
    with Session(planted.engine) as session:
        told = session.query(AuditEntry).filter_by(action="case.exported").one()
        assert told.facts["faults"] == 1
