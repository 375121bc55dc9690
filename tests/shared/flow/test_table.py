"""The table itself: complete, with no way round a must."""

from shared.events.kinds import NAMES, EventKind
from shared.events.payloads import PAYLOADS
from shared.flow import engine
from shared.flow.ask import Ask
from shared.flow.folding import FOLD
from shared.flow.gates import officers, trace
from shared.flow.stage import Stage
from shared.flow.state import VisitState
from shared.flow.table import DUE, LANDING, NEXT, OFFSITE, TABLE
from tests.world import NOON, TASK, WANG, references


def test_no_two_rows_stand_at_the_same_place() -> None:
    assert len(NEXT) == len(TABLE)


def test_every_kind_has_a_row_a_fold_a_schema_and_a_name() -> None:
    assert {row.kind for row in TABLE} == set(EventKind)
    assert set(FOLD) == set(PAYLOADS) == set(NAMES) == set(EventKind)


def test_the_step_that_is_due_stands_in_the_table() -> None:
    assert set(DUE) == set(Stage) - {Stage.SEALED}
    assert all((stage, kind) in NEXT for stage, kind in DUE.items())


LIFTS = {
    officers.two_certified: EventKind.CREDENTIALS_SHOWN,
    officers.record_attested: EventKind.RECORD_SIGNED,
    trace.all_points_answered: EventKind.POINT_ANSWERED,
    trace.members_closed: EventKind.MEMBER_DONE,
}
"""The act that lifts each lock of the table; what a gate itself says of that is tested with it."""
COUNTED_BEFORE = {(Stage.LEFT, officers.two_certified)}
"""Nobody left without two credentials, so that lock cannot be met there."""


def test_whatever_locks_an_act_can_be_lifted_where_it_stands() -> None:
    gated = {(row.stage, gate) for row in TABLE for gate in row.gates} - COUNTED_BEFORE
    assert {gate for _, gate in gated} == set(LIFTS)
    assert all((stage, LIFTS[gate]) in NEXT for stage, gate in gated)


def test_an_act_out_of_order_names_the_one_that_is_due() -> None:
    for stage in set(Stage) - {Stage.SEALED}:
        state = VisitState(stages={"tablet-1": stage})
        for kind in EventKind:
            if (stage, kind) in NEXT:
                continue
            ask = Ask(kind=kind, at=NOON, device_id="tablet-1", officer_id=WANG, task_ids=(TASK,))
            (refusal,) = engine.why_locked(state, ask, references())
            assert (refusal.code, refusal.lifted_by) == ("out_of_order", DUE[stage])


def test_nothing_leads_out_of_the_seal() -> None:
    assert all(row.stage is not Stage.SEALED for row in TABLE)


def test_a_visit_is_left_only_when_scanned_and_told() -> None:
    into = {row.stage for row in TABLE if row.kind is EventKind.LEFT} - {Stage.MEMBER}
    assert into == {Stage.TOLD, Stage.UNABLE_TOLD}


def test_no_path_seals_without_a_result() -> None:
    reached = _reachable(without=EventKind.RESULT_GIVEN)
    assert Stage.SEALED not in reached


def test_no_path_reads_the_record_without_a_notice() -> None:
    reached = _reachable(without=EventKind.NOTICE_SERVED)
    assert Stage.READ not in reached
    assert Stage.URGENT_READ not in reached


def test_an_exit_leads_to_no_answer_and_no_record() -> None:
    after = _closure([row for row in TABLE if row.kind is not EventKind.JOINED], Stage.UNABLE)
    assert after == {Stage.UNABLE, Stage.UNABLE_TOLD, Stage.UNABLE_LEFT, Stage.SEALED}


def test_no_path_seals_without_a_scan_unless_it_is_an_exit_or_nobody_enters() -> None:
    without = (EventKind.SCANNED_IN, EventKind.UNABLE, EventKind.OFFSITE_OPENED)
    assert Stage.SEALED not in _closure([row for row in TABLE if row.kind not in without])


def test_a_visit_and_an_off_site_inspection_share_nothing_but_beginning_and_seal() -> None:
    off = _closure(list(TABLE), Stage.OFFSITE_OPENED)
    assert off == OFFSITE | {Stage.SEALED}
    assert {row.kind for row in TABLE if row.next in OFFSITE and row.stage not in OFFSITE} == {
        EventKind.OFFSITE_OPENED
    }
    at_the_door = {EventKind.SCANNED_IN, EventKind.SCAN_MISMATCH, EventKind.NOTICE_SERVED}
    by_the_enterprise = {EventKind.SIGNED, EventKind.REFUSED, EventKind.ABSENT}
    kinds = {row.kind for row in TABLE if row.stage in OFFSITE}
    assert kinds.isdisjoint({*at_the_door, *by_the_enterprise, EventKind.LEFT})


def test_every_kind_that_moves_the_visit_has_a_landing() -> None:
    moving = {row.kind for row in TABLE if row.next is not row.stage}
    back = {
        EventKind.POINT_ANSWERED,
        EventKind.OFF_LIST_FINDING,
        EventKind.CORRECTED,
        EventKind.CREDENTIALS_SHOWN,  # a record names its officers: off site it is settled again
    }
    assert moving - back - {EventKind.EVIDENCE_ADDED} == set(LANDING)


def _reachable(*, without: EventKind) -> set[Stage]:
    return _closure([row for row in TABLE if row.kind is not without])


def _closure(rows: list, start: Stage = Stage.UNOPENED) -> set[Stage]:
    """Stages a lead tablet can reach; a member's part has its own seal."""
    reached = {start}
    rows = [row for row in rows if row.kind is not EventKind.JOINED]
    while more := {row.next for row in rows if row.stage in reached} - reached:
        reached |= more
    return reached
