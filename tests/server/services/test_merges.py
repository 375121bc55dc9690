"""综合查一次, from the search to the one visit: who may, what is proposed, what becomes of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from server.jobs.merging import find_merges
from server.models import (
    Certificate,
    MergePart,
    MergeProposal,
    MergeSearch,
    MergeStatus,
    Recusal,
    SearchStatus,
    SyncObject,
    Task,
)
from server.principal import SYSTEM, Principal
from server.services import merge_searches, merges, views_merges
from server.services.listing import Filter
from server.work import Parts, open_work
from shared.errors import BadInput, NotAllowed, NotFound, OutOfOrder
from shared.roles import Role
from tests.server.counting import counted
from tests.server.factories import LONG_AGO, County, add, principal
from tests.server.merging import (
    FIRE,
    FIRE_HEAD,
    SINCE,
    UNTIL,
    searched,
    supervisor,
    task,
    two_agencies,
)


@pytest.fixture
def overlap(parts: Parts, county: County) -> County:
    """The market authority from Monday, the fire authority from Wednesday, at one enterprise."""
    two_agencies(parts, county)
    add(
        parts,
        [
            task(county, "market", of=county.agency, form=county.form),
            task(
                county,
                "fire",
                of=FIRE,
                form="fire-form",
                window_from=date(2026, 7, 8),
                window_to=date(2026, 7, 31),
            ),
        ],
    )
    return county


def head(county: County) -> Principal:
    return principal(county.head, Role.HEAD, agency=county.agency)


def fire_head() -> Principal:
    return principal(FIRE_HEAD, Role.HEAD, agency=FIRE)


def proposed(parts: Parts) -> list[MergeProposal]:
    with open_work(parts, SYSTEM) as work:
        return merges.page(work, status=MergeStatus.PROPOSED, after=None)


def test_an_overlap_is_found_and_accepted_by_both_it_is_one_visit(
    parts: Parts, overlap: County
) -> None:
    searched(parts, overlap)
    (found,) = proposed(parts)
    assert (found.window_from, found.window_to) == (date(2026, 7, 8), date(2026, 7, 10))
    assert found.window_from <= found.day <= found.window_to
    assert set(found.officer_ids) == {*overlap.officers, "fire-a", "fire-b"}
    assert (found.points, found.points_merged, found.visits_avoided) == (3, 1, 1)
    assert found.lead_agency_id == overlap.agency  # its time runs out first

    with open_work(parts, head(overlap)) as work:
        assert merges.accept(work, found.id).status == MergeStatus.PROPOSED
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(Task, "fire").window_from == date(2026, 7, 8)
        assert work.session.get_one(Task, "fire").merged_id is None
    with open_work(parts, fire_head()) as work:
        assert merges.accept(work, found.id).status == MergeStatus.ACCEPTED
    with open_work(parts, SYSTEM) as work:
        for id_ in ("market", "fire"):
            row = work.session.get_one(Task, id_)
            assert (row.window_from, row.window_to) == (found.window_from, found.window_to)
            assert row.merged_id == found.id
        told = select(SyncObject.id).where(SyncObject.kind == "task")
        assert set(work.session.scalars(told)) == {"market", "fire"}
    with open_work(parts, supervisor(overlap)) as work:
        view = views_merges.search(work)
        assert view is not None
        assert (view.totals.visits_avoided, view.totals.tasks, view.merged_percent) == (1, 2, 100)
        assert view.totals.hours_avoided == pytest.approx(80 / 60)


def accepted(parts: Parts, overlap: County) -> str:
    """A joint visit that both heads have accepted."""
    searched(parts, overlap)
    (found,) = proposed(parts)
    for who in (head(overlap), fire_head()):
        with open_work(parts, who) as work:
            merges.accept(work, found.id)
    return found.id


def windows(parts: Parts) -> list[tuple[date, date]]:
    with open_work(parts, SYSTEM) as work:
        rows = [work.session.get_one(Task, id_) for id_ in ("market", "fire")]
        return [(row.window_from, row.window_to) for row in rows]


def test_a_joint_visit_nobody_began_is_taken_apart_and_each_is_what_it_was(
    parts: Parts, overlap: County
) -> None:
    before = windows(parts)
    made = accepted(parts, overlap)
    assert windows(parts) != before
    with open_work(parts, fire_head()) as work, pytest.raises(BadInput):
        merges.dissolve(work, made, " ")
    with open_work(parts, head(overlap)) as work:
        assert views_merges.one(work, made).may_dissolve
    with open_work(parts, fire_head()) as work:
        assert merges.dissolve(work, made, "改为分别检查").status == MergeStatus.DISSOLVED
    assert windows(parts) == before
    with open_work(parts, supervisor(overlap)) as work:
        view = views_merges.search(work)
        assert view is not None
        assert view.totals.accepted == 0
    searched(parts, overlap)
    assert len(proposed(parts)) == 1
    with open_work(parts, head(overlap)) as work, pytest.raises(OutOfOrder):
        merges.dissolve(work, made, "再一次")


def test_a_joint_visit_that_has_begun_is_not_taken_apart(parts: Parts, overlap: County) -> None:
    made = accepted(parts, overlap)
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Task, "market").status = "in_visit"
    with open_work(parts, head(overlap)) as work:
        assert not views_merges.one(work, made).may_dissolve
        with pytest.raises(OutOfOrder):
            merges.dissolve(work, made, "改为分别检查")


def test_what_is_merged_is_not_proposed_again(parts: Parts, overlap: County) -> None:
    searched(parts, overlap)
    (found,) = proposed(parts)
    for who in (head(overlap), fire_head()):
        with open_work(parts, who) as work:
            merges.accept(work, found.id)
    searched(parts, overlap)
    assert proposed(parts) == []
    with open_work(parts, supervisor(overlap)) as work:
        view = views_merges.search(work)
        assert view is not None
        assert (view.totals.accepted, view.merged_percent) == (0, 0), "of this search"
        assert (view.year, view.of_year.accepted, view.of_year.visits_avoided) == (2026, 1, 1)


def test_a_later_search_lets_the_earlier_proposals_lapse(parts: Parts, overlap: County) -> None:
    searched(parts, overlap)
    (before,) = proposed(parts)
    searched(parts, overlap)
    (after,) = proposed(parts)
    assert after.id != before.id
    with open_work(parts, head(overlap)) as work, pytest.raises(OutOfOrder):
        merges.accept(work, before.id)


def test_the_job_run_twice_proposes_once(parts: Parts, overlap: County) -> None:
    search = searched(parts, overlap)
    with open_work(parts, SYSTEM) as work:
        assert merge_searches.gather(work, search) is None
        assert merge_searches.waiting(work, work.now, 5) == []


def test_a_search_that_breaks_has_failed_and_is_not_swept_up_for_ever(
    parts: Parts, overlap: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with open_work(parts, supervisor(overlap)) as work:
        search = merge_searches.ask(work, since=SINCE, until=UNTIL).id
    monkeypatch.setattr(merge_searches, "proposals", broken)
    with pytest.raises(ZeroDivisionError):
        find_merges(parts, search=search)
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(MergeSearch, search).status == SearchStatus.FAILED
        assert merge_searches.waiting(work, work.now, 5) == []


def test_one_head_declines_for_all_and_says_why(parts: Parts, overlap: County) -> None:
    searched(parts, overlap)
    (found,) = proposed(parts)
    with open_work(parts, fire_head()) as work, pytest.raises(BadInput):
        merges.decline(work, found.id, "  ")
    with open_work(parts, fire_head()) as work:
        merges.decline(work, found.id, "已另行安排")
    with open_work(parts, head(overlap)) as work, pytest.raises(OutOfOrder):
        merges.accept(work, found.id)
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(Task, "market").window_from == date(2026, 7, 6)


@pytest.mark.parametrize("changes", [{"status": "in_visit"}, {"window_to": date(2026, 7, 8)}])
def test_a_task_begun_or_changed_meanwhile_is_not_merged(
    parts: Parts, overlap: County, changes: dict[str, object]
) -> None:
    searched(parts, overlap)
    (found,) = proposed(parts)
    with open_work(parts, head(overlap)) as work:
        merges.accept(work, found.id)
    with open_work(parts, SYSTEM) as work:
        for name, value in changes.items():
            setattr(work.session.get_one(Task, "market"), name, value)
    with pytest.raises(OutOfOrder), open_work(parts, fire_head()) as work:
        merges.accept(work, found.id)
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(MergeProposal, found.id).status == MergeStatus.PROPOSED
        assert work.session.get_one(Task, "fire").merged_id is None


@pytest.mark.parametrize(
    "changes",
    [
        {"trigger": "complaint_12345"},
        {"visit_type": "service_visit"},
        {"status": "cancelled"},
        {"window_to": date(2027, 1, 5)},
        {"window_from": date(2026, 7, 13), "window_to": date(2026, 7, 17)},
        {"premise_id": "premise-2", "uscc": "91370200MA32MTH01U"},
    ],
)
def test_what_cannot_be_one_visit_is_not_proposed(
    parts: Parts, county: County, changes: dict[str, object]
) -> None:
    two_agencies(parts, county)
    add(
        parts,
        [
            task(county, "market", of=county.agency, form=county.form),
            task(county, "fire", of=FIRE, form="fire-form", **changes),
        ],
    )
    searched(parts, county)
    assert proposed(parts) == []


def test_nobody_is_thought_of_who_may_not_go(parts: Parts, overlap: County) -> None:
    """With one of two officers recused there is no team: its task is left over."""
    add(
        parts,
        [
            Recusal(
                id="recusal",
                officer_id="fire-a",
                uscc=overlap.usccs[0],
                ground="亲属",
                declared_by=FIRE_HEAD,
                declared_at=LONG_AGO,
            )
        ],
    )
    search = searched(parts, overlap)
    assert proposed(parts) == []
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(MergeSearch, search).left_over == 1
        work.session.get_one(Recusal, "recusal").ended_at = work.now
        work.session.get_one(Certificate, "cert-fire-b").valid_to = date(2026, 7, 8)
    searched(parts, overlap)
    (found,) = proposed(parts)
    assert found.day == date(2026, 7, 8)


def test_only_supervision_asks_and_only_for_days_to_come(parts: Parts, overlap: County) -> None:
    with open_work(parts, head(overlap)) as work, pytest.raises(NotAllowed):
        merge_searches.ask(work, since=SINCE, until=UNTIL)
    nowhere = principal("super", Role.SUPERVISION, agency=None)
    with open_work(parts, nowhere) as work, pytest.raises(NotAllowed):
        merge_searches.ask(work, since=SINCE, until=UNTIL)
    for since, until in (
        (date(2026, 7, 1), UNTIL),
        (UNTIL, SINCE),
        (SINCE, SINCE + timedelta(days=93)),
        (date(2026, 12, 20), date(2027, 1, 10)),
    ):
        with open_work(parts, supervisor(overlap)) as work, pytest.raises(BadInput):
            merge_searches.ask(work, since=since, until=until)


def test_a_stranger_neither_sees_nor_decides(parts: Parts, overlap: County) -> None:
    searched(parts, overlap)
    (found,) = proposed(parts)
    stranger = principal(overlap.other_head, Role.HEAD, agency=overlap.other_agency)
    planner = principal(overlap.planner, Role.PLANNER, agency=overlap.agency)
    with open_work(parts, stranger) as work:
        assert merges.page(work, status=None, after=None) == []
        for act in (merges.get, merges.accept):
            with pytest.raises(NotFound):
                act(work, found.id)
    with open_work(parts, planner) as work:
        assert merges.get(work, found.id).id == found.id
        with pytest.raises(NotAllowed):
            merges.accept(work, found.id)


def test_looking_asks_no_more_of_the_database_for_more_proposals(
    parts: Parts, overlap: County
) -> None:
    searched(parts, overlap)
    with open_work(parts, supervisor(overlap)) as work, counted(parts.engine) as few:
        views_merges.lines(work, Filter())
    (found,) = proposed(parts)
    with open_work(parts, SYSTEM) as work:
        copied = {
            column.key: getattr(found, column.key) for column in MergeProposal.__table__.columns
        }
        for n in range(20):
            work.session.add(MergeProposal(**{**copied, "id": f"again-{n}"}))
            work.session.add(MergePart(proposal_id=f"again-{n}", task_id="fire", agency_id=FIRE))
    with open_work(parts, supervisor(overlap)) as work, counted(parts.engine) as many:
        assert len(views_merges.lines(work, Filter()).lines) == 21
    assert len(many) == len(few)


def test_a_search_looks_at_its_own_region_alone(parts: Parts, overlap: County) -> None:
    abroad = principal("other-super", Role.SUPERVISION, agency="agency-other", region="370202")
    with open_work(parts, abroad) as work:
        search = merge_searches.ask(work, since=SINCE, until=UNTIL)
    with open_work(parts, SYSTEM) as work:
        given = merge_searches.gather(work, search.id)
    assert given is not None
    assert (given.needs, given.inspectors) == ((), ())
