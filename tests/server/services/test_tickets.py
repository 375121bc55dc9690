"""Objections, complaints and opinions: who sees them, who decides, and what comes of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.models import (
    AuditEntry,
    Document,
    NoticeReceipt,
    Officer,
    Ticket,
    TicketKind,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.refusals import OwnCase
from server.services import (
    contacts,
    documents,
    notices,
    receipts_of_notices,
    rectifications,
    results,
    tickets,
    views_audit,
)
from server.services.contacts import ContactDraft
from server.services.file_types import EvidenceRefused
from server.services.tickets import Draft
from server.work import Parts, open_work
from shared.content import problems
from shared.errors import BadInput, Conflict, DomainError, Expired, NotAllowed, NotFound
from shared.roles import Role
from tests.server.factories import add, person, principal
from tests.server.sync_world import BUREAU, HOME, STRANGER
from tests.server.telling import EITHER_WAY, PHONE, sealed
from tests.server.whole import jpeg
from tests.world import OTHER_USCC, USCC, WANG

HEAD = principal("head", Role.HEAD, agency=HOME)
STROKES = [[[0, 0, 0], [500, 500, 120]]]


def supervisor(agency: str, *more: Role) -> Principal:
    return Principal(
        kind=PrincipalKind.PERSON,
        id=f"super of {agency}",
        roles=frozenset({Role.SUPERVISION, *more}),
        agency_id=agency,
        region="370202" if agency == STRANGER else "370102",
    )


@pytest.fixture
def over(planted: Parts, request: pytest.FixtureRequest) -> str:
    """A visit with two problems, told; the first must be put right."""
    return sealed(planted, getattr(request, "param", "on_site"))


@pytest.fixture
def ours(planted: Parts, over: str) -> Principal:
    """The enterprise's contact, who has opened the result."""
    with open_work(planted, SYSTEM) as work:
        row = contacts.add(work, USCC, ContactDraft(name="林小满", phone=PHONE))
        contact_id = contacts.confirm(work, row.id, "paper").id
    who = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id=contact_id,
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=USCC,
    )
    with open_work(planted, who) as work:
        notices.open_(work, result(planted).id)
    return who


def result(parts: Parts) -> Document:
    with open_work(parts, SYSTEM) as work:
        return work.session.scalars(
            select(Document).where(Document.kind == "result", Document.superseded_by.is_(None))
        ).one()


def point(parts: Parts) -> str:
    """The problem to put right."""
    return next(iter(problems.to_rectify(result(parts).content)))


def put(parts: Parts, who: Principal, kind: str, visit_id: str | None, **more: Any) -> str:
    draft = Draft(
        **{"kind": TicketKind(kind), "text": "我们有不同意见", "visit_id": visit_id, **more}
    )
    with open_work(parts, who) as work:
        return tickets.put(work, draft).id


def objected(parts: Parts, who: Principal, over: str) -> str:
    return put(parts, who, "objection", over, points=[point(parts)], files=[jpeg()])


def seen(parts: Parts, who: Principal) -> list[str]:
    with open_work(parts, who) as work:
        return [line.ticket.kind for line in tickets.listed(work)]


# -- complaints ----------------------------------------------------------------------------------


def test_a_complaint_goes_to_supervision_and_never_to_the_inspected_agency(
    planted: Parts, ours: Principal, over: str
) -> None:
    id_ = put(planted, ours, "complaint", over, category="1", files=[jpeg()])
    assert seen(planted, supervisor(BUREAU)) == ["complaint"]
    everybody_there = [
        *(principal(role, role, agency=HOME) for role in Role if role is not Role.SYSTEM),
        supervisor(HOME),
        supervisor(HOME, Role.HEAD, Role.AGENCY_ADMIN),
        supervisor(STRANGER),
        principal("other", Role.HEAD, agency=BUREAU),
    ]
    for who in everybody_there:
        for ask in (tickets.listed, lambda work: tickets.read(work, id_)):
            with open_work(planted, who) as work:
                try:
                    found = ask(work)
                except (NotAllowed, NotFound):
                    continue
                assert found == (), who
        with open_work(planted, who) as work, pytest.raises((NotAllowed, NotFound)):
            tickets.answer(work, id_, "unsubstantiated", "没有")
    admin = principal("admin", Role.AGENCY_ADMIN, agency=HOME)
    with open_work(planted, admin) as work:
        page = views_audit.page(work, views_audit.Filter())
        assert id_ not in {entry.object_id for entry in page.entries}
    with open_work(planted, supervisor(BUREAU)) as work:
        tickets.answer(work, id_, "substantiated", "已查实，责令改正")
    with open_work(planted, ours) as work:
        assert tickets.own_one(work, id_).ticket.outcome == "substantiated"


