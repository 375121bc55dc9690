"""Complaints other systems hand over: taken once, lost never, about an inspection supervision's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.models import (
    AuditEntry,
    Complaint,
    Document,
    Plan,
    PlanTarget,
    SystemClient,
    Task,
    WebhookCall,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import (
    approval_contents,
    complaint_desk,
    complaints,
    plans,
    system_clients,
    webhooks,
)
from server.services.complaints import Course, Sent
from server.services.webhooks import Told
from server.work import Parts, open_work
from shared.errors import BadInput, Conflict, NotAllowed, NotFound
from shared.localtime import local_day
from shared.roles import Role
from tests.server import sync_world
from tests.server.counting import counted
from tests.server.factories import add, person, principal
from tests.server.planted import AFTERNOON
from tests.server.sync_world import BUREAU, HOME, REGION, STRANGER
from tests.server.telling import with_problems
from tests.world import OTHER_USCC, USCC

PLANNER = principal("planner", Role.PLANNER, agency=HOME)
HEAD = principal("head", Role.HEAD, agency=HOME)
PHONE = "13812345678"
TODAY = local_day(AFTERNOON)


def supervisor(agency: str, *more: Role) -> Principal:
    return Principal(
        kind=PrincipalKind.PERSON,
        id=f"super of {agency}",
        roles=frozenset({Role.SUPERVISION, *more}),
        agency_id=agency,
        region="370202" if agency == STRANGER else REGION,
    )


def hotline(parts: Parts, agency_id: str = BUREAU, *, region: bool = True) -> Principal:
    """A fresh token of the hotline: the system stays the same one."""
    with open_work(parts, SYSTEM) as work:
        made = system_clients.make(
            work,
            name="12345",
            agency_id=agency_id,
            scopes=("complaints", "webhooks"),
            days=30,
            whole_region=region,
        )
    return Principal(
        kind=PrincipalKind.SYSTEM,
        id=made.client.id,
        name="12345",
        roles=frozenset({Role.ASSESSOR, Role.CLIENT}),
        agency_id=agency_id,
        region=REGION if region else None,
        scopes=frozenset({"complaints", "webhooks"}),
    )


def take(parts: Parts, who: Principal, **told: Any) -> complaints.Line:
    sent = Sent(**{"no": "SD-1", "received_at": AFTERNOON, "text": "后厨有老鼠", **told})
    with open_work(parts, who) as work:
        return complaints.take(work, sent)


def of(parts: Parts, who: Principal, id_: str) -> complaints.Line:
    with open_work(parts, who) as work:
        return complaints.read(work, id_)


def seen(parts: Parts, who: Principal) -> list[str]:
    with open_work(parts, who) as work:
        return [line.complaint.no for line in complaint_desk.listed(work)]


# -- taken in --------------------------------------------------------------------------------------


def test_a_number_is_taken_once_whatever_token_brings_it(planted: Parts) -> None:
    first = take(planted, hotline(planted), uscc=USCC, agency_id=HOME)
    again = take(planted, hotline(planted), uscc=USCC, agency_id=HOME)
    assert again.complaint.id == first.complaint.id
    with pytest.raises(Conflict):
        take(planted, hotline(planted), uscc=USCC, agency_id=HOME, text="另一件事")
    with open_work(planted, SYSTEM) as work:
        assert len(work.session.scalars(select(Complaint)).all()) == 1
    # Another system counts for itself.
    other = replace(hotline(planted), name="信访")
    assert take(planted, other, text="另一件事").complaint.id != first.complaint.id


@pytest.mark.parametrize(
    "told",
    [
        {"enterprise_name": "路口的饭店", "address": "人民路"},
        {"uscc": "91370100MA00000000"},
        {"uscc": "不知道"},
        {"premise_id": "premise-of-nobody"},
        {},
    ],
)
def test_who_is_unknown_is_kept_as_told_until_somebody_matches_it(
    planted: Parts, told: dict[str, str]
) -> None:
    system = hotline(planted)
    line = take(planted, system, agency_id=HOME, **told)
    assert line.course is Course.TO_MATCH
    assert line.complaint.told_name == told.get("enterprise_name", "")
    assert seen(planted, PLANNER) == ["SD-1"]
    with open_work(planted, PLANNER) as work, pytest.raises(BadInput):
        complaint_desk.plan(work, line.complaint.id)
    with open_work(planted, PLANNER) as work:
        complaint_desk.match(work, line.complaint.id, "premise-1")
    found = of(planted, system, line.complaint.id)
    assert (found.course, found.complaint.uscc) == (Course.OPEN, USCC)


def test_who_is_known_is_found_by_code_premise_or_whole_name(planted: Parts) -> None:
    with open_work(planted, SYSTEM) as work:
        name = complaints.Enterprise.name
        firm = work.session.scalar(select(name).where(complaints.Enterprise.uscc == USCC)) or ""
    system = hotline(planted)
    for n, told in enumerate(
        ({"uscc": USCC.lower()}, {"premise_id": "premise-1"}, {"enterprise_name": firm})
    ):
        line = take(planted, system, no=f"SD-{n}", **told)
        assert (line.complaint.uscc, line.complaint.premise_id) == (USCC, "premise-1"), told
    wrong = take(planted, system, no="SD-9", uscc=OTHER_USCC, premise_id="premise-1")
    assert wrong.complaint.uscc is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"act": "9"}, "/act"),
        ({"agency_id": STRANGER}, "/agency_id"),
        ({"agency_id": "agency-of-nobody"}, "/agency_id"),
        ({"received_at": AFTERNOON + timedelta(days=1)}, "/received_at"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_kept(
    planted: Parts, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        take(planted, hotline(planted), **wrong)
    assert list(refused.value.errors) == [field]
    with open_work(planted, SYSTEM) as work:
        assert work.session.scalars(select(Complaint)).all() == []


def test_who_complained_is_sealed_and_each_look_is_noted(planted: Parts) -> None:
    line = take(
        planted, hotline(planted), agency_id=HOME, contact_name="林女士", contact_phone=PHONE
    )
    row = line.complaint
    kept = " ".join(str(getattr(row, column.key)) for column in Complaint.__table__.columns)
    assert PHONE not in kept
    assert "林女士" not in kept
    with open_work(planted, PLANNER) as work:
        assert complaint_desk.person(work, row.id).phone == PHONE
    with open_work(planted, SYSTEM) as work:
        noted = select(AuditEntry.who_id).where(AuditEntry.action == "complaint.person_read")
        assert work.session.scalars(noted).all() == ["planner"]
    with open_work(planted, supervisor(BUREAU)) as work, pytest.raises(NotFound):
        complaint_desk.person(work, row.id)


# -- about an inspection ---------------------------------------------------------------------------


def test_one_about_an_inspection_is_never_seen_by_the_inspected_agency(planted: Parts) -> None:
    pad = sync_world.pad(planted)
    with_problems(pad)
    sync_world.push(planted, pad.events)
    with open_work(planted, SYSTEM) as work:
        result = work.session.scalars(select(Document).where(Document.kind == "result")).one()
        task_no = work.session.get_one(Task, sync_world.TASK).no
    number = (result.number or "").replace("〔", "[").replace("〕", "]")
    system = hotline(planted)
    ids = [
        take(planted, system, no="A", agency_id=HOME, act="5").complaint.id,
        take(planted, system, no="B", agency_id=HOME, inspection_no=task_no).complaint.id,
        take(planted, system, no="C", text=f"我投诉{number}那次检查").complaint.id,
        take(planted, system, no="D", agency_id=HOME, inspection_no="想不起来").complaint.id,
    ]
    assert sorted(seen(planted, supervisor(BUREAU))) == ["A", "B", "C", "D"]
    with open_work(planted, SYSTEM) as work:
        assert {work.session.get_one(Complaint, id_).agency_id for id_ in ids} == {HOME}
    everybody_there = [
        *(principal(role, role, agency=HOME) for role in Role if role is not Role.SYSTEM),
        supervisor(HOME),
        supervisor(HOME, Role.HEAD, Role.PLANNER, Role.AGENCY_ADMIN),
        supervisor(STRANGER),
        principal("other", Role.HEAD, agency=BUREAU),
        hotline(planted, HOME, region=False),
    ]
    for who in everybody_there:
        with open_work(planted, who) as work:
            try:
                assert complaint_desk.listed(work) == [], who
            except NotAllowed:
                continue
        for id_ in ids:
            for ask in (
                lambda work, id_=id_: complaint_desk.read(work, id_),
                lambda work, id_=id_: complaint_desk.person(work, id_),
                lambda work, id_=id_: complaint_desk.answer(work, id_, "没有", "unsubstantiated"),
                lambda work, id_=id_: complaint_desk.plan(work, id_),
            ):
                with open_work(planted, who) as work, pytest.raises((NotFound, NotAllowed)):
                    ask(work)


def test_supervision_answers_and_the_sender_reads_it(planted: Parts) -> None:
    system = hotline(planted)
    id_ = take(planted, system, agency_id=HOME, act="2").complaint.id
    with open_work(planted, supervisor(BUREAU)) as work, pytest.raises(BadInput):
        complaint_desk.answer(work, id_, "已查实", "maybe")
    with open_work(planted, supervisor(BUREAU)) as work:
        complaint_desk.answer(work, id_, "已查实，已约谈", "substantiated")
    line = of(planted, system, id_)
    assert (line.course, line.complaint.outcome) == (Course.ANSWERED, "substantiated")
    assert not line.withheld


def test_the_inspected_agencys_own_system_is_not_told_the_answer(planted: Parts) -> None:
    system = hotline(planted, HOME, region=False)
    id_ = take(planted, system, act="2").complaint.id
    with open_work(planted, supervisor(BUREAU)) as work:
        complaint_desk.answer(work, id_, "已查实", "substantiated")
    assert of(planted, system, id_).withheld


def test_one_of_no_known_agency_waits_for_supervision_of_the_region(planted: Parts) -> None:
    id_ = take(planted, hotline(planted), act="2").complaint.id
    assert seen(planted, supervisor(STRANGER)) == seen(planted, PLANNER) == []
    with open_work(planted, supervisor(BUREAU)) as work:
        complaint_desk.hand_on(work, id_, HOME)
    assert seen(planted, supervisor(BUREAU)) == ["SD-1"]
    assert seen(planted, supervisor(HOME)) == []


def test_an_agency_that_finds_it_is_about_an_inspection_loses_sight_of_it(planted: Parts) -> None:
    id_ = take(planted, hotline(planted), agency_id=HOME).complaint.id
    with open_work(planted, PLANNER) as work:
        complaint_desk.to_supervision(work, id_)
    assert seen(planted, PLANNER) == []
    assert seen(planted, supervisor(BUREAU)) == ["SD-1"]


# -- what comes of it ------------------------------------------------------------------------------


def planned(parts: Parts, who: Principal) -> tuple[str, str]:
    """A complaint and the plan drafted of it, with one click."""
    add(parts, [person("planner", Role.PLANNER, agency=HOME)])
    id_ = take(parts, who, uscc=USCC, agency_id=HOME, text="张师傅说后厨有老鼠").complaint.id
    with open_work(parts, PLANNER) as work:
        return id_, complaint_desk.plan(work, id_).id


def test_one_click_drafts_a_case_that_nobody_has_approved(planted: Parts) -> None:
    id_, plan_id = planned(planted, hotline(planted))
    with open_work(planted, SYSTEM) as work:
        plan = work.session.get_one(Plan, plan_id)
        target = work.session.scalars(select(PlanTarget)).one()
        said = plans._content(plan, [target])
    assert (plan.kind, plan.trigger, plan.status) == ("case", "complaint_12345", "draft")
    assert (target.source_no, target.source_on) == ("SD-1", TODAY)
    assert (target.uscc, target.premise_id) == (USCC, "premise-1")
    assert plan.window_from > TODAY
    assert "张师傅" not in str(said)
    for again in (complaint_desk.plan, lambda work, of_: complaint_desk.send_back(work, of_, "x")):
        with open_work(planted, PLANNER) as work, pytest.raises(Conflict):
            again(work, id_)
    with open_work(planted, HEAD) as work, pytest.raises(NotAllowed):
        complaint_desk.plan(work, id_)


def test_a_plan_that_was_given_up_leaves_the_complaint_to_do(planted: Parts) -> None:
    system = hotline(planted)
    id_, plan_id = planned(planted, system)
    assert of(planted, system, id_).course is Course.IN_HAND
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Plan, plan_id).status = "cancelled"
    assert of(planted, system, id_).course is Course.OPEN
    with open_work(planted, PLANNER) as work:
        assert complaint_desk.plan(work, id_).id != plan_id


def test_its_number_stands_in_the_approval_form(planted: Parts) -> None:
    planned(planted, hotline(planted))
    with open_work(planted, SYSTEM) as work:
        task = work.session.get_one(Task, sync_world.TASK)
        task.target_id = work.session.scalars(select(PlanTarget.id)).one()
        ((_, form),) = approval_contents.of_tasks(work, [task], {})
    assert (form["task"]["source_no"], form["task"]["source_on"]) == ("SD-1", TODAY.isoformat())


def test_the_sender_alone_hears_that_the_result_was_told_and_not_what_it_was(
    planted: Parts,
) -> None:
    system, strange = hotline(planted), hotline(planted, HOME, region=False)
    for who in (system, strange):
        with open_work(planted, who) as work:
            webhooks.subscribe(work, "https://hotline.example/in", (Told.COMPLAINT_CHANGED,))
    id_, plan_id = planned(planted, system)
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Task, sync_world.TASK).plan_id = plan_id
        before = len(work.session.scalars(select(WebhookCall)).all())
    pad = sync_world.pad(planted)
    with_problems(pad)
    sync_world.push(planted, pad.events)
    line = of(planted, system, id_)
    assert line.course is Course.RESULT_TOLD
    assert line.result is not None
    assert "号" in line.result.number
    with open_work(planted, SYSTEM) as work:
        calls = work.session.scalars(select(WebhookCall)).all()
        assert len(calls) == before + 1
        assert {call.subscription_id for call in calls} == {calls[0].subscription_id}
        owner = work.session.get_one(webhooks.WebhookSubscription, calls[0].subscription_id)
        assert work.session.get_one(SystemClient, owner.client_id).agency_id == BUREAU
    with pytest.raises(NotFound):
        of(planted, strange, id_)


def test_a_complaint_is_answered_or_returned_once_and_handed_on_before(planted: Parts) -> None:
    system = hotline(planted)
    first = take(planted, system, no="A", agency_id=HOME).complaint.id
    second = take(planted, system, no="B", agency_id=HOME).complaint.id
    with open_work(planted, PLANNER) as work, pytest.raises(BadInput):
        complaint_desk.send_back(work, first, "  ")
    with open_work(planted, PLANNER) as work:
        complaint_desk.send_back(work, first, "属于城管职责")
    with open_work(planted, PLANNER) as work, pytest.raises(Conflict):
        complaint_desk.answer(work, first, "再答一次")
    assert of(planted, system, first).course is Course.RETURNED
    with open_work(planted, replace(PLANNER, region=REGION)) as work:
        with pytest.raises(BadInput):
            complaint_desk.hand_on(work, second, STRANGER)
        complaint_desk.hand_on(work, second, BUREAU)
    assert seen(planted, PLANNER) == []
    assert seen(planted, principal("p2", Role.PLANNER, agency=BUREAU)) == ["B"]


def test_a_list_costs_the_same_however_long_it_is(planted: Parts) -> None:
    system = hotline(planted)
    asked = []
    for n in (1, 6):
        for m in range(n):
            take(planted, system, no=f"{n}-{m}", uscc=USCC, agency_id=HOME)
        with open_work(planted, PLANNER) as work, counted(planted.engine) as statements:
            complaint_desk.listed(work)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 4
