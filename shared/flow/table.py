"""THE table: which act may come at which stage, where it leads, and what stands before it.

What is not in the table is refused on the tablet, and taken but marked irregular on the server
(a signed fact is never refused for being unlawful). Exits, the emergency path, the late scan and
joint visits are rows here, not ifs elsewhere. docs/flow.md shows this table, generated.

Must never: know which side it runs on, or hold a condition that is not a named gate.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.content.signing import Built
from shared.events.kinds import EventKind as Kind
from shared.flow.ask import Gate, Refusal
from shared.flow.gates import entry, filed, officers, trace
from shared.flow.stage import Stage as At


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`gates` look at the state alone, so a screen can ask before there is a payload."""

    stage: At
    kind: Kind
    next: At
    gates: tuple[Gate, ...] = ()


def _rows(stages: Iterable[At], kind: Kind, to: At | None = None, *before: Gate) -> tuple[Row, ...]:
    return tuple(Row(stage=s, kind=kind, next=to or s, gates=before) for s in stages)


WORKING = (At.NOTIFIED, At.READ, At.SIGNED, At.TOLD, At.LEFT)
URGENT_WORKING = (At.URGENT_NOTIFIED, At.URGENT_READ, At.URGENT_SIGNED, At.URGENT_TOLD)
INSIDE = (At.SCANNED, *WORKING, At.URGENT_OPENED, *URGENT_WORKING)
OPEN = (At.OPENED, *INSIDE, At.UNABLE, At.UNABLE_TOLD, At.UNABLE_LEFT)
OFFSITE_WORKING = (At.OFFSITE_OPENED, At.OFFSITE_READ)
OFFSITE = frozenset({*OFFSITE_WORKING, At.OFFSITE_UNABLE, At.OFFSITE_TOLD})
BEFORE_LEAVING = tuple(stage for stage in INSIDE if stage is not At.LEFT)

