"""A rating is traced to nobody by the inspected agency, and worked off by supervision (R64)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from server.clock import SetClock
from server.jobs import sweeping
from server.jobs.rating import close_quarter
from server.models import (
    AuditEntry,
    Base,
    Document,
    Notice,
    Rating,
    RatingEntry,
    RatingLink,
    RatingQuarter,
    Visit,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import audit, rating_figures, rating_ledger, ratings, views_audit
from server.work import Parts, open_work
from shared.errors import BadInput, Conflict, NotAllowed, NotFound
from shared.ratings import Level
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import add, agency, principal
from tests.server.sync_world import BUREAU, HOME, STRANGER
from tests.server.telling import EITHER_WAY, sealed
from tests.world import OTHER_USCC, USCC

TWIN = "agency-twin"
SUPER = Principal(
    kind=PrincipalKind.PERSON,
    id="super",
    roles=frozenset({Role.SUPERVISION}),
    agency_id=BUREAU,
    region="370102",
)


def firm(uscc: str = USCC) -> Principal:
    return Principal(
        kind=PrincipalKind.ENTERPRISE,
        id=f"contact-{uscc}",
        roles=frozenset({Role.ENTERPRISE_USER}),
        uscc=uscc,
    )


def head(agency_id: str) -> Principal:
    return principal(f"head of {agency_id}", Role.HEAD, agency=agency_id)


@pytest.fixture
def over(planted: Parts, request: pytest.FixtureRequest) -> str:
    """A visit that is over and told."""
    return sealed(planted, getattr(request, "param", "on_site"))


def rate(parts: Parts, visit_id: str, level: int, uscc: str = USCC, words: str = "") -> None:
    with open_work(parts, firm(uscc)) as work:
        ratings.give(work, visit_id, level, words)


def entry(parts: Parts) -> str:
    with open_work(parts, SYSTEM) as work:
        return work.session.scalars(select(RatingEntry.id)).one()


@EITHER_WAY
def test_an_inspection_is_rated_once_by_its_own_enterprise(
    planted: Parts, over: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound):
        rate(planted, over, 5, OTHER_USCC)
    for level in (0, 6):
        with pytest.raises(BadInput):
            rate(planted, over, level)
    rate(planted, over, 5)
    with pytest.raises(Conflict):
        rate(planted, over, 1)
    monkeypatch.setattr(ratings, "is_given", lambda *_: False)  # who looked in the same moment
    with pytest.raises(Conflict):
        rate(planted, over, 1)
    with open_work(planted, SYSTEM) as work:
        assert [row.level for row in work.session.scalars(select(Rating))] == [5]


def test_one_that_is_not_over_is_not_rated_yet(planted: Parts) -> None:
    pad = sync_world.pad(planted)
    pad.open()
    pad.scan()
    sync_world.push(planted, pad.events)
    with pytest.raises(Conflict):
        rate(planted, pad.visit_id, 1)


def test_nothing_stored_leads_from_a_rating_to_visit_author_or_time(
    planted: Parts, over: str
) -> None:
    rate(planted, over, 1, words="等了三个小时")
    with planted.engine.connect() as connection:
        found = {
            table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]
            for table in ("rating", "rating_link", "rating_quarter", "rating_entry", "audit_entry")
        }
    (rating,), (link,) = found["rating"], found["rating_link"]
    clear = str(found["rating"]) + str(found["rating_link"]) + str(found["rating_entry"])
    for secret in (over, USCC, f"contact-{USCC}", "等了三个小时"):
        assert secret not in clear
    assert "2026-11" not in str(rating) + str(link)  # no day, only 2026Q4
    assert rating[0] not in str(link)  # not even by the rating's own id
    assert not any("rating" in str(row) for row in found["audit_entry"])
    assert {each.key for each in Rating.__table__.columns} == {
        *("id", "agency_id", "quarter", "kind", "level"),
        *("retention_class", "legal_hold"),
    }


def test_rows_lie_in_no_order_of_coming(planted: Parts, over: str) -> None:
    """SQLite would else number them as they came; ids are drawn, not counted up."""
    with planted.engine.connect() as connection:
        for table in ("rating", "rating_link", "rating_entry"):
            made = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
            ).scalar_one()
            assert "WITHOUT ROWID" in made
    rate(planted, over, 1)
    with open_work(planted, SYSTEM) as work:
        for each in (Rating, RatingLink, RatingEntry):
            (id_,) = work.session.scalars(select(each.id))
            assert len(id_) == 32
            assert not id_.startswith("0196")  # as ids begin that tell the time


# -- the agency ----------------------------------------------------------------------------------


def visits_of(parts: Parts, over: str, agency_id: str, count: int) -> list[tuple[str, str]]:
    """So many visits that are told, each to another enterprise: (visit, enterprise)."""
    made = [(f"{agency_id}-visit-{n}", f"{agency_id[-15:]}-{n:02d}") for n in range(count)]
    with open_work(parts, SYSTEM) as work:
        visit = work.session.get_one(Visit, over)
        notice = work.session.scalars(select(Notice).where(Notice.visit_id == over)).one()
        paper = work.session.get_one(Document, notice.document_id)
        for visit_id, uscc in made:
            of = {"uscc": uscc, "agency_id": agency_id}
            told = {"document_id": f"d-{visit_id}", "visit_id": visit_id}
            work.session.add_all(
                [
                    Visit(**{**columns(visit), **of, "id": visit_id}),
                    Notice(**{**columns(notice), **of, **told, "id": f"n-{visit_id}"}),
                    Document(
                        **{**columns(paper), **of, "id": f"d-{visit_id}"}
                        | {"visit_id": visit_id, "subject_id": visit_id, "number": None}
                    ),
                ]
            )
    return made


def columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def looks(parts: Parts, agency_id: str) -> list[Any]:
    """Everything the agency can ask about its ratings, as any of its roles."""
    seen: list[Any] = []
    for role in rating_figures.READERS:
        with open_work(parts, principal(role, role, agency=agency_id)) as work:
            seen.append([(q.quarter, q.shown) for q in rating_figures.of_agency(work)])
    with open_work(parts, principal("admin", Role.AGENCY_ADMIN, agency=agency_id)) as work:
        seen.append([e.action for e in views_audit.page(work, views_audit.Filter()).entries])
    for ask in (rating_ledger.listed, rating_ledger.figure):
        with open_work(parts, head(agency_id)) as work, pytest.raises(NotAllowed):
            ask(work)
    return seen


def close_what_is_over(parts: Parts) -> None:
    """As the sweep does every night."""
    with open_work(parts, SYSTEM) as work:
        found = ratings.due(work, 99)
    for agency_id, quarter in found:
        close_quarter(parts, agency=agency_id, quarter=quarter)


@pytest.mark.parametrize("raters", [4, 12])
def test_an_agency_that_asks_everything_every_day_learns_nothing(
    planted: Parts, over: str, clock: SetClock, raters: int
) -> None:
    """Two agencies with the same visits; one enterprise rates them differently, or one not at all.

    On no day, under no filter, do they see anything different from one another.
    """
    add(planted, [agency(TWIN, region="370102", abbr="城管")])
    told = {each: visits_of(planted, over, each, 20) for each in (TWIN, STRANGER)}
    for agency_id, odd in ((TWIN, Level.VERY_GOOD), (STRANGER, Level.VERY_BAD)):
        for n, (visit_id, uscc) in enumerate(told[agency_id][:raters]):
            rate(planted, visit_id, odd if n == 0 else Level.VERY_GOOD, uscc)
            assert looks(planted, agency_id)[0] == []
            clock.move(timedelta(seconds=1))
    counted = set()
    for _ in range(45):  # past the end of the quarter
        clock.move(timedelta(days=1))
        close_what_is_over(planted)
        twin, stranger = looks(planted, TWIN), looks(planted, STRANGER)
        assert twin == stranger
        counted.add(str(twin[0]))
    shown = {"count": raters, "levels": None, "kinds": None}
    assert counted == ({"[]", str([("2026Q4", shown)])} if raters == 12 else {"[]"})


def test_a_quarter_is_worked_out_once(planted: Parts, over: str, clock: SetClock) -> None:
    rate(planted, over, 5)
    with open_work(planted, SYSTEM) as work:
        assert ratings.due(work, 9) == []
        ratings.close(work, HOME, "2026Q4")  # too early: nothing happens
        assert not work.session.get_one(RatingQuarter, (HOME, "2026Q4")).closed
    clock.moment = clock.moment.replace(year=2027, month=1, day=2)
    with open_work(planted, SYSTEM) as work:
        assert ratings.due(work, 9) == [(HOME, "2026Q4")]
    sweeping.drain(planted)
    with open_work(planted, SYSTEM) as work:
        row = work.session.get_one(RatingQuarter, (HOME, "2026Q4"))
        assert (row.closed, row.shown) == (True, {"count": None, "levels": None, "kinds": None})
        assert ratings.due(work, 9) == []


# -- supervision ---------------------------------------------------------------------------------


def test_a_bad_rating_is_worked_off_to_its_closing(planted: Parts, over: str) -> None:
    rate(planted, over, 2, words="等了三个小时")
    id_ = entry(planted)
    with open_work(planted, SUPER) as work:
        (line,) = rating_ledger.listed(work)
        assert (line.level, line.state, line.due_on) == (2, "open", date(2026, 12, 7))
        assert rating_ledger.figure(work).share == 0
    steps = (
        lambda work: rating_ledger.close(work, id_),
        lambda work: rating_ledger.call_back(work, id_, "content", "电话"),
    )
    for early in steps:
        with open_work(planted, SUPER) as work, pytest.raises(Conflict):
            early(work)
    with open_work(planted, SUPER) as work:
        rating_ledger.handle(work, id_, "已核查，约谈带队人员")
        rating_ledger.call_back(work, id_, "not_content", "仍不满意")
    with open_work(planted, SUPER) as work:
        rating_ledger.handle(work, id_, "再次上门说明")
        rating_ledger.call_back(work, id_, "content", "认可")
        rating_ledger.close(work, id_)
    with open_work(planted, SUPER) as work:
        assert rating_ledger.figure(work) == rating_ledger.Figure(opened=1, closed=1, overdue=0)
        assert rating_ledger.figure(work).share == 100
        assert rating_ledger.listed(work) == ()
        assert len(rating_ledger.listed(work, "closed")) == 1


def test_a_good_rating_opens_nothing(planted: Parts, over: str) -> None:
    rate(planted, over, 3)
    with open_work(planted, SUPER) as work:
        assert rating_ledger.listed(work) == ()
        assert rating_ledger.figure(work).share is None


def test_each_look_at_the_source_needs_a_reason_and_is_on_record(planted: Parts, over: str) -> None:
    rate(planted, over, 1, words="等了三个小时")
    id_ = entry(planted)
    with open_work(planted, SUPER) as work, pytest.raises(BadInput):
        rating_ledger.open_source(work, id_, " ")
    for _ in range(2):
        with open_work(planted, SUPER) as work:
            source = rating_ledger.open_source(work, id_, "核查投诉")
    assert (source.visit_id, source.words) == (over, "等了三个小时")
    with open_work(planted, SYSTEM) as work:
        noted = work.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "rating.source_read")
        ).all()
        assert [(e.who_id, e.facts["reason"]) for e in noted] == [("super", "核查投诉")] * 2
        assert list(audit.verify(work.session)) == []


def test_supervision_that_belongs_to_the_inspected_agency_sees_nothing(
    planted: Parts, over: str
) -> None:
    rate(planted, over, 1)
    id_ = entry(planted)
    both = Principal(
        kind=PrincipalKind.PERSON,
        id="both",
        roles=frozenset({Role.SUPERVISION, Role.HEAD}),
        agency_id=HOME,
        region="370102",
    )
    elsewhere = principal("other-super", Role.SUPERVISION, agency=STRANGER)
    for who in (both, elsewhere):
        with open_work(planted, who) as work:
            assert rating_ledger.listed(work) == ()
            assert rating_ledger.figure(work).opened == 0
        with open_work(planted, who) as work, pytest.raises(NotFound):
            rating_ledger.open_source(work, id_, "看看")


def test_a_late_one_is_told(planted: Parts, over: str, clock: SetClock) -> None:
    rate(planted, over, 1)
    clock.move(timedelta(days=30))
    with open_work(planted, SUPER) as work:
        assert rating_ledger.figure(work).overdue == 1
        assert rating_ledger.listed(work)[0].overdue
