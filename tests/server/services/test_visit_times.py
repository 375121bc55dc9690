"""A half day an enterprise asks for: where it may, once agreed everywhere, over with its visit."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.models import (
    Agency,
    MergePart,
    MergeProposal,
    MergeSearch,
    MergeStatus,
    OutboxMessage,
    Task,
    TimeState,
    VisitTime,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import (
    contacts,
    merges,
    outbox,
    parameters,
    portal_visits,
    reference_objects,
    tasks,
    views_queue,
    visit_times,
)
from server.services.contacts import ContactDraft
from server.services.views_queue import Waiting
from server.work import Parts, open_work
from shared import slots
from shared.errors import BadInput, Conflict, NotAllowed, NotFound
from shared.plans.model import Trigger
from shared.reference import ReferenceObject, References
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import add, agency, person, principal
from tests.server.sync_world import HOME, STRANGER
from tests.world import NOON, OTHER_USCC, USCC

MONDAY, FRIDAY = date(2026, 11, 30), date(2026, 12, 4)  # the clock stands on the Monday before
TUESDAY_AM = slots.read("2026-12-01 am")
THURSDAY_PM = slots.read("2026-12-03 pm")
HEAD = principal("head", Role.HEAD, agency=HOME)
PLANNER = principal("planner", Role.PLANNER, agency=HOME)
OTHER_HEAD = principal("other-head", Role.HEAD, agency=STRANGER)
ALLOWED = {"annual_plan", "licence_verify", "self_request", "rectification"}


def owner(uscc: str = USCC) -> Principal:
    return Principal(
        kind=PrincipalKind.ENTERPRISE,
        id="contact",
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=uscc,
    )


@pytest.fixture
def shop(planted: Parts, clock: SetClock) -> Parts:
    """The enterprise has a confirmed contact; one inspection of it may be announced."""
    clock.moment = NOON
    with open_work(planted, SYSTEM) as work:
        draft = ContactDraft(name="林小满", phone="13800138000")
        contacts.confirm(work, contacts.add(work, USCC, draft).id, "paper")
    planned(planted)
    return planted


def planned(parts: Parts, id_: str = "to-come", **other: Any) -> str:
    values = {"kind": "daily", "trigger": "annual_plan", "window_from": MONDAY}
    add(parts, [sync_world.task_row(id_, **{**values, "window_to": FRIDAY, **other})])
    return id_


def ask(parts: Parts, slot: slots.Slot = TUESDAY_AM, task: str = "to-come") -> None:
    with open_work(parts, owner()) as work:
        visit_times.ask(work, task, slot)


def agree(parts: Parts, task: str = "to-come") -> None:
    with open_work(parts, PLANNER) as work:
        visit_times.agree(work, task)


def row(parts: Parts, task: str = "to-come") -> VisitTime:
    with open_work(parts, SYSTEM) as work:
        return work.session.get_one(VisitTime, task)


def sent_task(parts: Parts, task: str = "to-come") -> Any:
    """The task as its tablets read it."""
    with open_work(parts, SYSTEM) as work:
        data = reference_objects.task(work.session.get_one(Task, task))
    return References.from_objects([ReferenceObject("task", task, 1, data)]).tasks[task]


def messages(parts: Parts) -> list[tuple[str, str, str]]:
    """Purpose, state and half day of what was written to the enterprise about times."""
    with open_work(parts, SYSTEM) as work:
        rows = work.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.purpose.startswith("time_"))
            .order_by(OutboxMessage.id)
        )
        told = [(one, outbox.body_of(work, one)) for one in rows]
        return [(one.purpose, one.state, f"{body.day} {body.half}") for one, body in told]


def test_the_working_half_days_of_the_window_are_offered_a_day_ahead(
    shop: Parts, clock: SetClock
) -> None:
    with open_work(shop, owner()) as work:
        offered = visit_times.choice(work, "to-come").offered
    assert [offered[0].code, offered[-1].code, len(offered)] == [
        *("2026-11-30 am", "2026-12-04 pm"),
        10,
    ]
    clock.move(timedelta(days=9))  # the Wednesday within
    with open_work(shop, owner()) as work:
        offered = visit_times.choice(work, "to-come").offered
    assert next(slot.code for slot in offered) == "2026-12-03 am"


def test_agreed_it_is_seen_by_the_enterprise_the_console_and_the_tablet(shop: Parts) -> None:
    ask(shop)
    with open_work(shop, PLANNER) as work:
        (line,) = visit_times.waiting(work)
        assert (line.row.day, line.mine) == (TUESDAY_AM.day, True)
        assert views_queue.piles(work)[Waiting.TIMES].count == 1
    assert sent_task(shop).slot is None
    agree(shop)
    assert sent_task(shop).slot == TUESDAY_AM
    assert messages(shop) == [("time_agreed", "waiting", "2026-12-01 am")]
    with open_work(shop, owner()) as work:
        (line,) = [one for one in portal_visits.upcoming(work) if one.task_id == "to-come"]
        assert line.time is not None
        assert (line.may_choose, line.time.state) == (True, TimeState.AGREED)
        assert visit_times.choice(work, "to-come").offered == ()
    with open_work(shop, PLANNER) as work:
        assert visit_times.waiting(work) == ()
        assert views_queue.piles(work)[Waiting.TIMES].count == 0
    with pytest.raises(Conflict):
        ask(shop, THURSDAY_PM)


def test_kept_to_its_own_day_the_agency_says_why_and_another_may_be_asked_for(shop: Parts) -> None:
    ask(shop)
    with open_work(shop, HEAD) as work, pytest.raises(BadInput):
        visit_times.keep(work, "to-come", " ")
    with open_work(shop, HEAD) as work:
        visit_times.keep(work, "to-come", "当天执法人员培训")
    assert (row(shop).state, row(shop).reason) == (TimeState.KEPT, "当天执法人员培训")
    assert sent_task(shop).slot is None
    ask(shop, THURSDAY_PM)
    agree(shop)
    assert sent_task(shop).slot == THURSDAY_PM
    assert [(purpose, state) for purpose, state, _ in messages(shop)] == [
        ("time_kept", "failed"),  # what said otherwise is not sent any more
        ("time_agreed", "waiting"),
    ]


def test_it_is_asked_for_three_times_at_most_and_taken_back_while_nobody_answered(
    shop: Parts,
) -> None:
    with open_work(shop, owner()) as work, pytest.raises(Conflict):
        visit_times.withdraw(work, "to-come")
    ask(shop)
    with open_work(shop, owner()) as work:
        visit_times.withdraw(work, "to-come")
    with open_work(shop, PLANNER) as work:
        assert visit_times.waiting(work) == ()
        with pytest.raises(Conflict):
            visit_times.agree(work, "to-come")
    ask(shop, THURSDAY_PM)
    ask(shop)
    with pytest.raises(Conflict):
        ask(shop, THURSDAY_PM)
    assert row(shop).day == TUESDAY_AM.day


@pytest.mark.parametrize("slot", ["2026-11-27 am", "2026-12-05 am", "2026-12-07 pm"])
def test_a_half_day_that_is_not_offered_cannot_be_had(shop: Parts, slot: str) -> None:
    with pytest.raises(BadInput):
        ask(shop, slots.read(slot))


@pytest.mark.parametrize("trigger", [each for each in Trigger if each not in ALLOWED])
def test_of_an_unannounced_inspection_there_is_no_time_and_no_sign(
    shop: Parts, trigger: Trigger
) -> None:
    planned(shop, "secret", trigger=str(trigger))
    with open_work(shop, owner()) as work:
        with pytest.raises(NotFound):
            visit_times.choice(work, "secret")
        with pytest.raises(NotFound):
            visit_times.ask(work, "secret", TUESDAY_AM)


def test_an_agency_may_announce_and_leave_no_choice(shop: Parts) -> None:
    with open_work(shop, SYSTEM) as work:
        parameters.record(work, "time_slot_triggers", [], valid_from=NOON.date())
    with open_work(shop, owner()) as work:
        (line,) = [one for one in portal_visits.upcoming(work) if one.task_id == "to-come"]
        assert not line.may_choose
        with pytest.raises(NotFound):
            visit_times.choice(work, "to-come")


def test_another_enterprise_and_another_agency_have_no_part_in_it(shop: Parts) -> None:
    with open_work(shop, owner(OTHER_USCC)) as work, pytest.raises(NotFound):
        visit_times.choice(work, "to-come")
    ask(shop)
    with open_work(shop, OTHER_HEAD) as work:
        assert visit_times.waiting(work) == ()
        with pytest.raises(NotFound):
            visit_times.agree(work, "to-come")
    officer = principal("reader", Role.OFFICER, agency=HOME)
    with open_work(shop, officer) as work:
        assert [line.mine for line in visit_times.waiting(work)] == [False]
        with pytest.raises(NotAllowed):
            visit_times.agree(work, "to-come")


def test_it_ends_with_its_task_and_whoever_was_promised_it_is_told(shop: Parts) -> None:
    ask(shop)
    agree(shop)
    with open_work(shop, HEAD) as work:
        tasks.cancel(work, "to-come", "企业停业")
    assert row(shop).state == TimeState.WITHDRAWN
    assert sent_task(shop).slot is None
    assert [(purpose, state) for purpose, state, _ in messages(shop)] == [
        ("time_agreed", "failed"),
        ("time_off", "waiting"),
    ]


def joint(parts: Parts, **theirs: Any) -> None:
    """The visit of two agencies, led by the one at home."""
    with open_work(parts, SYSTEM) as work:
        known = work.session.get(Agency, STRANGER) is not None
    if not known:
        add(parts, [agency(STRANGER, region="370202")])
    add(parts, [person("head", Role.HEAD, agency=HOME)])
    planned(parts, "theirs", agency=STRANGER, **theirs)
    search = MergeSearch(
        id="search", region="37", since=MONDAY, until=FRIDAY, asked_by="head", asked_at=NOON
    )
    proposal = MergeProposal(
        id="merged",
        search_id="search",
        uscc=USCC,
        premise_id="premise-1",
        lead_agency_id=HOME,
        day=MONDAY,
        window_from=MONDAY,
        window_to=FRIDAY,
        officer_ids=[],
        points=1,
        points_merged=1,
        visits_avoided=1,
        visit_minutes=60,
        status=MergeStatus.ACCEPTED,
    )
    parts_of_it = [
        MergePart(
            proposal_id="merged",
            task_id=task,
            agency_id=whose,
            window_from=MONDAY,
            window_to=FRIDAY,
        )
        for task, whose in (("to-come", HOME), ("theirs", STRANGER))
    ]
    add(parts, [search, proposal, *parts_of_it])
    with open_work(parts, SYSTEM) as work:
        for id_ in ("to-come", "theirs"):
            work.session.get_one(Task, id_).merged_id = "merged"


def test_both_agencies_of_a_joint_visit_see_it_and_the_leading_one_answers(shop: Parts) -> None:
    joint(shop)
    ask(shop, task="theirs")
    with open_work(shop, OTHER_HEAD) as work:
        (line,) = visit_times.waiting(work)
        assert (line.row.task_id, line.mine) == ("theirs", False)
        with pytest.raises(Conflict):
            visit_times.agree(work, "theirs")
    agree(shop)
    assert {sent_task(shop, id_).slot for id_ in ("to-come", "theirs")} == {TUESDAY_AM}
    assert len(messages(shop)) == 1
    with open_work(shop, HEAD) as work:
        merges.dissolve(work, "merged", "两家时间对不上")
    assert {sent_task(shop, id_).slot for id_ in ("to-come", "theirs")} == {None}
    assert {row(shop, id_).state for id_ in ("to-come", "theirs")} == {TimeState.WITHDRAWN}
    assert messages(shop)[-1][0] == "time_off"


def test_while_the_other_agency_still_comes_the_time_of_a_joint_visit_stands(shop: Parts) -> None:
    joint(shop)
    ask(shop)
    agree(shop)
    with open_work(shop, OTHER_HEAD) as work:
        tasks.cancel(work, "theirs", "已由他人检查")
    assert sent_task(shop).slot == TUESDAY_AM
    assert [purpose for purpose, *_ in messages(shop)] == ["time_agreed"]


def test_a_joint_visit_of_which_one_part_is_unannounced_has_no_time(shop: Parts) -> None:
    joint(shop, trigger="random")
    with open_work(shop, owner()) as work:
        (line,) = [one for one in portal_visits.upcoming(work) if one.task_id == "to-come"]
        assert not line.may_choose
        with pytest.raises(NotFound):
            visit_times.ask(work, "to-come", TUESDAY_AM)