TABLE: tuple[Row, ...] = (
    # 计划必报备: nothing begins without a filed task (R24, R32) …
    Row(stage=At.UNOPENED, kind=Kind.VISIT_OPENED, next=At.OPENED),
    # … but an emergency, which the head approves afterwards (R24, R41).
    Row(stage=At.UNOPENED, kind=Kind.EMERGENCY_OPENED, next=At.URGENT_OPENED),
    Row(stage=At.UNOPENED, kind=Kind.JOINED, next=At.MEMBER),
    # 入企必扫码 (R40); in an emergency at any time before leaving (R41).
    Row(stage=At.OPENED, kind=Kind.SCANNED_IN, next=At.SCANNED),
    Row(stage=At.URGENT_OPENED, kind=Kind.SCANNED_IN, next=At.SCANNED),
    Row(stage=At.URGENT_NOTIFIED, kind=Kind.SCANNED_IN, next=At.NOTIFIED),
    Row(stage=At.URGENT_READ, kind=Kind.SCANNED_IN, next=At.READ),
    Row(stage=At.URGENT_SIGNED, kind=Kind.SCANNED_IN, next=At.SIGNED),
    Row(stage=At.URGENT_TOLD, kind=Kind.SCANNED_IN, next=At.TOLD),
    *_rows((At.OPENED, At.URGENT_OPENED, *URGENT_WORKING), Kind.SCAN_MISMATCH),
    # … and on the way out, where the code at the door may be scanned again.
    *_rows((At.TOLD, At.UNABLE_TOLD, At.MEMBER), Kind.SCAN_MISMATCH),
    # 执法必亮证 (R07, R08): once inside; a later officer may still be added.
    *_rows((*BEFORE_LEAVING, At.MEMBER), Kind.CREDENTIALS_SHOWN),
    # Notice and rights (R44) need two officers in force.
    Row(
        stage=At.SCANNED, kind=Kind.NOTICE_SERVED, next=At.NOTIFIED, gates=(officers.two_certified,)
    ),
    Row(
        stage=At.URGENT_OPENED,
        kind=Kind.NOTICE_SERVED,
        next=At.URGENT_NOTIFIED,
        gates=(officers.two_certified,),
    ),
    # 检查必留痕: answers may change until the seal; a change sends the record back to be read.
    *_rows(WORKING, Kind.POINT_ANSWERED, At.NOTIFIED, officers.two_certified),
    *_rows(URGENT_WORKING, Kind.POINT_ANSWERED, At.URGENT_NOTIFIED, officers.two_certified),
    *_rows((At.URGENT_OPENED, At.MEMBER), Kind.POINT_ANSWERED, None, officers.two_certified),
    *_rows(WORKING, Kind.OFF_LIST_FINDING, At.NOTIFIED, officers.two_certified),
    *_rows(URGENT_WORKING, Kind.OFF_LIST_FINDING, At.URGENT_NOTIFIED, officers.two_certified),
    *_rows((At.URGENT_OPENED, At.MEMBER), Kind.OFF_LIST_FINDING, None, officers.two_certified),
    *_rows(WORKING, Kind.CORRECTED, At.NOTIFIED),
    *_rows(URGENT_WORKING, Kind.CORRECTED, At.URGENT_NOTIFIED),
    *_rows((At.MEMBER,), Kind.CORRECTED),
    # Evidence added once the record has been read is not in what was read: read it again.
    *_rows((At.OPENED, At.SCANNED, At.URGENT_OPENED, At.UNABLE, At.MEMBER), Kind.EVIDENCE_ADDED),
    *_rows(WORKING, Kind.EVIDENCE_ADDED, At.NOTIFIED),
    *_rows(URGENT_WORKING, Kind.EVIDENCE_ADDED, At.URGENT_NOTIFIED),
    *_rows((*WORKING[:-1], *URGENT_WORKING, At.UNABLE, At.MEMBER), Kind.TRANSFERRED),
    # The record is read out when every point has its answer, then signed, refused or unsigned.
    *_rows((At.NOTIFIED, At.READ), Kind.RECORD_READ, At.READ, trace.all_points_answered),
    *_rows(
        (At.URGENT_NOTIFIED, At.URGENT_READ),
        Kind.RECORD_READ,
        At.URGENT_READ,
        trace.all_points_answered,
    ),
    *(
        row
        for kind in (Kind.SIGNED, Kind.REFUSED, Kind.ABSENT)
        for row in (
            Row(stage=At.READ, kind=kind, next=At.SIGNED),
            Row(stage=At.URGENT_READ, kind=kind, next=At.URGENT_SIGNED),
        )
    ),
    # Exits: nobody there, no entry, broken off.
    *_rows(
        (At.OPENED, At.SCANNED, At.NOTIFIED, At.READ, At.URGENT_OPENED, *URGENT_WORKING[:2]),
        Kind.UNABLE,
        At.UNABLE,
    ),
    # 结果必告知 (R60): no visit is left without a result, not even one that could not be made.
    Row(stage=At.SIGNED, kind=Kind.RESULT_GIVEN, next=At.TOLD),
    Row(stage=At.UNABLE, kind=Kind.RESULT_GIVEN, next=At.UNABLE_TOLD),
    Row(stage=At.URGENT_SIGNED, kind=Kind.RESULT_GIVEN, next=At.URGENT_TOLD),
    Row(stage=At.TOLD, kind=Kind.LEFT, next=At.LEFT),
    Row(stage=At.UNABLE_TOLD, kind=Kind.LEFT, next=At.UNABLE_LEFT),
    Row(stage=At.MEMBER, kind=Kind.LEFT, next=At.MEMBER),
    *_rows((At.LEFT, At.UNABLE_LEFT), Kind.SEALED, At.SEALED, trace.members_closed),
    Row(stage=At.MEMBER, kind=Kind.SEALED, next=At.SEALED, gates=(trace.all_points_answered,)),
    # 非现场检查 (R30): nobody enters, so there is no scan, no notice at a door and no leaving. Two
    # officers confirm with their own keys, go through the points, settle the record and sign it;
    # the result is told afterwards. No row leads from here to a stage of a visit, nor back.
    Row(stage=At.UNOPENED, kind=Kind.OFFSITE_OPENED, next=At.OFFSITE_OPENED),
    *_rows(OFFSITE_WORKING, Kind.CREDENTIALS_SHOWN, At.OFFSITE_OPENED),
    *_rows(OFFSITE_WORKING, Kind.POINT_ANSWERED, At.OFFSITE_OPENED, officers.two_certified),
    *_rows(OFFSITE_WORKING, Kind.OFF_LIST_FINDING, At.OFFSITE_OPENED, officers.two_certified),
    *_rows(OFFSITE_WORKING, Kind.CORRECTED, At.OFFSITE_OPENED),
    *_rows(OFFSITE_WORKING, Kind.EVIDENCE_ADDED, At.OFFSITE_OPENED),
    *_rows((At.OFFSITE_UNABLE,), Kind.EVIDENCE_ADDED),
    *_rows((*OFFSITE_WORKING, At.OFFSITE_UNABLE, At.OFFSITE_TOLD), Kind.TRANSFERRED),
    *_rows(
        OFFSITE_WORKING,
        Kind.RECORD_READ,
        At.OFFSITE_READ,
        officers.two_certified,
        trace.all_points_answered,
    ),
    *_rows((At.OFFSITE_READ,), Kind.RECORD_SIGNED),
    *_rows(OFFSITE_WORKING, Kind.UNABLE, At.OFFSITE_UNABLE),
    Row(
        stage=At.OFFSITE_READ,
        kind=Kind.RESULT_GIVEN,
        next=At.OFFSITE_TOLD,
        gates=(officers.record_attested,),
    ),
    Row(stage=At.OFFSITE_UNABLE, kind=Kind.RESULT_GIVEN, next=At.OFFSITE_TOLD),
    Row(stage=At.OFFSITE_TOLD, kind=Kind.SEALED, next=At.SEALED),
    # Joint visits (R31): the lead counts its members in and out.
    *(
        row
        for kind in (Kind.MEMBER_JOINED, Kind.MEMBER_DONE, Kind.MEMBER_OPEN)
        for row in _rows(OPEN, kind)
    ),
)

