"""Draws on the server: who may do what when, what becomes public, and what comes of the drawn."""

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.models import (
    Draw,
    DrawStatus,
    DrawTarget,
    DrawVoice,
    Enterprise,
    Plan,
    PlanTarget,
    Premise,
    Recusal,
    TaskStatus,
)
from server.principal import PUBLIC, SYSTEM
from server.services import draws, views_draws
from server.services.draw_pools import List
from server.services.draws import OtherPartyNeeded, WrongSecret
from server.work import Parts, open_work
from shared.draws import replay, secrets
from shared.draws.model import Party
from shared.draws.replay import Known
from shared.errors import BadInput, NotAllowed, NotFound, OutOfOrder
from shared.roles import Role
from tests.server import drawing
from tests.server.drawing import SECRETS, SIZE, committed, does, frozen, head, held, supervision
from tests.server.factories import LONG_AGO, County, add, principal
from tests.server.sync_world import task_row


@pytest.fixture
def town(parts: Parts, county: County) -> Parts:
    drawing.town(parts, county)
    return parts


def row(parts: Parts, draw_id: str) -> Draw:
    with open_work(parts, SYSTEM) as work:
        return work.session.get_one(Draw, draw_id)


def file_of(parts: Parts, draw_id: str) -> bytes:
    with open_work(parts, SYSTEM) as work:
        return draws.file_of(work, work.session.get_one(Draw, draw_id))


def test_a_held_draw_is_replayed_from_its_file_and_becomes_a_plan_in_draft(
    town: Parts, county: County
) -> None:
    id_ = held(town, county)
    found = row(town, id_)
    report = replay.verify(
        file_of(town, id_),
        Known(pool_hash=found.pool_hash, file_hash=found.file_hash or ""),
    )
    assert report.faults == ()
    assert report.terms is not None
    assert (report.terms.ratio_max_percent, report.terms.officers_per_visit) == (20, 2)
    with open_work(town, SYSTEM) as work:
        drawn = work.session.scalars(select(DrawTarget).order_by(DrawTarget.position)).all()
        plan = work.session.get_one(Plan, found.plan_id)
        targets = work.session.scalars(select(PlanTarget).order_by(PlanTarget.position)).all()
        file_drawn = report.record.drawn if report.record else ()
    assert [(t.uscc, tuple(t.officer_ids)) for t in drawn] == [
        (each.uscc, each.officer_ids) for each in file_drawn
    ]
    assert [(t.uscc, t.officer_ids) for t in targets] == [(t.uscc, t.officer_ids) for t in drawn]
    assert (plan.status, plan.trigger, plan.planner_id) == ("draft", "random", county.planner)
    assert (plan.pool_size, plan.sample_percent) == (SIZE + 3, 13)


def test_who_is_left_out_is_in_the_file_with_the_reason(town: Parts, county: County) -> None:
    shut, recused = drawing.uscc(0), drawing.uscc(1)
    with open_work(town, SYSTEM) as work:
        work.session.get_one(Enterprise, shut).status = "closed"
    people = (*county.officers, *(f"drawn-{n}" for n in range(4)))
    add(
        town,
        [
            Recusal(
                id=f"r-{officer}",
                officer_id=officer,
                uscc=recused,
                ground="亲属",
                declared_by="head",
                declared_at=LONG_AGO,
            )
            for officer in people[1:]
        ],
    )
    stated = List(stated={drawing.uscc(2): "正在停产整改"})
    id_ = held(town, county, of=stated)
    lines = file_of(town, id_).decode().splitlines()
    assert {line for line in lines if line.startswith("X\t")} == {
        f"X\t{shut}\tnot_operating\t",
        f"X\t{recused}\tno_officers\t",
        f"X\t{drawing.uscc(2)}\tstated\t正在停产整改",
    }
    assert "亲属" not in file_of(town, id_).decode()
    assert row(town, id_).left_out == 3


def test_more_than_the_ratio_and_what_is_not_on_the_list_is_refused(
    town: Parts, county: County
) -> None:
    with pytest.raises(BadInput) as refused:
        frozen(town, county, count=7)
    assert refused.value.errors == {"/count": "7 > 6 (20 %)"}
    with pytest.raises(BadInput, match="Not on the list"):
        frozen(town, county, of=List(stated={"91370000000000000X": "理由"}))


def test_nobody_reveals_before_both_have_committed(town: Parts, county: County) -> None:
    id_ = frozen(town, county)
    said = secrets.commitment(id_, Party.AGENCY, SECRETS[Party.AGENCY])
    does(town, head(county), lambda work: draws.commit(work, id_, said))
    with pytest.raises(OutOfOrder):
        does(town, head(county), lambda work: draws.reveal(work, id_, SECRETS[Party.AGENCY]))
    with pytest.raises(OutOfOrder):
        does(town, head(county), lambda work: draws.commit(work, id_, said))


