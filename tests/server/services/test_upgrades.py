"""What a tablet newer than the server sent is set apart, and judged again when that knows it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from server.models import Quarantine, Visit
from server.services import arrivals, quarantine, rebuild
from server.work import Parts, open_work
from shared.errors import NewerApp
from shared.events.envelope import Event, read_event
from shared.events.kinds import EventKind
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import principal
from tests.server.sync_world import Pad, pad, push

SUPERVISION = principal("super", Role.SUPERVISION, agency=sync_world.HOME, region=sync_world.REGION)


def of_an_older_program(raw: Any) -> Event:
    """As a server reads that was made before there was this kind."""
    if raw["kind"] == EventKind.RECORD_READ:
        raise NewerApp("No such kind.")
    return read_event(raw)


@pytest.fixture
def ahead(planted: Parts, monkeypatch: pytest.MonkeyPatch) -> Pad:
    """A tablet whose whole visit has reached an older server, which is then upgraded."""
    tablet = pad(planted).clean_visit()
    with monkeypatch.context() as older:
        older.setattr(arrivals, "read_event", of_an_older_program)
        older.setattr(arrivals, "read_plainly", lambda _raw: None)  # it says so of what is newer
        answers = push(planted, tablet.events).results
    kinds = [event.kind for event in tablet.events]
    newer = kinds.index(EventKind.RECORD_READ)
    told = [(str(answer.status), answer.code) for answer in answers]
    assert told[:newer] == [("applied", "")] * newer
    assert told[newer] == ("quarantined", "newer_app")
    assert told[newer + 1] == ("held", "predecessor_quarantined")
    assert {status for status, _ in told[newer + 1 :]} == {"held"}
    return tablet


def must_be_whole(parts: Parts, tablet: Pad) -> None:
    with Session(parts.engine) as session:
        found = session.get_one(Visit, tablet.visit_id)
        assert (found.stage, found.complete, found.irregular) == ("sealed", True, False)
    with open_work(parts, SUPERVISION) as work:
        assert list(rebuild.differences(work, [tablet.visit_id])) == []


def test_sent_again_after_the_upgrade_it_is_taken_in_with_all_that_waited_for_it(
    planted: Parts, ahead: Pad
) -> None:
    push(planted, ahead.events)
    must_be_whole(planted, ahead)


def test_let_in_from_the_desk_after_the_upgrade_it_is_as_if_it_had_been_known(
    planted: Parts, ahead: Pad
) -> None:
    with open_work(planted, SUPERVISION) as work:
        (row,) = work.session.query(Quarantine).filter_by(code="newer_app")
        quarantine.rule(work, row.id, quarantine.Decision.ADMIT, "服务端已升级")
    must_be_whole(planted, ahead)