NEXT: Mapping[tuple[At, Kind], Row] = {(row.stage, row.kind): row for row in TABLE}

DUE: Mapping[At, Kind] = {
    At.UNOPENED: Kind.VISIT_OPENED,
    At.OPENED: Kind.SCANNED_IN,
    At.SCANNED: Kind.NOTICE_SERVED,
    At.NOTIFIED: Kind.RECORD_READ,
    At.READ: Kind.SIGNED,
    At.SIGNED: Kind.RESULT_GIVEN,
    At.TOLD: Kind.LEFT,
    At.LEFT: Kind.SEALED,
    At.UNABLE: Kind.RESULT_GIVEN,
    At.UNABLE_TOLD: Kind.LEFT,
    At.UNABLE_LEFT: Kind.SEALED,
    At.URGENT_OPENED: Kind.NOTICE_SERVED,
    At.URGENT_NOTIFIED: Kind.RECORD_READ,
    At.URGENT_READ: Kind.SIGNED,
    At.URGENT_SIGNED: Kind.RESULT_GIVEN,
    At.URGENT_TOLD: Kind.SCANNED_IN,
    At.MEMBER: Kind.SEALED,
    At.OFFSITE_OPENED: Kind.RECORD_READ,
    At.OFFSITE_READ: Kind.RESULT_GIVEN,
    At.OFFSITE_UNABLE: Kind.RESULT_GIVEN,
    At.OFFSITE_TOLD: Kind.SEALED,
}
"""The one step that is due at each stage; a sealed chain has none."""

