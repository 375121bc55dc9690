"""Reference data down: pages, 304, a restored server, keys, resend, what cannot be read."""

import pytest

from fieldapp.errors import Offline
from fieldapp.ports.network import Request, Response
from fieldapp.store.outbox import OutboxState
from shared.reference import ReferenceObject
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.fieldapp.simulator import problem, signing_key
from tests.world import TASK, objects, task


def pulls(field: Field) -> list:
    return [r for r in field.platform.requests if "/sync/pull" in r.url]


def test_a_snapshot_in_pages_is_whole_or_not_seen(fresh: Field) -> None:
    fresh.platform.page = 3
    fresh.tablet.enrol(fresh.platform.enrolment("officer-wang"), pin="271828", tablet_name="一号")
    assert fresh.sync().problem is None
    assert len(pulls(fresh)) == -(-len(objects()) // 3)
    assert TASK in fresh.session.references().tasks


def test_a_snapshot_that_is_cut_off_goes_on_where_it_was(fresh: Field) -> None:
    fresh.platform.page = 3
    fresh.tablet.enrol(fresh.platform.enrolment("officer-wang"), pin="271828", tablet_name="一号")
    real, left = fresh.platform.send, [4]

    class CutOff:
        def send(self, request):
            left[0] -= 1
            if left[0] < 0:
                fresh.network.on = False
            return fresh.network.send(request) if not fresh.network.on else real(request)

    fresh.network._inner = CutOff()
    assert fresh.sync().problem is not None
    assert fresh.session.references().tasks == {}
    fresh.network.on, fresh.network._inner = True, fresh.platform
    before = len(pulls(fresh))
    assert fresh.sync().problem is None
    assert "cursor=" in pulls(fresh)[before].url
    assert TASK in fresh.session.references().tasks


def test_nothing_new_is_answered_by_304_and_keeps_the_cursor(field: Field) -> None:
    position = field.held.reference.position()
    report = field.sync()
    assert (report.problem, report.changes) == (None, 0)
    assert field.held.reference.position() == position
    assert "If-None-Match" in pulls(field)[-1].headers


def test_changes_and_withdrawals_arrive(field: Field) -> None:
    field.platform.publish(task(no="新编号")._replace(version=2))
    field.platform.withdraw("enterprise", "91370200MA32MTH01U")
    assert field.sync().changes == 2
    assert field.session.references().tasks[TASK].no == "新编号"
    assert "91370200MA32MTH01U" not in field.session.references().enterprises


def test_a_restored_server_gets_everything_again_and_nothing_of_ours_goes(field: Field) -> None:
    flow = visiting.finish(field.visit())
    assert field.sync().problem is None
    field.platform.restore_backup()
    report = field.sync()
    assert report.problem is None
    assert report.epoch_changed
    assert len(flow.events()) == len(visiting.STEPS) + 1
    assert field.platform.chains[flow.visit_id] == [dict(e.raw) for e in flow.events()]
    assert list(field.platform.files.values()) == [visiting.PHOTO]
    counts = field.session.sync_state().counts
    assert counts[OutboxState.APPLIED] == len(flow.events())
    assert TASK in field.session.references().tasks
    assert field.held.identities.epoch() == "epoch-2"


def test_a_snapshot_of_several_pages_after_a_restore_comes_in_the_same_round(field: Field) -> None:
    field.platform.restore_backup()
    field.platform.page = 3
    report = field.sync()
    assert (report.problem, report.changes) == (None, len(field.platform.log))
    assert not field.held.reference.position().staging


def test_a_server_restored_again_before_its_snapshot_began_gets_everything_too(
    field: Field,
) -> None:
    """What the second life of the server took in meanwhile is offered to the third as well."""
    flow = visiting.finish(field.visit())
    field.sync()
    field.platform.restore_backup()
    real = field.platform.send

    class NoSnapshot:
        def send(self, request: Request) -> Response:
            if "/sync/pull" in request.url and "cursor=" not in request.url:
                raise Offline("No connection.")
            return real(request)

    field.network._inner = NoSnapshot()
    for _ in ("is told to begin anew", "hands in everything before it could"):
        assert isinstance(field.sync().problem, Offline)
    assert len(field.platform.chains[flow.visit_id]) == len(flow.events())
    field.platform.restore_backup()
    field.network._inner = field.platform
    assert field.sync().problem is None
    assert field.platform.chains[flow.visit_id] == [dict(e.raw) for e in flow.events()]
    assert field.held.identities.epoch() == "epoch-3"


def test_a_server_that_calls_every_place_worthless_ends_the_round(field: Field) -> None:
    class Undecided:
        asked = 0

        def send(self, request: Request) -> Response:
            if "/sync/pull" not in request.url:
                return field.platform.send(request)
            self.asked += 1
            return problem(409, "epoch_changed")

    field.network._inner = undecided = Undecided()
    assert field.sync().epoch_changed
    assert undecided.asked == 2
    field.network._inner = field.platform
    assert field.sync().problem is None
    assert TASK in field.session.references().tasks


def test_while_the_new_snapshot_is_on_its_way_the_old_data_can_be_worked_with(field: Field) -> None:
    field.platform.restore_backup()
    field.platform.page = 3
    with field.held.store.transaction() as tx:
        field.held.reference.start_over(tx)
    assert TASK in field.session.references().tasks
    visiting.scan(field.visit())


def test_a_server_that_changes_its_epoch_without_a_word_gets_everything_again(field: Field) -> None:
    flow = field.visit()
    field.sync()
    with field.held.store.transaction() as tx:
        field.held.identities.set_epoch(tx, "epoch-0")
        field.held.reference.start_over(tx)
    report = field.sync()
    assert report.epoch_changed
    assert field.held.outbox.outcome(flow.events()[0].id).state is OutboxState.APPLIED


def test_resend_puts_an_event_back_in_the_queue(field: Field) -> None:
    flow = field.visit()
    event = flow.events()[0]
    field.platform.outcomes[event.id] = {"status": "quarantined", "code": "newer_app"}
    field.sync()
    field.platform.outcomes.clear()
    field.platform.ledger.clear()
    field.platform.publish(ReferenceObject("resend", event.id, 1, {"id": event.id}))
    field.sync()
    field.sync()
    assert field.held.outbox.outcome(event.id).state is OutboxState.APPLIED


@pytest.mark.parametrize("how", ["visit", "span"])
def test_a_whole_visit_or_a_span_of_numbers_is_sent_again(field: Field, how: str) -> None:
    flow = field.visit()
    visiting.scan(flow)
    field.sync()
    waiting = field.held.outbox.counts
    assert waiting()[OutboxState.WAITING] == 0
    events = flow.events()
    seqs = [events[0].device_seq, events[-1].device_seq]
    asked = {"visit_id": flow.visit_id} if how == "visit" else {"device_seqs": seqs}
    field.platform.publish(ReferenceObject("resend", "some", 1, asked))
    field.platform.publish(ReferenceObject("resend", "other", 1, {"of": "a newer server"}))
    field.sync()
    assert waiting()[OutboxState.WAITING] == len(events)
    field.sync()
    assert waiting()[OutboxState.WAITING] == 0


def test_a_new_key_set_signed_by_a_trusted_key_is_taken(field: Field) -> None:
    newer = field.platform.make_key_set(version=2)
    field.platform.publish(ReferenceObject("key_set", "platform", 2, newer))
    assert field.sync().problem is None
    assert field.held.identities.key_set().version == 2


@pytest.mark.parametrize("how", ["thief", "nonsense"])
def test_any_other_key_set_is_not_and_the_rest_arrives(field: Field, how: str) -> None:
    bad = (
        field.platform.make_key_set(version=2, by=signing_key("thief"))
        if how == "thief"
        else {"keys": "none"}
    )
    field.platform.publish(
        ReferenceObject("key_set", "platform", 2, bad), task(no="新编号")._replace(version=2)
    )
    assert field.sync().problem is None
    assert field.held.identities.key_set().version == 1
    assert field.session.references().tasks[TASK].no == "新编号"


@pytest.mark.parametrize(
    "broken",
    [
        ReferenceObject("task", "task-2", 1, {"id": "task-2"}),
        ReferenceObject("revocation", "r1", 1, {"of": "code"}),
        ReferenceObject("form", "f9", 1, {"id": "f9", "version": "two", "points": "none"}),
    ],
)
def test_an_object_that_cannot_be_read_keeps_no_other_out(field: Field, broken) -> None:
    field.platform.publish(broken, task(no="新编号")._replace(version=2))
    assert field.sync().problem is None
    refs = field.session.references()
    assert refs.tasks[TASK].no == "新编号"
    assert "task-2" not in refs.tasks


def test_an_unknown_kind_of_object_is_kept_for_a_newer_app(field: Field) -> None:
    field.platform.publish(ReferenceObject("hologram", "h1", 1, {"id": "h1"}))
    assert field.sync().problem is None


def test_settings_and_lease_come_with_the_pull(field: Field) -> None:
    field.platform.settings = {"retain_days": 7}
    field.platform.publish(task(no="新编号")._replace(version=2))
    field.sync()
    assert field.held.identities.retain_days() == 7
    assert field.held.identities.lease_until() == field.platform.now() + field.platform.lease