def test_a_complaint_names_one_of_the_eight_acts_and_an_agency_of_the_region(
    planted: Parts, ours: Principal, over: str
) -> None:
    for more in ({"category": ""}, {"category": "9"}, {"category": "1", "text": " "}):
        with pytest.raises(BadInput):
            put(planted, ours, "complaint", over, **more)
    put(planted, ours, "complaint", None, category="8", agency_id=HOME)
    for agency_id in (STRANGER, None, "x"):
        with pytest.raises(BadInput):
            put(planted, ours, "complaint", None, category="8", agency_id=agency_id)
    with pytest.raises(EvidenceRefused):
        put(planted, ours, "complaint", over, category="1", files=[b"<script>"])
    with pytest.raises(BadInput):
        put(planted, ours, "complaint", over, category="1", files=[jpeg()] * 7)


# -- objections ----------------------------------------------------------------------------------


def test_who_was_there_does_not_decide(planted: Parts, ours: Principal, over: str) -> None:
    add(planted, [person("wang-as-head", Role.HEAD, agency=HOME)])
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Officer, WANG).person_id = "wang-as-head"
    id_ = objected(planted, ours, over)
    with (
        open_work(planted, principal("wang-as-head", Role.HEAD, agency=HOME)) as work,
        pytest.raises(OwnCase),
    ):
        tickets.answer(work, id_, "rejected", "没有问题")
    with open_work(planted, supervisor(BUREAU)) as work, pytest.raises(NotFound):
        tickets.answer(work, id_, "upheld", "不归监督机关答复")
    with open_work(planted, HEAD) as work:
        assert len(tickets.read(work, id_).objected) == 1
        tickets.answer(work, id_, "rejected", "温度计有检定证书")
    with open_work(planted, HEAD) as work, pytest.raises(Conflict):
        tickets.answer(work, id_, "upheld", "再来一次")
    assert result(planted).version == 1


@EITHER_WAY
def test_what_is_upheld_makes_a_new_version_and_the_old_one_stays(
    planted: Parts, ours: Principal, over: str
) -> None:
    """Also after it was receipted: the receipt is of the version it was signed for."""
    old = result(planted)
    with open_work(planted, ours) as work:
        receipts_of_notices.sign(work, old.id, name="林", capacity="店长", strokes=STROKES)
    before = (old.content, old.content_hash, old.number, old.particulars)
    id_ = objected(planted, ours, over)
    with open_work(planted, HEAD) as work:
        tickets.answer(work, id_, "upheld", "温度计未检定")
    new = result(planted)
    with open_work(planted, SYSTEM) as work:
        kept = work.session.get_one(Document, old.id)
        assert (kept.content, kept.content_hash, kept.number, kept.particulars) == before
        assert kept.superseded_by == new.id
        receipt = work.session.scalars(
            select(NoticeReceipt).where(NoticeReceipt.document_id == old.id)
        ).one()
        assert receipt.content_hash == old.content_hash
        told = notices.of_document(work, new.id)
        assert (told.state, told.receipted_at) == ("queued", None)
        drawn = documents.draw(work, work.session.get_one(Document, new.id))
        assert drawn.startswith(b"%PDF-")
        assert work.session.get_one(Ticket, id_).new_document_id == new.id
    assert (new.version, new.content["conclusion"]) == (2, "guidance")
    assert new.content["review"]["of_content_hash"] == old.content_hash
    assert new.number != old.number
    assert len(new.content["problems"]) == len(old.content["problems"]) - 1
    with open_work(planted, ours) as work:
        assert rectifications.own(work, over) is None
    with open_work(planted, SYSTEM) as work:  # folded again, it does not come back
        again = results.on_visit_sealed(work, over)
        assert again is not None
        assert again.id == new.id


def test_an_objection_has_its_time_its_problem_and_comes_once(
    planted: Parts, ours: Principal, over: str, clock: SetClock
) -> None:
    with pytest.raises(BadInput):
        put(planted, ours, "objection", over, points=["0" * 16])
    with pytest.raises(BadInput):
        put(planted, ours, "objection", None)
    objected(planted, ours, over)
    with pytest.raises(Conflict):
        objected(planted, ours, over)
    clock.move(timedelta(days=40))
    with pytest.raises(Expired):
        objected(planted, ours, over)


