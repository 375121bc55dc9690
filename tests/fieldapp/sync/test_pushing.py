"""What the tablet believes of an answer to a push."""

import gzip
import json

import pytest

from fieldapp.store.outbox import OutboxState
from fieldapp.sync import pushing
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.world import NOON, TASK, WANG

EVENTS = len(visiting.STEPS) + 1
URGENT = {
    "reason": "emergency",
    "explanation": "群众举报正在排放",
    "oral_approver": "陈局长",
    "oral_approved_at": NOON,
}


def state_of(field: Field, flow, number: int) -> OutboxState:
    outcome = field.held.outbox.outcome(flow.events()[number].id)
    assert outcome is not None
    return outcome.state


def states(field: Field, flow) -> set[OutboxState]:
    return {outcome.state for outcome in field.held.outbox.of_visit(flow.visit_id).values()}


def test_an_answer_without_a_true_receipt_is_no_answer(field: Field) -> None:
    flow = visiting.finish(field.visit())
    field.platform.forged_receipts = True
    report = field.sync()
    assert report.problem is not None
    assert report.problem.code == "untrusted_receipt"
    assert states(field, flow) == {OutboxState.SENT}
    assert field.platform.files == {}
    field.platform.forged_receipts = False
    assert field.sync().problem is None
    assert states(field, flow) == {OutboxState.APPLIED}


def test_applied_is_not_believed_where_the_receipt_does_not_cover_it(field: Field) -> None:
    flow = field.visit()
    visiting.scan(flow)
    field.platform.outcomes[flow.events()[1].id] = {"status": "applied"}
    report = field.sync()
    assert report.problem is not None
    assert report.problem.code == "untrusted_receipt"
    assert states(field, flow) == {OutboxState.SENT}


def test_what_waited_too_long_stays_held_here_and_stops_nothing_else(field: Field) -> None:
    """The server took it in without the one before it: no receipt can reach it."""
    flow = field.visit()
    visiting.scan(flow)
    opened, scanned = flow.events()
    field.platform.outcomes[opened.id] = {"status": "quarantined", "code": "hash_mismatch"}
    field.platform.outcomes[scanned.id] = {"status": "applied", "code": "hold_expired"}
    other = field.session.open_emergency(URGENT, officer_id=WANG)
    report = field.sync()
    assert report.problem is None
    assert state_of(field, flow, 1) is OutboxState.HELD
    assert state_of(field, other, 0) is OutboxState.APPLIED


def test_a_receipt_that_names_another_chain_is_not_believed(field: Field) -> None:
    flow = field.visit()
    field.sync()
    visiting.scan(flow)
    field.platform.chains[flow.visit_id][0] = {
        **field.platform.chains[flow.visit_id][0],
        "hash": "0" * 64,
    }
    report = field.sync()
    assert report.problem is not None
    assert report.problem.code == "untrusted_receipt"


def test_the_receipt_is_kept(field: Field) -> None:
    flow = field.visit()
    field.sync()
    kept = field.held.receipts.newest()
    assert kept["heads"][flow.visit_id]["hash"] == flow.events()[0].hash


def test_an_irregularity_is_kept_and_shown(field: Field) -> None:
    flow = field.visit()
    visiting.scan(flow)
    event = flow.events()[-1]
    real = field.platform._outcome

    def irregular(raw):
        found = real(raw)
        if raw["id"] == event.id:
            return {**found, "irregularities": [{"rule": "R40", "detail": "far away"}]}
        return found

    field.platform._outcome = irregular  # type: ignore[method-assign]
    field.sync()
    (problem,) = flow.problems()
    assert problem.outcome.state is OutboxState.APPLIED
    assert problem.outcome.irregularities == ({"rule": "R40", "detail": "far away"},)


@pytest.mark.parametrize(
    ("status", "state"),
    [("quarantined", OutboxState.QUARANTINED), ("conflict", OutboxState.CONFLICT)],
)
def test_one_bad_event_blocks_no_other_visit(field: Field, status: str, state) -> None:
    bad, good = field.visit(), field.visit()
    field.platform.outcomes[bad.events()[0].id] = {"status": status, "code": "bad_signature"}
    field.sync()
    assert state_of(field, bad, 0) is state
    assert states(field, good) == {OutboxState.APPLIED}
    (problem,) = bad.problems()
    assert problem.outcome.code == "bad_signature"


def test_the_events_of_a_stopped_visit_are_not_offered(field: Field) -> None:
    flow = field.visit()
    visiting.scan(flow)
    field.platform.outcomes[flow.events()[0].id] = {"status": "conflict"}
    field.sync()
    pushes = [r for r in field.platform.requests if "/sync/push" in r.url]
    field.sync()
    assert [r for r in field.platform.requests if "/sync/push" in r.url] == pushes


