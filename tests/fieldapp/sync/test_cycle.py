"""Whole rounds between a tablet and the platform, over networks that fail."""

from datetime import timedelta

import pytest

from fieldapp.errors import LocalFault, NoSpace
from fieldapp.ports.fake.network import LossyTransport, NoNetwork, PortalTransport
from fieldapp.ports.network import Request, Response
from fieldapp.store.outbox import OutboxState
from fieldapp.sync.backoff import MOST_S, wait_seconds
from fieldapp.sync.cycle import SyncCycle
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.fieldapp.simulator import problem

EVENTS = len(visiting.STEPS) + 1


def counts(field: Field) -> dict[OutboxState, int]:
    return {state: n for state, n in field.session.sync_state().counts.items() if n}


def over(field: Field, transport) -> SyncCycle:
    """A cycle of this tablet over another network."""
    ports = type(field.ports)(
        **{
            name: getattr(field.ports, name)
            for name in field.ports.__slots__
            if name != "transport"
        },
        transport=transport,
    )
    return SyncCycle(field.held, ports, wipe=lambda: None)


def test_a_whole_visit_is_pushed_and_its_file_delivered(field: Field) -> None:
    flow = visiting.finish(field.visit())
    report = field.sync()
    assert report.problem is None
    assert (report.answered, report.files) == (EVENTS, 1)
    assert counts(field) == {OutboxState.APPLIED: EVENTS}
    assert list(field.platform.files.values()) == [visiting.PHOTO]
    state = field.session.sync_state()
    assert (state.files_left, state.bytes_left, state.problem) == (0, 0, "")
    assert flow.problems() == ()


def test_the_server_gets_every_event_as_it_was_sealed(field: Field) -> None:
    flow = visiting.finish(field.visit())
    field.sync()
    assert field.platform.chains[flow.visit_id] == [dict(event.raw) for event in flow.events()]


@pytest.mark.parametrize("lost", range(1, 9))
def test_a_whole_visit_survives_lost_answers(field: Field, lost: int) -> None:
    visiting.finish(field.visit())
    transport = LossyTransport(field.platform, left=lost)
    cycle = over(field, transport)
    for _ in range(lost):
        assert cycle.run().problem is not None
    assert cycle.run().problem is None
    assert counts(field) == {OutboxState.APPLIED: EVENTS}
    assert set(field.platform.taken.values()) == {1}
    assert list(field.platform.files.values()) == [visiting.PHOTO]


def test_a_program_that_ends_before_the_answer_is_heard_offers_the_same_again(field: Field) -> None:
    visiting.finish(field.visit())
    over(field, LossyTransport(field.platform, left=9)).run()
    over(field, Answering(field, "/sync/push", problem(503, "busy"))).run()
    assert counts(field) == {OutboxState.SENT: EVENTS}
    field.reopen()
    assert counts(field) == {OutboxState.SENT: EVENTS}
    assert field.sync().problem is None
    assert set(field.platform.taken.values()) == {1}


def test_records_go_first_and_wait_for_no_file(field: Field) -> None:
    visiting.finish(field.visit())

    class NoFiles:
        def send(self, request: Request) -> Response:
            if "/evidence/" in request.url:
                return problem(503, "busy")
            return field.platform.send(request)

    report = over(field, NoFiles()).run()
    assert report.problem is not None
    assert report.problem.code == "server_busy"
    assert counts(field) == {OutboxState.APPLIED: EVENTS}
    assert field.session.sync_state().files_left == 1
    assert field.sync().files == 1


@pytest.mark.parametrize(
    ("transport", "code"),
    [
        (NoNetwork(), "offline"),
        (PortalTransport(), "captive_portal"),
    ],
)
def test_without_the_server_nothing_changes(field: Field, transport, code: str) -> None:
    visiting.finish(field.visit())
    report = over(field, transport).run()
    assert report.problem is not None
    assert report.problem.code == code
    assert counts(field) == {OutboxState.WAITING: EVENTS}
    assert field.session.sync_state().problem == code


class Answering:
    """The platform, but for answers to one path."""

    def __init__(self, field: Field, path: str, response: Response) -> None:
        self._field, self._path, self._response = field, path, response

    def send(self, request: Request) -> Response:
        if self._path in request.url:
            return self._response
        return self._field.platform.send(request)


HTML = {"content-type": "text/html"}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (Response(status=200, headers=HTML, body=b"<html>welcome</html>"), "captive_portal"),
        (Response(status=302, headers={"location": "http://portal"}), "captive_portal"),
        (Response(status=200, headers=JSON, body=b'{"results": ['), "bad_reply"),
        (Response(status=200, headers=JSON, body=b"{}"), "bad_reply"),
        (Response(status=200, headers=JSON, body=b""), "bad_reply"),
        (Response(status=200, headers={}, body=b"OK"), "bad_reply"),
        (Response(status=500, headers=HTML, body=b"<html>"), "server_broken"),
        (Response(status=502, headers=HTML, body=b"<html>"), "server_broken"),
        (Response(status=503, headers={"retry-after": "120"}), "server_busy"),
        (Response(status=429, headers={"retry-after": "120"}), "server_busy"),
        (problem(403, "device_retired"), "refused_by_server"),
    ],
)
def test_no_answer_but_our_servers_marks_anything_as_sent(
    field: Field, response: Response, code: str
) -> None:
    visiting.scan(field.visit())
    report = over(field, Answering(field, "/sync/push", response)).run()
    assert report.problem is not None
    assert report.problem.code == code
    assert counts(field) == {OutboxState.SENT: 2}
    assert field.sync().problem is None
    assert counts(field) == {OutboxState.APPLIED: 2}