def test_another_enterprise_reads_and_puts_nothing_of_it(
    planted: Parts, ours: Principal, over: str
) -> None:
    id_ = objected(planted, ours, over)
    other = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id="contact-x",
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=OTHER_USCC,
    )
    with open_work(planted, other) as work:
        assert tickets.own(work) == ()
    with open_work(planted, other) as work, pytest.raises(NotFound):
        tickets.own_one(work, id_)
    for kind in TicketKind:
        with pytest.raises(DomainError):
            put(planted, other, kind, over, category="1", points=[point(planted)])
    with open_work(planted, other) as work, pytest.raises(NotFound):
        rectifications.own(work, over)


def test_an_opinion_is_adopted_or_not_and_answered(
    planted: Parts, ours: Principal, over: str
) -> None:
    id_ = put(planted, ours, "experience", over)
    assert seen(planted, HEAD) == ["experience"]
    with open_work(planted, HEAD) as work, pytest.raises(BadInput):
        tickets.answer(work, id_, "upheld", "x")
    with open_work(planted, HEAD) as work:
        tickets.answer(work, id_, "adopted", "下月起预约上门")
    assert seen(planted, HEAD) == []
    with open_work(planted, SYSTEM) as work:
        actions = work.session.scalars(select(AuditEntry.action)).all()
        assert {"ticket.put", "ticket.answered"} <= set(actions)


# -- putting right -------------------------------------------------------------------------------


@EITHER_WAY
def test_a_problem_is_reported_looked_at_and_reported_again(
    planted: Parts, ours: Principal, over: str
) -> None:
    key = point(planted)
    with open_work(planted, ours) as work, pytest.raises(NotFound):
        rectifications.report(work, over, "0" * 16, "改了")
    with open_work(planted, ours) as work, pytest.raises(BadInput):
        rectifications.report(work, over, key, "将要换", completed_on=date(2099, 1, 1))
    with open_work(planted, HEAD) as work, pytest.raises(Conflict):
        rectifications.check(work, over, key, "fixed", "")
    for outcome, note in (("not_fixed", "仍为 9 ℃"), ("partly", "一台已换"), ("fixed", "")):
        with open_work(planted, ours) as work:
            rectifications.report(work, over, key, "换了冷柜", [jpeg()])
        with open_work(planted, HEAD) as work:
            assert [line.waiting for line in rectifications.waiting(work)] == [1]
            assert rectifications.file(work, over, key, 0) == (jpeg(), "image/jpeg")
            rectifications.check(work, over, key, outcome, note)
    with open_work(planted, ours) as work:
        course = rectifications.own(work, over)
        assert course is not None
        assert course.is_done
    with open_work(planted, ours) as work, pytest.raises(Conflict):
        rectifications.report(work, over, key, "再报一次")
    with open_work(planted, SYSTEM) as work:
        reports = work.session.scalars(
            select(Document).where(Document.kind == "report").order_by(Document.version)
        ).all()
        assert [one.version for one in reports] == [1, 2, 3]
        assert [one.superseded_by is None for one in reports] == [False, False, True]
        (item,) = reports[-1].content["items"]
        assert (item["measure"], len(item["evidence"])) == ("换了冷柜", 1)
        assert reports[-1].content["order"]["number"]
        assert reports[-1].content["reported_by"]["name"] == "林小满"
        assert reports[-1].uscc == USCC
    for who in (principal("x", Role.HEAD, agency=STRANGER), supervisor(BUREAU, Role.OFFICER)):
        with open_work(planted, who) as work, pytest.raises(NotFound):
            rectifications.check(work, over, key, "fixed", "")


def test_more_time_is_asked_for_once_in_time_and_given_by_the_head(
    planted: Parts, ours: Principal, over: str, clock: SetClock
) -> None:
    with open_work(planted, ours) as work:
        course = rectifications.own(work, over)
        assert course is not None
        due = course.due_on
    assert due is not None
    for days in (0, -1, 91):
        with open_work(planted, ours) as work, pytest.raises(BadInput):
            rectifications.ask_for_time(work, over, due + timedelta(days=days), "等配件")
    with open_work(planted, ours) as work:
        rectifications.ask_for_time(work, over, due + timedelta(days=20), "等配件")
    with open_work(planted, ours) as work, pytest.raises(Conflict):
        rectifications.ask_for_time(work, over, due + timedelta(days=30), "等配件")
    with (
        open_work(planted, principal("o", Role.OFFICER, agency=HOME)) as work,
        pytest.raises(NotAllowed),
    ):
        rectifications.give_time(work, over, granted=True)
    with open_work(planted, HEAD) as work:
        rectifications.give_time(work, over, granted=True)
    clock.move(timedelta(days=25))
    with open_work(planted, ours) as work:
        course = rectifications.own(work, over)
        assert course is not None
        assert (course.due_on, course.overdue) == (due + timedelta(days=20), False)
