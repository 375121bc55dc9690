from datetime import UTC, date, datetime, timedelta

from server.clock import SetClock
from server.models import Document, Notice, NoticeState, Visit
from server.services import views_trends
from server.services.views_trends import WEEKS
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.counting import counted
from tests.server.factories import County, add, principal

WEDNESDAY = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
MONDAY = date(2026, 7, 13)


def visit(id_: str, at: datetime, *, agency: str, irregular: bool = False) -> Visit:
    return Visit(
        id=id_,
        agency_id=agency,
        region="370104",
        task_ids=[],
        lead_device_id="tablet",
        stage="sealed",
        opened_at=at,
        received_at=at,
        irregular=irregular,
        irregularities=[],
        flags=[],
        time_confidence="good",
        state={},
        changed_at=at,
    )


def notice(
    id_: str, due: date, *, agency: str, receipted_at: datetime | None
) -> tuple[Document, Notice]:
    told = WEDNESDAY - timedelta(days=30)
    document = Document(
        id=f"document-{id_}",
        kind="result",
        subject_id=f"visit-{id_}",
        agency_id=agency,
        content={},
        content_hash="0" * 64,
        particulars={},
        made_at=told,
    )
    return document, Notice(
        id=id_,
        document_id=document.id,
        visit_id=document.subject_id,
        agency_id=agency,
        uscc="91370100MA37XJ385W",
        state=NoticeState.RECEIPTED if receipted_at else NoticeState.SENT,
        due_on=due,
        created_at=told,
        receipted_at=receipted_at,
    )


def weeks(parts: Parts, county: County, agency: str) -> tuple[views_trends.Week, ...]:
    with open_work(parts, principal("head", Role.HEAD, agency=agency)) as work:
        return views_trends.weeks(work)


def test_a_visit_counts_in_its_local_week_and_only_where_it_is_in_reach(
    parts: Parts, clock: SetClock, county: County
) -> None:
    clock.moment = WEDNESDAY
    # Sunday 17:00 UTC is Monday 01:00 here.
    first = datetime(2026, 7, 12, 17, 0, tzinfo=UTC)
    add(
        parts,
        [
            visit("a", first, agency=county.agency),
            visit("b", first - timedelta(hours=2), agency=county.agency, irregular=True),
            visit("c", first - timedelta(hours=3), agency=county.agency),
            visit("d", first, agency=county.other_agency),
            visit("e", first - timedelta(weeks=WEEKS), agency=county.agency),
        ],
    )
    found = weeks(parts, county, county.agency)
    assert [week.monday for week in found[-2:]] == [MONDAY - timedelta(weeks=1), MONDAY]
    assert [(week.visits, week.irregular) for week in found[-2:]] == [(2, 1), (1, 0)]
    assert [week.irregular_percent for week in found[-2:]] == [50, 0]
    assert sum(week.visits for week in found) == 3
    assert found[0].irregular_percent is None


def test_a_result_is_in_time_until_the_end_of_its_day_and_counts_once_that_is_over(
    parts: Parts, clock: SetClock, county: County
) -> None:
    clock.moment = WEDNESDAY
    due = date(2026, 7, 14)
    last_minute = datetime(2026, 7, 14, 15, 59, tzinfo=UTC)
    rows = [
        ("late", due, last_minute + timedelta(minutes=2)),
        ("in-time", due, last_minute),
        ("never", due, None),
        ("not-yet-due", date(2026, 7, 15), None),
    ]
    for id_, day, receipted in rows:
        add(parts, [*notice(id_, day, agency=county.agency, receipted_at=receipted)])
    this = weeks(parts, county, county.agency)[-1]
    assert (this.due, this.in_time) == (3, 1)


def test_two_queries_however_many_weeks_have_something(parts: Parts, county: County) -> None:
    with (
        open_work(parts, principal("head", Role.HEAD, agency=county.agency)) as work,
        counted(parts.engine) as asked,
    ):
        views_trends.weeks(work)
    assert len([said for said in asked if said.startswith("SELECT")]) == 2
