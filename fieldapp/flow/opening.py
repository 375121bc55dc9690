"""Opening a visit, or finding one again. Past its lease, or retired, a tablet begins none."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fieldapp.errors import AppTooOld, LeaseOver, NotEnrolled, TabletRetired
from fieldapp.flow import freezing, pairing, preflight
from fieldapp.flow.desk import Desk
from fieldapp.flow.inspection import InspectionFlow
from fieldapp.version import APP_VERSION
from shared.app_version import is_older
from shared.errors import NotFound
from shared.events.kinds import EventKind
from shared.flow import duties
from shared.flow.ask import Refusal
from shared.reference import ReferenceObject, References
from shared.tablet_codes import TabletHead

PROVISIONAL = "provisional_no"


def open_visit(desk: Desk, task_ids: Sequence[str], *, officer_id: str) -> InspectionFlow:
    """Begin a visit for filed tasks.

    Raises `LeaseOver`, `TabletRetired`, `ReferenceMissing`, or what `InspectionFlow.take` raises.
    """
    objects = desk.held.reference.around(task_ids)
    chosen = freezing.for_tasks(objects, task_ids, _tablet_officers(desk))
    return _begin(desk, _kind(chosen), officer_id, chosen, task_ids=task_ids)


def open_emergency(
    desk: Desk, *, officer_id: str, payload: Mapping[str, Any], task_ids: Sequence[str] = ()
) -> InspectionFlow:
    """Begin before there is a task (R41).

    `payload` is what the officer says: `reason`, `explanation`, `oral_approver`,
    `oral_approved_at`.
    """
    chosen = freezing.for_emergency(desk.held.reference.objects())
    return _begin(
        desk, EventKind.EMERGENCY_OPENED, officer_id, chosen, task_ids=task_ids, payload=payload
    )


def join_visit(
    desk: Desk, lead: TabletHead, task_ids: Sequence[str], *, officer_id: str
) -> InspectionFlow:
    """Join the visit another tablet leads, for own filed tasks at the same enterprise (R31).

    Raises `OwnCode`, `OtherVisit`, `OtherEnterprise` and as `open_visit`.
    """
    refuse_new(desk)
    objects = desk.held.reference.objects()
    chosen = freezing.for_tasks(objects, task_ids, _tablet_officers(desk))
    flow = _new_flow(desk, chosen, task_ids, visit_id=lead.visit_id)
    tasks = [flow.references().tasks[task] for task in task_ids]
    pairing.refuse_lead(desk, lead, tasks)
    payload = {
        "lead": lead.quote,
        "agency_id": tasks[0].agency_id,
        "references": _named(chosen),
    }
    flow.take(EventKind.JOINED, officer_id=officer_id, payload=payload)
    return flow


def resume(desk: Desk, visit_id: str) -> InspectionFlow:
    """A visit of this tablet, where its last event left it. Raises `NotFound`."""
    if desk.held.journal.head(visit_id) is None:
        raise NotFound("No such visit on this tablet.", visit=visit_id)
    return InspectionFlow(desk, visit_id, desk.held.reference.frozen(visit_id))


def refuse_new(desk: Desk) -> None:
    """Raise `TabletRetired` or `LeaseOver` when no new visit may begin."""
    held = desk.held
    if held.identities.retired():
        raise TabletRetired("This tablet is retired.")
    if is_older(APP_VERSION, held.identities.settings().get("app_least")):
        raise AppTooOld("Update before a new visit.", version=APP_VERSION)
    until = held.identities.lease_until()
    if until is None:
        raise NotEnrolled("The server has granted no lease.")
    if held.timekeeper.lease_time() >= until:
        raise LeaseOver("Sync before a new visit.", until=until.isoformat())


def why_not_open(desk: Desk, task_ids: Sequence[str], *, officer_id: str) -> tuple[Refusal, ...]:
    """What the flow would say to opening a visit for these tasks; nothing is opened.

    Raises `ReferenceMissing`; `refuse_new` is asked apart.
    """
    objects = desk.held.reference.around(task_ids)
    chosen = freezing.for_tasks(objects, task_ids, _tablet_officers(desk))
    flow = _new_flow(desk, chosen, task_ids)
    said = _opening_payload(desk, flow.references(), chosen, provisional_no="T-0-0")
    return flow.refusals(_kind(chosen), officer_id=officer_id, payload=said)


def _kind(chosen: Sequence[ReferenceObject]) -> EventKind:
    return duties.opened_by(References.from_objects(chosen).tasks.values())


def _begin(
    desk: Desk,
    kind: EventKind,
    officer_id: str,
    chosen: Sequence[ReferenceObject],
    *,
    task_ids: Sequence[str],
    payload: Mapping[str, Any] | None = None,
) -> InspectionFlow:
    refuse_new(desk)
    flow = _new_flow(desk, chosen, task_ids)
    said = _opening_payload(desk, flow.references(), chosen, provisional_no=_provisional_no(desk))
    flow.take(kind, officer_id=officer_id, payload={**(payload or {}), **said})
    return flow


def _new_flow(
    desk: Desk, chosen: Sequence[ReferenceObject], task_ids: Sequence[str], visit_id: str = ""
) -> InspectionFlow:
    return InspectionFlow(
        desk,
        visit_id or desk.ports.randomness.uuid7(),
        References.from_objects(chosen),
        task_ids=tuple(task_ids),
        versions=tuple((each.kind, each.id, each.version) for each in chosen),
    )


def _opening_payload(
    desk: Desk, refs: References, chosen: Sequence[ReferenceObject], *, provisional_no: str
) -> dict[str, Any]:
    return {
        "preflight": preflight.look(desk, refs, _team(desk, refs)).as_payload(),
        "references": _named(chosen),
        "provisional_no": provisional_no,
        "app_version": APP_VERSION,
    }


def _named(chosen: Sequence[ReferenceObject]) -> list[dict[str, Any]]:
    return [{"kind": each.kind, "id": each.id, "version": each.version} for each in chosen]


def _tablet_officers(desk: Desk) -> tuple[str, ...]:
    return tuple(officer.officer_id for officer in desk.held.officers.all())


def _team(desk: Desk, refs: References) -> tuple[str, ...]:
    """The tablet's officers that the tasks name; all of them where there is no task yet."""
    here = _tablet_officers(desk)
    named = {officer for task in refs.tasks.values() for officer in task.officer_ids}
    return tuple(officer for officer in here if officer in named) or here


def _provisional_no(desk: Desk) -> str:
    """`T-<tablet>-<n>`: unique by the tablet's id and a count; the server gives the final one."""
    tablet = re.sub(r"[^0-9A-Za-z]", "", desk.held.identities.get().device_id)[-8:]
    with desk.held.store.transaction() as tx:
        return f"T-{tablet}-{desk.held.facts.next(tx, PROVISIONAL)}"
