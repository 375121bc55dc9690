"""The journal cannot be changed, and only what is confirmed can ever leave it."""

from datetime import timedelta

import pytest

from fieldapp.store.opening import ConstraintBroken
from fieldapp.store.outbox import OutboxState, Outcome
from fieldapp.store.trimming import trim
from shared.canonical import canonical
from shared.chain import ChainBroken
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.world import NOON, Tablet

APPLIED = Outcome(state=OutboxState.APPLIED)
LATER = NOON + timedelta(days=31)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET raw = x'00'",
        "UPDATE event SET hash = 'x' WHERE seq = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = 2",
        "INSERT OR REPLACE INTO event SELECT * FROM event",
        "REPLACE INTO event SELECT id, visit_id, seq, device_seq, kind, at, 'x', raw FROM event",
        "UPDATE evidence SET sha256 = 'x'",
        "DELETE FROM evidence",
        "UPDATE evidence_chunk SET data = x'00'",
        "DELETE FROM evidence_chunk",
        "REPLACE INTO evidence_chunk SELECT evidence_id, number, x'00' FROM evidence_chunk",
    ],
)
def test_nothing_signed_can_be_changed_or_deleted(field: Field, statement: str) -> None:
    flow = visiting.finish(field.visit())
    before = [event.raw for event in flow.events()]
    with pytest.raises(ConstraintBroken), field.held.store.transaction() as tx:
        tx.execute(statement)
    assert [event.raw for event in flow.events()] == before
    assert field.session.evidence_bytes(flow.evidence()[0].evidence.id) == visiting.PHOTO


def test_events_come_back_byte_for_byte(field: Field) -> None:
    flow = visiting.finish(field.visit())
    raw = field.held.journal.raw_events(flow.visit_id)
    assert raw == [canonical(event.raw) for event in flow.events()]


def test_an_event_that_does_not_follow_is_refused(field: Field) -> None:
    world = Tablet()
    world.open()
    second = world.scan()
    with pytest.raises(ChainBroken), field.held.store.transaction() as tx:
        field.held.journal.append(tx, second)
    assert field.held.journal.events(second.visit_id) == ()


def test_the_tablets_own_count_runs_over_all_visits(field: Field) -> None:
    one, other = field.visit(), field.visit()
    visiting.scan(one)
    visiting.scan(other)
    numbers = [e.device_seq for flow in (one, other) for e in flow.events()]
    assert sorted(numbers) == [1, 2, 3, 4]


def confirm(field: Field, visit_id: str, *, but: str = "") -> None:
    for event in field.held.journal.events(visit_id):
        if event.id != but:
            with field.held.store.transaction() as tx:
                field.held.outbox.answered(tx, event.id, APPLIED, NOON)


def deliver(field: Field, flow) -> None:
    with field.held.store.transaction() as tx:
        for upload in flow.evidence():
            field.held.evidence.complete(tx, upload.evidence.id)


def trimmed(field: Field, now=LATER) -> tuple[str, ...]:
    return trim(field.held.store, now=now, retain_days=30)


def test_a_confirmed_visit_is_trimmed_after_its_days_and_the_count_goes_on(field: Field) -> None:
    flow = visiting.finish(field.visit())
    confirm(field, flow.visit_id)
    deliver(field, flow)
    assert trimmed(field, NOON + timedelta(days=29)) == ()
    assert trimmed(field) == (flow.visit_id,)
    assert field.session.visits() == ()
    assert field.held.store.value("SELECT count(*) FROM evidence_chunk") == 0
    assert field.held.store.value("SELECT count(*) FROM visit_reference") == 0
    assert field.visit().events()[0].device_seq == len(visiting.STEPS) + 2


def test_one_event_that_is_not_confirmed_keeps_the_whole_visit(field: Field) -> None:
    flow = visiting.finish(field.visit())
    confirm(field, flow.visit_id, but=flow.events()[3].id)
    deliver(field, flow)
    assert trimmed(field) == ()
    assert len(flow.events()) == len(visiting.STEPS) + 1


@pytest.mark.parametrize("state", [OutboxState.HELD, OutboxState.QUARANTINED, OutboxState.CONFLICT])
def test_what_the_server_did_not_apply_is_never_trimmed(field: Field, state: OutboxState) -> None:
    flow = visiting.finish(field.visit())
    confirm(field, flow.visit_id)
    deliver(field, flow)
    with field.held.store.transaction() as tx:
        field.held.outbox.answered(tx, flow.events()[-1].id, Outcome(state=state), NOON)
    assert trimmed(field) == ()


def test_a_file_that_is_not_delivered_keeps_the_visit(field: Field) -> None:
    flow = visiting.finish(field.visit())
    confirm(field, flow.visit_id)
    assert trimmed(field) == ()


def test_an_open_visit_is_never_trimmed(field: Field) -> None:
    flow = field.visit()
    confirm(field, flow.visit_id)
    assert trimmed(field) == ()


def test_even_with_a_permit_the_schema_refuses_what_is_not_confirmed(field: Field) -> None:
    flow = field.visit()

    def trim_by_hand() -> None:
        with field.held.store.transaction() as tx:
            tx.execute("INSERT INTO trim_permit VALUES (?)", (flow.visit_id,))
            tx.execute("DELETE FROM event WHERE visit_id = ?", (flow.visit_id,))

    with pytest.raises(ConstraintBroken):
        trim_by_hand()
    assert len(flow.events()) == 1


def test_visits_are_listed_with_what_became_of_them(field: Field) -> None:
    flow = field.visit()
    visiting.scan(flow)
    held = Outcome(state=OutboxState.HELD)
    with field.held.store.transaction() as tx:
        field.held.outbox.answered(tx, flow.events()[1].id, held, NOON)
    (line,) = field.session.visits()
    assert (line.visit_id, line.last_kind, line.events) == (flow.visit_id, "scanned_in", 2)
    assert (line.unanswered, line.needs_attention) == (1, 1)
