"""The table itself: complete, with no way round a must."""

from shared.events.kinds import NAMES, EventKind
from shared.events.payloads import PAYLOADS
from shared.flow.folding import FOLD
from shared.flow.stage import Stage
from shared.flow.table import DUE, LANDING, NEXT, TABLE


def test_no_two_rows_stand_at_the_same_place() -> None:
    assert len(NEXT) == len(TABLE)


def test_every_kind_has_a_row_a_fold_a_schema_and_a_name() -> None:
    assert {row.kind for row in TABLE} == set(EventKind)
    assert set(FOLD) == set(PAYLOADS) == set(NAMES) == set(EventKind)


def test_the_step_that_is_due_stands_in_the_table() -> None:
    assert set(DUE) == set(Stage) - {Stage.SEALED}
    assert all((stage, kind) in NEXT for stage, kind in DUE.items())


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


def test_no_path_seals_without_a_scan_unless_it_is_an_exit() -> None:
    rows = [row for row in TABLE if row.kind not in (EventKind.SCANNED_IN, EventKind.UNABLE)]
    assert Stage.SEALED not in _closure(rows)


def test_every_kind_that_moves_the_visit_has_a_landing() -> None:
    moving = {row.kind for row in TABLE if row.next is not row.stage}
    back = {EventKind.POINT_ANSWERED, EventKind.OFF_LIST_FINDING, EventKind.CORRECTED}
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