def test_only_the_secret_that_was_committed_to_is_taken(town: Parts, county: County) -> None:
    id_ = committed(town, county)
    with pytest.raises(WrongSecret):
        does(town, head(county), lambda work: draws.reveal(work, id_, "00" * 32))
    assert row(town, id_).status == DrawStatus.COMMITTED


def test_the_first_secret_is_readable_nowhere_before_the_second(
    town: Parts, county: County
) -> None:
    id_ = committed(town, county)
    does(town, head(county), lambda work: draws.reveal(work, id_, SECRETS[Party.AGENCY]))
    with open_work(town, SYSTEM) as work:
        voice = work.session.get_one(DrawVoice, (id_, "agency"))
    assert SECRETS[Party.AGENCY] not in (voice.secret_sealed or "")
    with pytest.raises(NotFound):
        file_of(town, id_)


def test_one_person_never_speaks_for_both(town: Parts, county: County) -> None:
    id_ = frozen(town, county)
    said = secrets.commitment(id_, Party.AGENCY, SECRETS[Party.AGENCY])
    does(town, head(county), lambda work: draws.commit(work, id_, said))
    both = principal(county.head, Role.SUPERVISION, agency="agency-other", region="370100")
    with pytest.raises(OtherPartyNeeded):
        does(town, both, lambda work: draws.commit(work, id_, "ab" * 32))


def test_a_party_that_does_not_come_makes_it_void_and_it_stays_on_record(
    town: Parts, county: County
) -> None:
    id_ = committed(town, county)
    does(town, head(county), lambda work: draws.reveal(work, id_, SECRETS[Party.AGENCY]))
    cast(SetClock, town.clock).move(timedelta(hours=73))
    with open_work(town, SYSTEM) as work:
        assert list(draws.overdue(work, 10)) == [id_]
        draws.void_overdue(work, id_)
        draws.void_overdue(work, id_)
    with pytest.raises(OutOfOrder):
        does(town, supervision(county), lambda w: draws.reveal(w, id_, SECRETS[Party.SUPERVISION]))
    found = row(town, id_)
    assert (found.status, found.plan_id, found.void_by) == (DrawStatus.VOID, None, "system")
    report = replay.verify(file_of(town, id_), Known(file_hash=found.file_hash or ""))
    assert report.holds
    assert report.record is not None
    assert report.record.is_void
    again = frozen(town, county, replaces=id_)
    assert row(town, again).replaces_id == id_


def test_only_a_void_draw_is_replaced(town: Parts, county: County) -> None:
    with pytest.raises(BadInput, match="void"):
        frozen(town, county, replaces=held(town, county))


def test_a_foreign_agency_and_foreign_supervision_do_not_know_it(
    town: Parts, county: County
) -> None:
    id_ = frozen(town, county)
    for role in (Role.PLANNER, Role.HEAD, Role.SUPERVISION):
        who = principal("other", role, agency=county.other_agency, region="370202")
        with pytest.raises(NotFound):
            does(town, who, lambda work: draws.commit(work, id_, "ab" * 32))
    with pytest.raises(NotAllowed):
        does(town, head(county), lambda w: draws.freeze(w, drawing.draft(town, county)))


def test_names_are_public_only_after_their_visits_and_the_file_after_all(
    town: Parts, county: County
) -> None:
    id_ = held(town, county)
    found = row(town, id_)
    with open_work(town, SYSTEM) as work:
        drawn = [(t.position, t.uscc) for t in work.session.scalars(select(DrawTarget))]
        doors = dict(work.session.execute(select(Premise.uscc, Premise.id)).all())

    def public() -> views_draws.PublicDraw:
        with open_work(town, PUBLIC) as work:
            return views_draws.public(work, id_)

    assert (public().told, public().file_is_out) == ((), False)
    with open_work(town, PUBLIC) as work, pytest.raises(NotFound):
        views_draws.require_out(work, id_)
    for n, (position, uscc) in enumerate(sorted(drawn)):
        task = task_row(
            f"t-{n}",
            code=f"code-{n}",
            no=f"no-{n}",
            agency_id=county.agency,
            plan_id=found.plan_id,
            uscc=uscc,
            premise_id=doors[uscc],
            status=TaskStatus.IN_VISIT if n else TaskStatus.FINALISED,
        )
        add(town, [task])
        if n == 0:
            assert [each.position for each in public().told] == [position]
    assert [each.position for each in public().told] == [1]
    assert not public().file_is_out
    cast(SetClock, town.clock).move(timedelta(days=40))
    assert public().file_is_out