def test_a_duplicate_gets_the_outcome_of_its_first_time(field: Field) -> None:
    flow = field.visit()
    field.platform.outcomes[flow.events()[0].id] = {"status": "quarantined", "code": "newer_app"}
    field.sync()
    with field.held.store.transaction() as tx:
        field.held.outbox.offer_again(tx, [flow.events()[0].id])
    field.sync()
    assert state_of(field, flow, 0) is OutboxState.QUARANTINED


def test_a_held_event_brings_its_predecessors_again_and_settles(field: Field) -> None:
    flow = field.visit()
    visiting.scan(flow)
    field.sync()
    lost = flow.events()[1]
    field.platform.chains[flow.visit_id].pop()
    del field.platform.ledger[lost.id]
    visiting.show(flow, WANG)
    held = flow.events()[-1]
    field.sync()
    assert field.platform.chains[flow.visit_id][-1]["id"] == lost.id
    assert state_of(field, flow, 2) is OutboxState.HELD
    field.platform.chains[flow.visit_id].append(dict(held.raw))
    field.clock.advance(seconds=3601)
    field.sync()
    assert states(field, flow) == {OutboxState.APPLIED}


def test_a_predecessor_in_quarantine_is_not_sent_over_and_over(field: Field) -> None:
    flow = field.visit()
    visiting.scan(flow)
    field.platform.outcomes[flow.events()[0].id] = {"status": "quarantined"}
    field.platform.outcomes[flow.events()[1].id] = {
        "status": "held",
        "code": "predecessor_quarantined",
    }
    field.sync()
    pushes = len([r for r in field.platform.requests if "/sync/push" in r.url])
    field.sync()
    assert len([r for r in field.platform.requests if "/sync/push" in r.url]) == pushes


def test_batches_stay_under_the_limits(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "MOST_EVENTS", 5)
    visiting.finish(field.visit())
    assert field.sync().answered == EVENTS
    sizes = [len(_batch(r)) for r in field.platform.requests if "/sync/push" in r.url]
    assert sizes[:2] == [5, 5]
    assert sum(sizes) == EVENTS


def test_a_lower_limit_of_the_servers_is_kept(field: Field) -> None:
    field.platform.settings = {"push_batch": 4}
    visiting.finish(field.visit())
    field.sync()
    sizes = [len(_batch(r)) for r in field.platform.requests if "/sync/push" in r.url]
    assert max(sizes) == 4


def test_a_lower_limit_of_the_servers_on_bytes_is_kept(field: Field) -> None:
    field.platform.settings = {"push_bytes": 6000}
    visiting.finish(field.visit())
    assert field.sync().answered == EVENTS
    bodies = [_raw(r) for r in field.platform.requests if "/sync/push" in r.url]
    assert len(bodies) > 1
    assert all(len(body) <= 6000 or len(json.loads(body)["batch"]) == 1 for body in bodies)


def test_a_batch_of_large_events_is_cut_by_its_bytes(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "MOST_BYTES", 6000)
    visiting.finish(field.visit())
    assert field.sync().answered == EVENTS
    bodies = [_raw(r) for r in field.platform.requests if "/sync/push" in r.url]
    assert len(bodies) > 1
    assert all(len(body) <= 6000 or len(json.loads(body)["batch"]) == 1 for body in bodies)


def test_a_batch_the_server_calls_too_large_is_halved(field: Field) -> None:
    visiting.finish(field.visit())
    field.platform.most_events = 3
    assert field.sync().problem is None
    assert len(field.platform.ledger) == EVENTS


def test_bodies_are_compressed_and_events_keep_their_bytes(field: Field) -> None:
    flow = visiting.finish(field.visit())
    field.sync()
    (push,) = [r for r in field.platform.requests if "/sync/push" in r.url]
    assert push.headers["Content-Encoding"] == "gzip"
    assert len(push.body) < len(_raw(push)) / 2
    for raw in field.held.journal.raw_events(flow.visit_id):
        assert raw in _raw(push)


def test_an_answer_with_no_word_on_an_event_ends_the_push(field: Field) -> None:
    field.visit()
    field.platform.silent = True
    report = field.sync()
    assert report.answered == 0
    assert len(field.session.visits()) == 1


def test_a_visit_while_pushing_is_pushed_next_time(field: Field) -> None:
    field.visit()
    field.sync()
    later = field.session.open_visit([TASK], officer_id=WANG)
    assert states(field, later) == {OutboxState.WAITING}
    assert field.sync().answered == 1


def _raw(request) -> bytes:
    if request.headers.get("Content-Encoding") == "gzip":
        return gzip.decompress(request.body)
    return request.body


def _batch(request) -> list:
    return json.loads(_raw(request))["batch"]
