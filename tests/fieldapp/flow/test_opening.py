"""Beginning a visit: lease, retirement, what is frozen, the look at the tablet before."""

from datetime import timedelta

import pytest

from fieldapp.errors import AppTooOld, LeaseOver, ReferenceMissing, StepRefused, TabletRetired
from shared.errors import BadInput
from shared.events.kinds import EventKind
from shared.wipe import WipeForm
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.world import NOON, TASK, WANG, officer, task

WEEK = timedelta(days=7)
SAID = {
    "reason": "emergency",
    "explanation": "群众举报正在排放",
    "oral_approver": "陈局长",
    "oral_approved_at": NOON,
}


def test_past_the_lease_no_new_visit_begins_but_an_open_one_is_finished(field: Field) -> None:
    flow = field.visit()
    field.clock.advance(seconds=WEEK.total_seconds() + 1)
    with pytest.raises(LeaseOver):
        field.session.open_visit([TASK], officer_id=WANG)
    with pytest.raises(LeaseOver):
        field.session.open_emergency(SAID, officer_id=WANG)
    visiting.finish(flow)


def test_setting_the_clock_back_does_not_extend_the_lease(field: Field) -> None:
    field.clock.advance(seconds=WEEK.total_seconds() + 1)
    field.clock.set_wall(NOON)
    with pytest.raises(LeaseOver):
        field.visit()


def test_setting_it_back_over_a_restart_does_not_either(field: Field) -> None:
    flow = field.visit()
    field.clock.advance(seconds=WEEK.total_seconds() - 60)
    visiting.scan(flow)
    field.clock.set_wall(NOON)
    field.clock.reboot()
    session = field.reopen()
    session.refuse_new_visit()
    field.clock.advance(seconds=120)
    with pytest.raises(LeaseOver):
        session.refuse_new_visit()


def test_syncing_extends_the_lease(field: Field) -> None:
    field.clock.advance(seconds=WEEK.total_seconds() + 1)
    assert field.sync().problem is None
    field.session.refuse_new_visit()


def test_a_retired_tablet_begins_no_visit(field: Field) -> None:
    flow = field.visit()
    field.network.on = False
    visiting.scan(flow)
    field.platform.give_order(WipeForm.RETIRED, device_id="tablet-1")
    with field.held.store.transaction() as tx:
        field.held.identities.retire(tx, field.platform.order or {})
    with pytest.raises(TabletRetired):
        field.session.open_visit([TASK], officer_id=WANG)


@pytest.mark.parametrize("wanted", ["9.0", "0.1.0", ""])
def test_a_program_below_the_least_version_begins_no_visit_but_finishes(
    field: Field, wanted: str
) -> None:
    flow = field.visit()
    with field.held.store.transaction() as tx:
        field.held.identities.set_settings(tx, {"app_least": wanted})
    visiting.scan(flow)  # what is open goes on
    if wanted == "9.0":
        with pytest.raises(AppTooOld):
            field.session.open_visit([TASK], officer_id=WANG)
    assert field.session.sync_state().update == ("9.0" if wanted == "9.0" else "")


def test_a_task_that_is_not_on_the_tablet_begins_nothing(field: Field) -> None:
    with pytest.raises(ReferenceMissing):
        field.session.open_visit(["task-9"], officer_id=WANG)
    assert field.session.visits() == ()


def test_a_task_outside_its_window_is_refused_by_the_flow(field: Field) -> None:
    field.platform.publish(task(window_to="2026-11-22"))
    field.sync()
    with pytest.raises(StepRefused) as refused:
        field.visit()
    assert refused.value.refusals[0].code == "outside_window"
    assert field.session.visits() == ()


def test_preflight_stands_in_the_opening_event(field: Field) -> None:
    said = field.visit().events()[0].payload
    assert said["preflight"] == {
        "battery_percent": 80,
        "free_bytes": 8 * 1024**3,
        "clock_offset_ms": 0,
        "has_fix": True,
        "certificate_checked_hours": 4,
    }
    assert said["provisional_no"] == "T-tablet1-1"


def test_a_certificate_nobody_has_checked_for_a_week_begins_nothing(field: Field) -> None:
    field.platform.publish(
        officer(WANG, "王建国", "15010100001", checked_at="2026-11-10T00:00:00Z")._replace(
            version=2
        )
    )
    field.sync()
    with pytest.raises(StepRefused) as refused:
        field.visit()
    assert refused.value.refusals[0].code == "certificate_status_old"


def test_provisional_numbers_are_never_given_twice(field: Field) -> None:
    numbers = [field.visit().state().provisional_no for _ in range(3)]
    assert len(set(numbers)) == 3


def test_an_emergency_begins_without_a_task_and_is_scanned_before_leaving(field: Field) -> None:
    flow = field.session.open_emergency(SAID, officer_id=WANG)
    assert flow.state().emergency is not None
    kinds = {r["kind"] for r in flow.events()[0].payload["references"]}
    assert {"form", "item", "enterprise", "officer"} <= kinds
    visiting.scan(flow, late_reason="emergency")
    assert EventKind.NOTICE_SERVED not in flow.open_kinds()


def test_an_emergency_without_a_reason_is_unreadable(field: Field) -> None:
    with pytest.raises(BadInput):
        field.session.open_emergency({**SAID, "reason": "because"}, officer_id=WANG)


def test_why_a_visit_cannot_be_opened_is_told_before_it_is_tried(field: Field) -> None:
    assert field.session.why_not_open([TASK], officer_id=WANG) == ()
    field.platform.publish(task(window_to="2026-11-22"))
    field.sync()
    (refusal,) = field.session.why_not_open([TASK], officer_id=WANG)
    assert refusal.code == "outside_window"
    assert field.session.visits() == ()
    field.platform.publish(task())
    field.sync()
    assert field.visit().state().provisional_no == "T-tablet1-1", "asking used no number"
