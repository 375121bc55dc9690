"""Whatever is remembered of a visit, it is folded to what it would be from its beginning."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest

from server.models import Certificate, Task
from server.principal import SYSTEM
from server.services import fold_memory, task_publishing, visit_material, visit_rows
from server.services.fold_memory import FoldMemory
from server.services.visit_facts import FactKind
from server.services.visit_fold import Material, fold
from server.services.visit_rows import rows
from server.work import Parts, open_work
from shared import chain
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.flow import engine
from tests.server.factories import add
from tests.server.sync_world import Pad, enrolled, pad, push, task_row
from tests.world import HELPER, LI, NOON, POINTS, WANG, key


def material(parts: Parts, tablet: Pad) -> Material:
    with open_work(parts, SYSTEM) as work:
        return visit_material.load(work, [tablet.visit_id])[tablet.visit_id]


def in_pieces(parts: Parts, tablet: Pad, *, revoked_before: int) -> Iterator[Material]:
    """As it stood after each of its events; a certificate was revoked in the middle."""
    for place, event in enumerate(tablet.events):
        if place == revoked_before:
            with open_work(parts, SYSTEM) as work:
                gone = work.session.get_one(Certificate, f"certificate-{LI}")
                gone.revoked_at = NOON - timedelta(hours=1)
        push(parts, [event])
        yield material(parts, tablet)


def otherwise(one: Material) -> Iterator[Material]:
    """The same visit as another database might have it."""
    yield replace(one, objects={k: v for k, v in one.objects.items() if k[0] != "officer"})
    yield replace(one, judged_by=dict.fromkeys(one.judged_by, 1))
    yield replace(one, facts=[f for f in one.facts if f.kind is not FactKind.REFERENCE_SNAPSHOT])
    yield one.judged_instead_by({f"officer:{LI}": None})
    snapshots = [f for f in one.facts if f.kind is FactKind.REFERENCE_SNAPSHOT]
    known = {**snapshots[0].payload["known"], f"officer:{WANG}": None}
    edited = replace(snapshots[0], payload={**snapshots[0].payload, "known": known})
    yield replace(one, facts=[edited, *one.facts[1:]])


def joint(parts: Parts) -> Iterator[Material]:
    """A visit of two tablets, the events of one of which come late and stand in between."""
    add(parts, [task_row("task-2")])
    with open_work(parts, SYSTEM) as work:
        task_publishing.publish_tasks(work, [work.session.get_one(Task, "task-2")])
    enrolled(parts, "tablet-2")
    lead = pad(parts)
    opened = lead.open()
    member = pad(parts, device_id="tablet-2", task_ids=("task-2",))
    quote = {"device_id": "tablet-1", "seq": 1, "head": opened.hash}
    told = {"lead": quote, "agency_id": "agency-1", "references": list(member.named)}
    joined = dict(member.draft(EventKind.JOINED, WANG, told).raw)
    raw = chain.seal(joined, key("tablet-2"), key(f"tablet-2/{WANG}"))
    lead.scan()
    lead.show(WANG)
    lead.show(LI)
    there = {"device_id": "tablet-2", "seq": 1, "head": raw["hash"]}
    lead.act(EventKind.MEMBER_JOINED, member=there, agency_id="agency-1")
    lead.serve()
    for event in lead.events:
        push(parts, [event])
        yield material(parts, lead)
    push(parts, [raw], device_id="tablet-2")
    yield material(parts, lead)
    lead.answer(POINTS[0])
    push(parts, lead.events[-1:])
    yield material(parts, lead)


def another(tablet: Pad) -> Pad:
    """A visit of the same name in which other things were done."""
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(HELPER)
    return tablet


@pytest.fixture
def pool(planted: Parts) -> list[Material]:
    tablet = pad(planted).clean_visit()
    whole = [*in_pieces(planted, tablet, revoked_before=3)]
    return [*whole, *otherwise(whole[-1]), *otherwise(whole[2])]


def same(one: Material, before: Material) -> None:
    fresh, remembered = fold(replace(one)), fold(replace(before))
    rows(remembered)
    gone_on = fold(replace(one), remembered)
    assert gone_on == fresh
    assert rows(gone_on) == rows(fresh)
    assert list(gone_on.state_json) == list(fresh.state_json)


def test_a_fold_that_goes_on_from_any_other_is_the_fold_from_the_beginning(
    pool: list[Material],
) -> None:
    for before in pool:
        for one in pool:
            same(one, before)


def test_so_is_that_of_two_tablets(planted: Parts) -> None:
    pool = [*joint(planted)]
    for before in pool:
        for one in pool:
            same(one, before)


def test_so_is_that_of_a_visit_of_the_same_name_elsewhere(planted: Parts) -> None:
    tablet, other = pad(planted).clean_visit(), another(pad(planted))
    push(planted, tablet.events)
    there = material(planted, tablet)
    elsewhere = replace(
        there,
        chains={"tablet-1": other.events},
        received=dict.fromkeys([e.id for e in other.events], NOON),
        judged_by=dict.fromkeys([e.id for e in other.events], 1),
    )
    same(there, elsewhere)
    same(elsewhere, there)


def folded_events(memory: FoldMemory, one: Material) -> int:
    """How many events are folded by the way."""
    with mock.patch.object(engine, "check_act", wraps=engine.check_act) as asked:
        memory.fold(one)
    return asked.call_count


def test_a_visit_in_pieces_is_folded_by_what_came(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    memory = FoldMemory()
    counts = [folded_events(memory, one) for one in in_pieces(planted, tablet, revoked_before=99)]
    assert counts == [1] * len(tablet.events)


def test_a_whole_visit_and_the_oldest_are_forgotten(planted: Parts) -> None:
    tablet = pad(planted).clean_visit()
    pieces = [*in_pieces(planted, tablet, revoked_before=99)]
    memory = FoldMemory(most=2)
    for one in pieces:
        memory.fold(one)
    assert folded_events(memory, pieces[3]) == 4  # it was whole, so nothing is known of it

    def of(name: str) -> Material:
        return replace(pieces[3], visit_id=name)

    memory = FoldMemory(most=2)
    for name in ("a", "b", "a", "c"):
        memory.fold(of(name))
    assert [folded_events(memory, of(name)) for name in ("a", "c", "b")] == [0, 0, 4]


def test_what_was_folded_in_a_push_that_was_undone_is_not_believed(planted: Parts) -> None:
    tablet = pad(planted)
    tablet.open()
    push(planted, tablet.events)
    undone = taken_back(tablet)
    broken = mock.patch.object(visit_rows, "rows", side_effect=ZeroDivisionError)
    with broken, pytest.raises(ZeroDivisionError):
        push(planted, [undone])
    tablet.scan()
    push(planted, tablet.events[1:])

    again = material(planted, tablet)
    assert [event.kind for event in again.ordered] == [e.kind for e in tablet.events]
    assert fold_memory.OF_THIS_PROCESS.fold(again) == fold(replace(again))


def taken_back(tablet: Pad) -> Event:
    """An event that the tablet made and took back, as after a crash before it was written."""
    twin = replace(tablet, events=[*tablet.events])
    return twin.show(WANG)
