import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.models import AuditEntry, Document, Task, Visit
from server.services import rebuild, rulings
from server.services.rulings import Decision, RulingNotDue
from server.work import Parts, open_work
from shared.errors import BadInput, NotAllowed, NotFound
from shared.roles import Role
from tests.server.factories import principal
from tests.server.sync_world import Pad, pad, push
from tests.world import LI, POINTS, TASK, WANG

SUPER = principal("super", Role.SUPERVISION, agency="agency-1", region="370102")
ELSEWHERE = principal("other-super", Role.SUPERVISION, agency="agency-2", region="370202")
ADMIN = principal("admin", Role.AGENCY_ADMIN, agency="agency-1", region="370102")


@pytest.fixture
def irregular(planted: Parts) -> Pad:
    """A visit whose notice was served to nobody: all there, and one step missing."""
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()
    push(planted, tablet.events)
    return tablet


def rule(
    parts: Parts, tablet: Pad, decision: Decision, *, who: object = SUPER, why: str = "情况属实"
) -> Visit:
    with open_work(parts, who) as work:  # type: ignore[arg-type]
        return rulings.rule(work, tablet.visit_id, decision, why)


def documents(parts: Parts) -> int:
    with Session(parts.engine) as session:
        return session.scalar(select(func.count()).select_from(Document)) or 0


def test_nothing_is_told_until_it_is_ratified(planted: Parts, irregular: Pad) -> None:
    assert documents(planted) == 0

    visit = rule(planted, irregular, Decision.RATIFY)

    assert (visit.irregular, visit.ruling) == (True, "ratify")
    assert documents(planted) > 0
    with Session(planted.engine) as session:
        assert session.get_one(Task, TASK).status in ("finalised", "notified")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "visit.ruled")).one()
        assert entry.facts["decision"] == "ratify"


def test_what_is_rejected_is_never_told(planted: Parts, irregular: Pad) -> None:
    rule(planted, irregular, Decision.REJECT)

    assert documents(planted) == 0
    with Session(planted.engine) as session:
        assert session.get_one(Task, TASK).status == "irregular"


def test_it_is_ruled_on_once(planted: Parts, irregular: Pad) -> None:
    rule(planted, irregular, Decision.REJECT)

    with pytest.raises(RulingNotDue):
        rule(planted, irregular, Decision.RATIFY)


def test_a_regular_visit_needs_no_ruling(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    push(planted, tablet.events)

    with pytest.raises(RulingNotDue):
        rule(planted, tablet, Decision.RATIFY)


def test_an_irregularity_that_comes_later_waits_for_a_ruling_of_its_own(
    planted: Parts, irregular: Pad
) -> None:
    rule(planted, irregular, Decision.RATIFY)
    irregular.show("helper-sun")
    push(planted, irregular.events)

    with Session(planted.engine) as session:
        assert session.get_one(Visit, irregular.visit_id).ruling is None
    assert rule(planted, irregular, Decision.REJECT).ruling == "reject"


def test_a_rebuild_replays_the_ruling(planted: Parts, irregular: Pad) -> None:
    rule(planted, irregular, Decision.RATIFY)

    with open_work(planted, SUPER) as work:
        assert list(rebuild.differences(work, [irregular.visit_id])) == []


@pytest.mark.parametrize(("who", "error"), [(ELSEWHERE, NotFound), (ADMIN, NotAllowed)])
def test_only_supervision_of_the_region_rules(
    planted: Parts, irregular: Pad, who: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        rule(planted, irregular, Decision.RATIFY, who=who)


def test_a_ruling_has_a_reason(planted: Parts, irregular: Pad) -> None:
    with pytest.raises(BadInput):
        rule(planted, irregular, Decision.RATIFY, why="  ")
