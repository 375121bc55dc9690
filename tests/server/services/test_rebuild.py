from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from server.models import (
    Certificate,
    EvidenceFile,
    LedgerEntry,
    Visit,
    VisitAnswer,
    VisitFinding,
    VisitTask,
)
from server.principal import SYSTEM
from server.services import rebuild
from server.work import Parts, open_work
from tests.server.sync_world import Pad, pad, push
from tests.world import LI, NOON, POINTS, WANG


@pytest.fixture
def visited(planted: Parts) -> Pad:
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    tablet.photo("front")
    tablet.answer(POINTS[0], "nonconform", severity="guidance")
    for point in POINTS[1:]:
        tablet.answer(point)
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()
    push(planted, tablet.events)
    return tablet


def differences(parts: Parts) -> list[str]:
    with open_work(parts, SYSTEM) as work:
        ids = rebuild.visit_ids(work)
        return [found.where for found in rebuild.differences(work, ids)]


def test_what_people_read_is_what_the_ledger_says(planted: Parts, visited: Pad) -> None:
    assert differences(planted) == []
    with open_work(planted, SYSTEM) as work:
        assert rebuild.visit_ids(work) == [visited.visit_id]
        assert rebuild.unledgered(work) == 0


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (update(Visit).values(irregular=True), "visit irregular"),
        (update(Visit).values(outcome="transfer"), "visit outcome"),
        (update(VisitAnswer).values(answer="conform"), "answers"),
        (delete(VisitAnswer), "answers"),
        (delete(VisitFinding), "findings"),
        (update(VisitFinding).values(text="x"), "findings"),
        (delete(VisitTask), "tasks"),
        (update(EvidenceFile).values(sha256="0" * 64), "evidence front sha256"),
        (delete(Visit), "visit"),
    ],
)
def test_any_row_that_was_changed_by_hand_is_found(
    planted: Parts, visited: Pad, change: Any, where: str
) -> None:
    with Session(planted.engine) as session:
        session.execute(change)
        session.commit()

    found = differences(planted)

    assert found
    assert all(place.startswith(where) for place in found)


def test_an_id_of_evidence_that_is_named_again_stays_with_whom_it_was_first(
    planted: Parts, visited: Pad
) -> None:
    again = pad(planted, visit=2, counted_before=50)
    again.open()
    again.photo("front")
    again.photo("back")
    push(planted, again.events)
    again.photo("back", sha256="ab" * 32)
    push(planted, again.events)

    assert differences(planted) == []
    with Session(planted.engine) as session:
        assert session.get_one(EvidenceFile, "front").visit_id == visited.visit_id
        assert session.get_one(EvidenceFile, "back").event_id == again.events[2].id


def test_a_visit_without_any_event_is_found(planted: Parts, visited: Pad) -> None:
    with Session(planted.engine) as session:
        row = session.get_one(Visit, visited.visit_id)
        copy = {c.name: getattr(row, c.name) for c in Visit.__table__.columns}
        session.add(Visit(**{**copy, "id": "invented"}))
        session.commit()

    assert differences(planted) == ["visit"]


def test_an_event_the_ledger_does_not_know_is_found(planted: Parts, visited: Pad) -> None:
    with Session(planted.engine) as session:
        session.execute(delete(LedgerEntry).where(LedgerEntry.event_id == visited.events[0].id))
        session.commit()

    with open_work(planted, SYSTEM) as work:
        assert rebuild.unledgered(work) == 1


def test_what_would_differ_today_is_told_and_changes_nothing(
    planted: Parts, visited: Pad, read: Callable[[], Any]
) -> None:
    before = read()
    with open_work(planted, SYSTEM) as work:
        certificate = work.session.get_one(Certificate, f"certificate-{LI}")
        certificate.revoked_at = NOON - timedelta(days=1)

    with open_work(planted, SYSTEM) as work:
        (judged,) = rebuild.judged_otherwise(work, rebuild.visit_ids(work))

    assert judged.then == []
    assert "certificate_not_in_force" in judged.now
    assert read() == before
    assert differences(planted) == []


@pytest.fixture
def read(planted: Parts, visited: Pad) -> Callable[[], Any]:
    def look() -> Any:
        with Session(planted.engine) as session:
            row = session.get_one(Visit, visited.visit_id)
            return {c.name: getattr(row, c.name) for c in Visit.__table__.columns}

    return look
