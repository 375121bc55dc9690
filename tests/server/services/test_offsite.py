"""An off-site inspection on the server: applied, counted beside, drawn, told; never a visit."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import (
    Document,
    EnterpriseCounter,
    Notice,
    OutboxMessage,
    Task,
    TaskStatus,
    Visit,
    VisitCounter,
)
from server.notify.letter import Purpose
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import (
    case_export,
    contacts,
    documents,
    inspection_history,
    portal_visits,
    rebuild,
    visit_history,
)
from server.services.contacts import ContactDraft
from server.work import Parts, open_work
from shared.content.compliance import Period
from shared.events.kinds import EventKind
from shared.roles import Role
from tests.server.documents.reading import text_of
from tests.server.sync_world import HOME, Pad, file_offsite, pad, push, statuses
from tests.world import LI, NOON, POINTS, TASK, USCC, WANG

OWNER = Principal(
    kind=PrincipalKind.ENTERPRISE,
    id="contact-1",
    roles=frozenset({Role.ENTERPRISE_OWNER}),
    uscc=USCC,
)


@pytest.fixture
def remote(planted: Parts) -> Parts:
    """The county's task, filed as off-site; its enterprise has a confirmed contact."""
    file_offsite(planted)
    with open_work(planted, SYSTEM) as work:
        draft = ContactDraft(name="林小满", phone="13800138000", email="shop@example.test")
        contacts.confirm(work, contacts.add(work, USCC, draft).id, "paper")
    return planted


def inspected(parts: Parts) -> Pad:
    tablet = pad(parts)
    tablet.open_offsite()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.photo("report", point_id=POINTS[1], caption="年报截图")
    tablet.answer(POINTS[0])
    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="年报未填写从业人数")
    tablet.answer(POINTS[2], "not_applicable")
    tablet.read_out()
    tablet.attest(WANG)
    tablet.attest(LI)
    tablet.tell()
    tablet.seal()
    assert set(statuses(push(parts, tablet.events))) == {"applied"}
    return tablet


def stored(parts: Parts, tablet: Pad) -> Visit:
    with Session(parts.engine) as session:
        return session.get_one(Visit, tablet.visit_id)


def codes(parts: Parts, tablet: Pad) -> set[str]:
    return {said["code"] for said in stored(parts, tablet).irregularities}


def test_it_is_applied_counted_beside_told_and_rebuilt(remote: Parts) -> None:
    tablet = inspected(remote)
    visit = stored(remote, tablet)
    assert (visit.irregular, visit.complete, visit.outcome) == (False, True, "rectify")
    assert (visit.offsite, visit.uscc, visit.premise_id) == (True, USCC, None)
    assert (visit.scanned_at, visit.left_at) == (None, None)
    with Session(remote.engine) as session:
        row = session.scalars(select(VisitCounter)).one()
        assert (row.offsite, row.done, row.exempt, row.service) == (1, 0, 0, 0)
        whole = session.scalars(select(EnterpriseCounter)).one()
        assert (whole.offsite, whole.done) == (1, 0)
        assert session.get_one(Task, TASK).status == TaskStatus.FINALISED
        made = set(session.scalars(select(Document.kind)))
        assert made == {"record", "result", "checklist", "order", "recordings"}, "no notice"
        notice = session.scalars(select(Notice)).one()
        assert (notice.uscc, notice.visit_id) == (USCC, tablet.visit_id)
        purposes = set(session.scalars(select(OutboxMessage.purpose)))
        assert purposes == {Purpose.RESULT_NOTICE}
    with open_work(remote, SYSTEM) as work:
        told = {"agency_id": HOME, "usccs": {USCC}, "year": NOON.year, "cap": None}
        often = visit_history.frequencies(work, **told)[USCC]
        assert (often["enterprise_count"], often["visits"]) == (0, []), "nobody came"
        assert list(rebuild.differences(work, [tablet.visit_id])) == []


def test_its_papers_name_no_place_no_hours_and_nobody_who_signed(remote: Parts) -> None:
    tablet = inspected(remote)
    with open_work(remote, SYSTEM) as work:
        rows = {row.kind: row for row in documents.of_visit(work, tablet.visit_id)}
        drawn = {kind: text_of(documents.draw(work, row)) for kind, row in rows.items()}
    assert "非现场检查记录" in drawn["record"]
    assert "核查书面材料、共享数据或者图像，未入企" in drawn["record"]
    assert "以非现场方式进行了行政检查" in drawn["result"]
    assert "以非现场方式进行行政检查" in drawn["order"]
    assert "检查地点非现场检查，未入企" in drawn["checklist"]
    signed = [e.hash[:16] for e in tablet.events if e.kind is EventKind.RECORD_SIGNED]
    assert all(f"笔录电子签名{mark}" in drawn["record"] for mark in signed), "both officers"
    for kind, text in drawn.items():
        for wrong in ("现场检查笔录", "泉城路1号进行", "拒绝签名", "不在场", "当场", "入企时间"):
            assert wrong not in text, (kind, wrong)
    assert "当事人签名" not in drawn["record"] + drawn["checklist"]


def test_the_enterprise_sees_it_objects_and_has_it_in_its_report(remote: Parts) -> None:
    tablet = inspected(remote)
    with open_work(remote, OWNER) as work:
        (line,) = portal_visits.lines(work).lines
        view = portal_visits.read(work, tablet.visit_id)
        assert (line.offsite, view.place) == (True, "")
        assert [step.event for step in view.steps if step.event] == [
            EventKind.OFFSITE_OPENED,
            EventKind.RECORD_SIGNED,
            EventKind.RECORD_SIGNED,
            EventKind.RESULT_GIVEN,
        ]
        titles = {paper.title.zh for paper in view.papers}
        assert {"非现场检查记录", "行政检查结果告知书", "责令限期改正通知书"} <= titles
    with open_work(remote, SYSTEM) as work:
        period = Period(since=NOON.date(), until=NOON.date())
        (entry,) = inspection_history.of(work, USCC, period)
        assert entry.visit_id == tablet.visit_id
        exported = case_export.of_visit(work, tablet.visit_id)
        assert {f.code for f in exported.report.findings} == {"evidence_absent"}


STEPS: dict[str, Callable[[Pad], object]] = {
    "scan": lambda t: t.scan(),
    "serve": lambda t: t.serve(),
    "leave": lambda t: t.leave(),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_at_a_door_makes_it_irregular_and_nothing_is_told(remote: Parts, step: str) -> None:
    tablet = pad(remote)
    tablet.open_offsite()
    tablet.show(WANG)
    tablet.show(LI)
    STEPS[step](tablet)
    for point in POINTS:
        tablet.answer(point)
    tablet.read_out()
    tablet.attest(WANG)
    tablet.attest(LI)
    tablet.tell()
    tablet.seal()
    push(remote, tablet.events)
    assert "nobody_enters" in codes(remote, tablet)
    with Session(remote.engine) as session:
        assert session.scalars(select(Document)).all() == []


def test_nobody_enters_for_an_off_site_task(remote: Parts) -> None:
    tablet = pad(remote)
    tablet.clean_visit()
    push(remote, tablet.events)
    assert codes(remote, tablet) == {"task_is_offsite"}


def test_a_task_to_be_made_on_site_is_never_completed_off_site(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.clean_offsite()
    push(planted, tablet.events)
    assert codes(planted, tablet) == {"task_is_onsite"}
    with Session(planted.engine) as session:
        assert session.get_one(Task, TASK).status == TaskStatus.IRREGULAR
        assert session.scalars(select(Document)).all() == []
        assert session.scalars(select(VisitCounter)).all() == []