def test_a_push_that_is_refused_does_not_keep_the_pull_back(field: Field) -> None:
    visiting.scan(field.visit())
    field.platform.withdraw("task", "task-1")
    over(field, Answering(field, "/sync/push", problem(422, "bad_input"))).run()
    assert field.session.tasks() == ()


def test_the_wait_after_a_failure_obeys_the_server_and_grows(field: Field) -> None:
    busy = Answering(field, "/auth/", Response(status=503, headers={"retry-after": "120"}))
    cycle = over(field, busy)
    waits = [cycle.run().retry_in_s for _ in range(4)]
    assert all(wait >= 120 for wait in waits)
    assert field.sync().retry_in_s == 0


def test_the_wait_is_full_jitter_under_a_growing_ceiling() -> None:
    assert wait_seconds(1, fraction=0.0) == 0
    assert wait_seconds(1, fraction=0.999) < 15
    assert wait_seconds(3, fraction=0.5) == 30
    assert wait_seconds(99, fraction=1.0) == MOST_S
    assert wait_seconds(2, fraction=0.5, retry_after=100) == 115


@pytest.mark.parametrize("fault", [LocalFault, NoSpace])
def test_a_fault_of_the_tablets_own_storage_ends_the_round_before_anything_is_sent(
    field: Field, monkeypatch: pytest.MonkeyPatch, fault
) -> None:
    visiting.scan(field.visit())
    sent = len(field.platform.requests)

    def fail(*_: object, **__: object) -> None:
        raise fault("disk")

    monkeypatch.setattr(type(field.held.store), "transaction", fail)
    report = field.sync()
    assert isinstance(report.problem, fault)
    assert len(field.platform.requests) == sent


def test_a_disk_that_fills_up_in_the_pull_loses_and_deletes_nothing(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    visiting.finish(field.visit())
    field.platform.withdraw("task", "task-1")
    position = field.held.reference.position()

    def full(*_: object, **__: object) -> None:
        raise NoSpace("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(type(field.held.reference), "take_page", full)
        report = field.sync()
    assert report.problem is not None
    assert report.problem.code == "no_space"
    assert field.held.reference.position() == position
    assert field.platform.files == {}, "no evidence after a local fault"
    assert len(field.session.tasks()) == 1
    assert field.sync().problem is None
    assert field.session.tasks() == ()


def test_a_second_round_at_the_same_time_does_nothing(field: Field) -> None:
    cycle = field.session.cycle()
    with cycle._lock:
        assert cycle.run().busy


def test_an_expired_token_is_renewed_within_the_round(field: Field) -> None:
    visiting.scan(field.visit())

    class Forgetful:
        def __init__(self) -> None:
            self.left = 1

        def send(self, request: Request) -> Response:
            if "/sync/push" in request.url and self.left:
                self.left = 0
                field.platform.tokens.clear()
            return field.platform.send(request)

    assert over(field, Forgetful()).run().problem is None
    assert counts(field) == {OutboxState.APPLIED: 2}


def test_a_tablet_with_a_wrong_clock_learns_the_time_and_goes_on(field: Field) -> None:
    field.platform.skew = timedelta(days=2)
    field.reopen()
    assert field.sync().problem is None
    assert field.held.timekeeper.moment().server_offset_ms == 2 * 24 * 3600 * 1000


def test_a_tablet_the_server_does_not_know_keeps_everything(field: Field) -> None:
    visiting.finish(field.visit())
    field.platform.know_devices = False
    field.sync()
    assert field.session.sync_state().problem == "unknown_device"
    assert counts(field) == {OutboxState.WAITING: EVENTS}


def test_old_confirmed_visits_are_trimmed_by_the_servers_days(field: Field) -> None:
    field.platform.settings = {"retain_days": 5}
    visiting.finish(field.visit())
    assert field.sync().trimmed == 0
    field.clock.advance(seconds=6 * 86_400)
    assert field.sync().trimmed == 1
    assert field.session.visits() == ()


def test_a_receipt_by_a_key_announced_while_it_was_away_is_believed(field: Field) -> None:
    visiting.finish(field.visit())
    field.platform.change_key()
    report = field.sync()
    assert report.problem is None
    assert report.answered == len(visiting.STEPS) + 1


def test_a_receipt_by_a_key_nobody_trusted_vouched_for_is_not(field: Field) -> None:
    visiting.finish(field.visit())
    field.platform.change_key()
    field.platform.key_set = field.platform.key_set | {"sig": "A" * 86}
    report = field.sync()
    assert report.problem is not None
    assert report.problem.code == "untrusted_receipt"
    assert report.answered == 0
