"""Compliance reports: all inspections of a period on one paper, and what is left out counted."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.documents.kinds import DocumentKind
from server.models import (
    Agency,
    AgencyType,
    AuditEntry,
    Contact,
    Document,
    Notice,
    Rectification,
    ReportLink,
    Task,
    Visit,
    VisitTask,
)
from server.models.base import Base
from server.principal import SYSTEM, Principal
from server.refusals import NoIssuer, ReportTooLong, UnreadResults
from server.services import (
    compliance_reports,
    documents,
    inspection_history,
    notices,
    rectifications,
    report_links,
)
from server.services.compliance_reports import Preview
from server.services.documents import Standing
from server.work import Parts, Work, open_work
from shared.content import problems
from shared.content.compliance import Period
from shared.content.hashing import content_hash
from shared.errors import BadInput, Conflict, DomainError, Expired, NotAllowed, NotFound, TooMany
from shared.localtime import local_day
from shared.roles import Role
from tests.server import sync_world
from tests.server.counting import counted
from tests.server.factories import add
from tests.server.services.test_portal_visits import change, firm
from tests.server.sync_world import BUREAU, HOME, STRANGER
from tests.server.telling import with_problems
from tests.world import NOON, OTHER_USCC, USCC

YEAR = Period(since=local_day(NOON) - timedelta(days=364), until=local_day(NOON))


def told(parts: Parts) -> str:
    """One visit with a problem to put right, whose result was opened; returns its id."""
    pad = sync_world.pad(parts)
    with_problems(pad)
    sync_world.push(parts, pad.events)
    read(parts)
    return pad.visit_id


def read(parts: Parts) -> None:
    with open_work(parts, firm()) as work:
        for document_id in work.session.scalars(
            select(Notice.document_id).where(Notice.opened_at.is_(None))
        ).all():
            notices.open_(work, document_id)


def copied(row: Base, **changes: Any) -> Any:
    columns = [column.key for column in type(row).__table__.columns]
    return type(row)(**{**{name: getattr(row, name) for name in columns}, **changes})


def again(parts: Parts, visit_id: str, name: str, scanned_at: datetime | None, **other: Any) -> str:
    """The same inspection once more, with its result and notice, on another day."""
    with open_work(parts, SYSTEM) as work:
        visit = work.session.get_one(Visit, visit_id)
        result = documents.result_in_force(work, visit_id)
        notice = work.session.scalars(select(Notice).where(Notice.visit_id == visit_id)).one()
        assert result is not None
        on = {"visit_id": name}
        rows = [
            copied(visit, id=name, scanned_at=scanned_at, **other),
            copied(result, id=f"r-{name}", subject_id=name, number=f"检告{name}号", **on),
            copied(notice, id=f"n-{name}", document_id=f"r-{name}", **on),
            *(
                copied(row, **on)
                for row in work.session.scalars(
                    select(VisitTask).where(VisitTask.visit_id == visit_id)
                )
            ),
        ]
        work.session.add_all(rows)
    return name


def made(parts: Parts, *leave_out: str, period: Period = YEAR, who: Principal | None = None) -> str:
    with open_work(parts, who or firm()) as work:
        return compliance_reports.make(work, period, leave_out).id


def previewed(parts: Parts, period: Period = YEAR) -> Preview:
    with open_work(parts, firm()) as work:
        return compliance_reports.preview(work, period)


def content(parts: Parts, document_id: str) -> dict[str, Any]:
    with open_work(parts, SYSTEM) as work:
        return work.session.get_one(Document, document_id).content


def test_a_report_is_the_supervision_bodys_paper_of_what_was_found(planted: Parts) -> None:
    visit_id = told(planted)
    add(planted, [Contact(id="contact-1", uscc=USCC, name="林小满", capacity="店长")])
    with open_work(planted, firm()) as work:
        result = documents.result_in_force(work, visit_id)
        assert result is not None
        (key,) = problems.to_rectify(result.content)
        rectifications.report(work, visit_id, key, "换了冷柜")
        number, due = result.number, result.particulars["rectify_by"]
    id_ = made(planted)

    with open_work(planted, SYSTEM) as work:
        row = work.session.get_one(Document, id_)
        assert (row.agency_id, row.uscc, row.visit_id) == (BUREAU, USCC, None)
        assert row.number == "历下司合报〔2026〕0001号"
        assert row.content_hash == content_hash(row.content)
        facts = dict(row.content)
    (one,) = facts["inspections"]
    assert (one["number"], one["due"]) == (number, due)
    assert one["agencies"] == ["济南市历下区市场监督管理局"]
    assert [item["state"] for item in one["findings"]] == ["reported", "guided"]
    assert one["rectification"] == "under_way"
    assert facts["counts"]["open"] == facts["counts"]["closed"] == 1
    change_outcome(planted, visit_id, "fixed")
    assert previewed(planted).choices[0].told["rectification"] == "done"
    assert content(planted, id_)["inspections"][0]["rectification"] == "under_way"


def change_outcome(parts: Parts, visit_id: str, outcome: str) -> None:
    with open_work(parts, SYSTEM) as work:
        work.session.execute(
            update(Rectification).where(Rectification.visit_id == visit_id).values(outcome=outcome)
        )


def test_what_is_left_out_is_counted_everywhere_and_named_nowhere(planted: Parts) -> None:
    visit_id = told(planted)
    again(planted, visit_id, "visit-b", NOON - timedelta(days=40))
    id_ = made(planted, "visit-b", "visit-of-nobody")
    with open_work(planted, SYSTEM) as work:
        row = work.session.get_one(Document, id_)
        assert "visit-b" not in str(row.content)
        assert "检告visit-b号" not in str(row.content)
        seen = documents.verify(work, documents.code(work, row))
        noted = work.session.scalars(
            select(AuditEntry.facts).where(AuditEntry.action == "compliance_report.made")
        ).one()
    assert seen.report is not None
    assert (seen.report.all, seen.report.listed, seen.report.left_out) == (2, 1, 1)
    assert (seen.report.since, seen.report.until) == (YEAR.since, YEAR.until)
    assert noted == {"listed": 1, "left_out": 1}
    with open_work(planted, firm()) as work:
        (line,) = compliance_reports.listed(work).lines
    assert (line.listed, line.left_out, line.is_superseded) == (1, 1, False)


def test_a_newer_one_over_the_same_period_takes_its_place(planted: Parts) -> None:
    first = made(planted)
    other = made(planted, period=Period(since=date(2026, 1, 1), until=YEAR.until))
    second = made(planted)

    def verified(id_: str) -> tuple[Standing, str]:
        with open_work(planted, SYSTEM) as work:
            token = documents.code(work, work.session.get_one(Document, id_))
            seen = documents.verify(work, token)
            return seen.standing, seen.replaced_by

    assert verified(first) == (Standing.SUPERSEDED, "历下司合报〔2026〕0003号")
    assert verified(second)[0] is verified(other)[0] is Standing.CURRENT
    with open_work(planted, firm()) as work:
        assert compliance_reports.read(work, first).replaced_by == "历下司合报〔2026〕0003号"


def test_a_result_nobody_opened_is_not_told_by_the_report(planted: Parts) -> None:
    pad = sync_world.pad(planted)
    with_problems(pad)
    sync_world.push(planted, pad.events)
    (choice,) = previewed(planted).choices

    assert choice.unread is not None
    for leave_out in ((), (pad.visit_id,)):
        with pytest.raises(UnreadResults):
            made(planted, *leave_out)
    read(planted)
    assert previewed(planted).unread == 0
    made(planted)


def test_an_inspection_belongs_to_the_day_it_began_whenever_it_was_received(
    planted: Parts,
) -> None:
    visit_id = told(planted)
    late = again(planted, visit_id, "late", NOON - timedelta(days=40), received_at=NOON)
    unable = again(planted, visit_id, "unable", None, received_at=NOON - timedelta(days=20))
    with open_work(planted, SYSTEM) as work:
        begun = work.session.get_one(Visit, visit_id)
        work.session.add(copied(begun, id="unseen", scanned_at=None))

    def found(since: int, until: int) -> list[str]:
        day = local_day(NOON)
        period = Period(since=day - timedelta(days=since), until=day - timedelta(days=until))
        return [choice.visit_id for choice in previewed(planted, period).choices]

    assert found(364, 0) == [visit_id, unable, late]
    assert found(40, 40) == [late]
    assert found(39, 1) == [unable]
    assert found(0, 0) == [visit_id]
    change(planted, Visit, visit_id, uscc=OTHER_USCC)
    assert found(0, 0) == []


def test_a_visit_without_a_result_is_listed_as_such(planted: Parts) -> None:
    pad = sync_world.pad(planted)
    pad.open()
    pad.scan()
    sync_world.push(planted, pad.events)

    (one,) = content(planted, made(planted))["inspections"]
    assert (one["conclusion_text"], one["number"]) == ("尚未形成结论", "")
    assert len(one["items"]) == 1
    change(planted, Visit, pad.visit_id, irregular=True, ruling="reject")
    (one,) = content(planted, made(planted))["inspections"]
    assert one["standing"] == "void"


def test_a_joint_inspection_names_every_agency_and_all_their_items(planted: Parts) -> None:
    visit_id = told(planted)
    with open_work(planted, SYSTEM) as work:
        task = work.session.get_one(Task, sync_world.TASK)
        other = copied(task, id="task-b", no="b", code="b", agency_id=STRANGER)
        visit_task = work.session.scalars(
            select(VisitTask).where(VisitTask.visit_id == visit_id)
        ).first()
        assert visit_task is not None
        row = copied(visit_task, task_id="task-b", agency_id=STRANGER, guest=True)
        work.session.add_all([other, row])
    (choice,) = previewed(planted).choices

    assert choice.told["agencies"] == ["济南市历下区市场监督管理局", "青岛市市南区应急管理局"]
    assert len(choice.told["items"]) == 1


def test_many_inspections_cost_no_more_queries_than_one(planted: Parts) -> None:
    visit_id = told(planted)
    costs = []
    for n in range(2):
        with open_work(planted, firm()) as work, counted(planted.engine) as statements:
            assert len(compliance_reports.preview(work, YEAR).choices) == 1 + 6 * n
        costs.append(len(statements))
        for day in range(6 * (1 - n)):
            again(planted, visit_id, f"more-{day}", NOON - timedelta(days=1 + day))
    assert costs[0] == costs[1] <= 12


def test_too_many_for_one_report_are_refused_with_a_reason(
    planted: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection_history, "MOST", 2)
    visit_id = told(planted)
    again(planted, visit_id, "b", NOON - timedelta(days=1))
    assert len(previewed(planted).choices) == 2
    again(planted, visit_id, "c", NOON - timedelta(days=1))
    with pytest.raises(ReportTooLong):
        made(planted)


def test_a_day_has_room_for_some_reports(planted: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compliance_reports, "MOST_A_DAY", 1)
    made(planted)
    with pytest.raises(TooMany):
        made(planted)


@pytest.mark.parametrize(
    ("since", "until"),
    [(1, 0), (0, 1), (-6 * 366, 0), (-735_000, -734_000)],
    ids=["begins after its end", "ends tomorrow", "six years", "before anybody counted"],
)
def test_not_every_pair_of_days_is_a_period(planted: Parts, since: int, until: int) -> None:
    day = local_day(NOON)
    period = Period(since=day + timedelta(days=since), until=day + timedelta(days=until))
    if until < 0:
        assert previewed(planted, period).choices == ()
        return
    with pytest.raises(BadInput):
        made(planted, period=period)


def test_the_nearest_supervision_body_issues_it_and_no_other_agency(planted: Parts) -> None:
    change(planted, Agency, STRANGER, type=AgencyType.SUPERVISION, region="370000")
    assert previewed(planted).issuer == "济南市历下区司法局"
    change(planted, Agency, BUREAU, region="370103")
    assert previewed(planted).issuer == "青岛市市南区应急管理局"
    change(planted, Agency, STRANGER, type=AgencyType.ADMINISTRATIVE)
    with pytest.raises(NoIssuer):
        made(planted)


def test_the_owner_makes_and_shares_and_a_user_reads(planted: Parts) -> None:
    user, stranger = firm(role=Role.ENTERPRISE_USER), firm(OTHER_USCC)
    id_ = made(planted)
    with pytest.raises(NotAllowed):
        made(planted, who=user)
    with open_work(planted, user) as work:
        assert compliance_reports.read(work, id_).figures.all == 0
        assert documents.pdf(work, id_).data.startswith(b"%PDF")
        with pytest.raises(NotAllowed):
            report_links.issue(work, id_, days=7, label="")
    with open_work(planted, stranger) as work:
        assert compliance_reports.listed(work).lines == ()
        for asked in (compliance_reports.read, report_links.of_report, documents.pdf):
            with pytest.raises(NotFound):
                asked(work, id_)


def shared(parts: Parts, document_id: str, days: int = 7, label: str = "城关支行") -> str:
    with open_work(parts, firm()) as work:
        address = report_links.issue(work, document_id, days=days, label=label)
    return address.rpartition("/")[2]


def refusal(parts: Parts, secret: str) -> type[DomainError] | None:
    with open_work(parts, SYSTEM) as work:
        try:
            report_links.cover(work, secret)
        except DomainError as refused:
            return type(refused)
    return None


def test_a_link_opens_until_it_ends_and_every_opening_is_counted(
    planted: Parts, clock: Any
) -> None:
    id_ = made(planted)
    secret = shared(planted, id_)
    with open_work(planted, SYSTEM) as work:
        row = work.session.scalars(select(ReportLink)).one()
        assert len(secret) >= 24
        assert secret not in {str(getattr(row, c.key)) for c in ReportLink.__table__.columns}
        assert report_links.cover(work, secret).number == "历下司合报〔2026〕0001号"

    def line(work: Work) -> tuple[int, int, datetime | None, bool]:
        (one,) = report_links.of_report(work, id_)
        return one.openings, one.downloads, one.last_opened_at, one.is_live

    with open_work(planted, firm()) as work:
        assert line(work) == (0, 0, None, True)
    with open_work(planted, SYSTEM) as work:
        assert report_links.open_(work, secret).figures.left_out == 0
        assert report_links.download(work, secret).data.startswith(b"%PDF")
        at = work.now
    with open_work(planted, firm()) as work:
        assert line(work) == (1, 1, at, True)
    assert refusal(planted, "A" * 24) is NotFound
    clock.moment = at + timedelta(days=7)
    assert refusal(planted, secret) is Expired
    clock.moment = at
    with open_work(planted, firm()) as work:
        (one,) = report_links.of_report(work, id_)
        report_links.revoke(work, id_, one.id)
    assert refusal(planted, secret) is NotFound


def test_a_link_is_the_owners_to_end_and_nobody_elses(planted: Parts) -> None:
    id_, other = made(planted), made(planted, period=Period(since=YEAR.until, until=YEAR.until))
    shared(planted, id_)
    with open_work(planted, firm()) as work:
        (one,) = report_links.of_report(work, id_)
        with pytest.raises(NotFound):
            report_links.revoke(work, other, one.id)
    for who, refused in (
        (firm(OTHER_USCC), NotFound),
        (firm(role=Role.ENTERPRISE_USER), NotAllowed),
    ):
        with open_work(planted, who) as work, pytest.raises(refused):
            report_links.revoke(work, id_, one.id)


def test_a_link_has_a_span_and_a_report_not_too_many_of_them(
    planted: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = made(planted)
    for days, label in ((0, ""), (365, ""), (7, "长" * 61)):
        with pytest.raises(BadInput):
            shared(planted, id_, days, label)
    monkeypatch.setattr(report_links, "MOST_LIVE", 1)
    shared(planted, id_)
    with pytest.raises(Conflict):
        shared(planted, id_)


def test_only_a_report_is_read_and_shared_as_one(planted: Parts) -> None:
    visit_id = told(planted)
    with open_work(planted, firm()) as work:
        result = documents.result_in_force(work, visit_id)
        assert result is not None
        assert result.kind == DocumentKind.RESULT
        assert result.agency_id == HOME
        with pytest.raises(NotFound):
            report_links.issue(work, result.id, days=7, label="")