LANDING: Mapping[Kind, At] = {
    Kind.VISIT_OPENED: At.OPENED,
    Kind.EMERGENCY_OPENED: At.URGENT_OPENED,
    Kind.OFFSITE_OPENED: At.OFFSITE_OPENED,
    Kind.JOINED: At.MEMBER,
    Kind.SCANNED_IN: At.SCANNED,
    Kind.NOTICE_SERVED: At.NOTIFIED,
    Kind.RECORD_READ: At.READ,
    Kind.SIGNED: At.SIGNED,
    Kind.REFUSED: At.SIGNED,
    Kind.ABSENT: At.SIGNED,
    Kind.UNABLE: At.UNABLE,
    Kind.RESULT_GIVEN: At.TOLD,
    Kind.LEFT: At.LEFT,
    Kind.SEALED: At.SEALED,
}
"""Where a signed act out of order leaves the visit, on the server, beside its irregularity."""

CONTENT: Mapping[Kind, Callable[[Mapping[str, Any], Built], Refusal | None]] = {
    Kind.NOTICE_SERVED: trace.notice_as_built,
    Kind.RECORD_READ: trace.record_as_built,
    Kind.RESULT_GIVEN: trace.result_as_built,
}
"""Whether what an act's payload signs is what the events say, by what its tablet knew then."""

GUARDS: Mapping[Kind, tuple[Gate, ...]] = {
    Kind.VISIT_OPENED: (
        filed.tasks_known,
        filed.tasks_in_force,
        filed.to_be_entered,
        filed.in_window,
        filed.officer_assigned,
        filed.items_published,
        filed.status_fresh,
    ),
    Kind.EMERGENCY_OPENED: (officers.officer_certified, filed.to_be_entered),
    Kind.OFFSITE_OPENED: (
        filed.tasks_known,
        filed.tasks_in_force,
        filed.to_be_done_offsite,
        filed.in_window,
        filed.officer_assigned,
        filed.items_published,
        filed.status_fresh,
    ),
    Kind.JOINED: (officers.officer_certified, filed.tasks_in_force, filed.to_be_entered),
    Kind.SCANNED_IN: (
        entry.somebody_enters,
        entry.right_enterprise,
        entry.code_in_force,
        entry.outside_is_explained,
        entry.manual_is_explained,
        entry.late_is_explained,
    ),
    Kind.CREDENTIALS_SHOWN: (
        officers.own_credential,
        filed.officer_assigned,
        officers.officer_certified,
        officers.certificate_as_known,
    ),
    Kind.NOTICE_SERVED: (entry.somebody_enters, trace.acknowledged_properly),
    Kind.POINT_ANSWERED: (trace.point_on_form,),
    Kind.OFF_LIST_FINDING: (trace.an_inspection,),
    Kind.RECORD_SIGNED: (trace.record_unchanged, officers.one_of_the_officers),
    Kind.SIGNED: (trace.record_unchanged,),
    Kind.REFUSED: (trace.record_unchanged, trace.refusal_witnessed),
    Kind.ABSENT: (trace.record_unchanged,),
    Kind.UNABLE: (
        officers.two_present,
        trace.unable_is_shown,
        trace.unable_without_a_door,
    ),
    Kind.LEFT: (entry.somebody_enters, entry.left_the_same_enterprise, entry.code_in_force),
    Kind.RESULT_GIVEN: (trace.acknowledged_properly, trace.told_to_somebody),
    Kind.SEALED: (trace.seal_is_whole,),
}
"""What an act's own content must fulfil, besides standing in the table."""

GATES: Mapping[tuple[At, Kind], tuple[Gate, ...]] = {
    place: (*row.gates, *GUARDS.get(row.kind, ())) for place, row in NEXT.items()
}
"""All that is asked of an act in its place: what stands before it, then what it must fulfil."""
