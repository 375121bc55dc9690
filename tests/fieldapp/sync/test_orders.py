"""Orders to wipe: obeyed only when they verify, at once when lost, when empty when retired."""

import pytest

from fieldapp.store.files import KEYS
from fieldapp.tablet import Condition
from shared.wipe import WipeForm
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.fieldapp.simulator import signing_key


def test_a_lost_tablet_wipes_itself_at_once(field: Field) -> None:
    visiting.scan(field.visit())
    field.platform.give_order(WipeForm.LOST, device_id="tablet-1")
    report = field.sync()
    assert report.wiped
    assert list(field.folder.iterdir()) == []
    assert field.tablet.condition() is Condition.NEW
    assert field.tablet.session() is None
    assert field.platform.ledger == {}, "the order came with the token, before the push"


def test_an_order_in_a_refusal_is_obeyed_as_well(field: Field) -> None:
    field.platform.know_devices = False
    field.platform.give_order(WipeForm.LOST, device_id="tablet-1")
    assert field.sync().wiped


def test_an_order_by_a_key_announced_while_it_was_away_is_obeyed(field: Field) -> None:
    field.platform.change_key()
    field.platform.know_devices = False
    field.platform.give_order(WipeForm.LOST, device_id="tablet-1")
    assert field.sync().wiped


@pytest.mark.parametrize("form", list(WipeForm))
@pytest.mark.parametrize("how", ["thief", "another tablet", "nonsense"])
def test_an_order_that_does_not_verify_changes_nothing(
    field: Field, form: WipeForm, how: str
) -> None:
    flow = field.visit()
    match how:
        case "thief":
            field.platform.give_order(form, device_id="tablet-1", by=signing_key("thief"))
        case "another tablet":
            field.platform.give_order(form, device_id="tablet-2")
        case "nonsense":
            field.platform.order = {"form": str(form), "device_id": "tablet-1"}
    report = field.sync()
    assert (report.wiped, report.problem) == (False, None)
    assert not field.session.sync_state().retired
    assert len(flow.events()) == 1


def test_a_retired_tablet_sends_everything_and_then_wipes(field: Field) -> None:
    visiting.finish(field.visit())
    field.platform.give_order(WipeForm.RETIRED, device_id="tablet-1")
    report = field.sync()
    assert report.wiped
    assert report.files == 1
    assert len(field.platform.ledger) == len(visiting.STEPS) + 1
    assert not (field.folder / KEYS).exists()


def test_a_retired_tablet_brings_all_again_to_a_restored_server_before_it_wipes(
    field: Field,
) -> None:
    visiting.finish(field.visit())
    assert field.sync().problem is None
    field.platform.restore_backup()
    field.platform.give_order(WipeForm.RETIRED, device_id="tablet-1")
    report = field.sync()
    assert (report.wiped, report.epoch_changed, report.files) == (True, True, 1)
    assert len(field.platform.ledger) == len(visiting.STEPS) + 1


def test_a_retired_tablet_with_something_left_keeps_it(field: Field) -> None:
    visiting.finish(field.visit())
    field.platform.give_order(WipeForm.RETIRED, device_id="tablet-1")
    real = field.platform.send

    class NoFiles:
        def send(self, request):
            if "/evidence/" in request.url:
                field.network.on = False
                return field.network.send(request)
            return real(request)

    field.network._inner = NoFiles()
    report = field.sync()
    assert not report.wiped
    assert field.session.sync_state().retired
    assert field.session.sync_state().files_left == 1
    field.network.on, field.network._inner = True, field.platform
    assert field.sync().wiped


def test_a_retired_tablet_lets_an_inspection_be_finished(field: Field) -> None:
    flow = field.visit()
    field.platform.give_order(WipeForm.RETIRED, device_id="tablet-1")
    report = field.sync()
    assert (report.problem, report.wiped) == (None, False)
    visiting.finish(flow)
    assert field.sync().wiped


def test_a_visit_nobody_finishes_is_not_waited_for(field: Field) -> None:
    field.visit()
    field.platform.give_order(WipeForm.RETIRED, device_id="tablet-1")
    assert not field.sync().wiped
    field.clock.advance(seconds=25 * 3600)
    assert field.sync().wiped


def test_quarantined_events_count_as_delivered(field: Field) -> None:
    flow = visiting.finish(field.visit())
    for event in flow.events():
        field.platform.outcomes[event.id] = {"status": "quarantined", "code": "device_retired"}
    field.platform.give_order(WipeForm.RETIRED, device_id="tablet-1")
    assert field.sync().wiped


def test_what_was_changed_on_the_way_is_not_delivered(field: Field) -> None:
    """The server holds other bytes than we do: ours are the evidence until it asks again."""
    flow = visiting.finish(field.visit())
    *_, last = flow.events()
    field.platform.outcomes[last.id] = {"status": "quarantined", "code": "hash_mismatch"}
    field.platform.give_order(WipeForm.RETIRED, device_id="tablet-1")
    assert not field.sync().wiped
    del field.platform.ledger[last.id]  # what lay there was not this event
    with field.held.store.transaction() as tx:
        field.held.outbox.offer_again(tx, [last.id])
    field.platform.outcomes[last.id] = {"status": "quarantined", "code": "device_retired"}
    assert field.sync().wiped
