"""From a folded visit to the rows people read. Pure: a rebuild makes the same rows and compares.

Nothing here is a source: every value follows from events and facts of the ledger.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from server.services import visit_rules
from server.services.reference_snapshot import NAMING
from server.services.visit_facts import FactKind
from server.services.visit_fold import Folded, Material
from server.services.visit_rules import Irregularity
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.reference import References

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One visit's rows, by table, each as column → value; `evidence` are the files it speaks of."""

    visit: Row
    tasks: Sequence[Row]
    answers: Sequence[Row]
    findings: Sequence[Row]
    evidence: Sequence[Row]


def rows(folded: Folded) -> Rows:
    """Every row of the visit."""
    visit = _visit(folded)
    return Rows(
        visit=visit,
        tasks=_tasks(folded.material, visit),
        answers=_answers(folded),
        findings=_findings(folded),
        evidence=_evidence(folded),
    )


REPEATED = ("agency_id", "received_at")
"""What a visit's tasks repeat of it."""
ANSWERING = frozenset({EventKind.POINT_ANSWERED})
FINDING = ANSWERING | NAMING | {EventKind.OFF_LIST_FINDING}
"""Kinds of which findings are made: answers and what is off the list, worded by what is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What of a visit's rows can differ from what was written before.

    Of tasks and findings all or none; `answers` take the place of those of the events `replaced`.
    """

    tasks: bool
    findings: bool
    answers: Sequence[Row]
    replaced: Sequence[str]
    evidence: Sequence[Row]


def touched(rows: Rows, came: Collection[Event], *, facts_came: bool) -> Touched:
    """What these events, which are folded in, have touched.

    Every answer to a point may count otherwise once one more has come. `facts_came`: that the
    server noted something of the visit with these events.
    """
    ids, kinds = {event.id for event in came}, {event.kind for event in came}
    points = {_point(row) for row in rows.answers if row["event_id"] in ids}
    answers = [row for row in rows.answers if _point(row) in points] if points else []
    return Touched(
        tasks=facts_came or bool(kinds & NAMING),
        findings=facts_came or bool(kinds & FINDING),
        answers=answers,
        replaced=[row["event_id"] for row in answers if row["event_id"] not in ids],
        evidence=[row for row in rows.evidence if row["event_id"] in ids],
    )


_point = itemgetter("form_id", "form_version", "point_id")


def _visit(folded: Folded) -> Row:
    state, material = folded.state, folded.material
    tablet = material.known().get(f"tablet:{folded.lead}") or {}
    scan = state.scan
    stands = folded.ruling is not None and folded.ruling.stands
    return {
        "id": folded.visit_id,
        "agency_id": tablet.get("agency_id", ""),
        "region": tablet.get("region", ""),
        "task_ids": list(state.task_ids),
        "lead_device_id": folded.lead,
        "uscc": scan.uscc if scan else _expected(folded),
        "offsite": state.offsite,
        "premise_id": scan.premise_id if scan else None,
        "stage": str(state.stage(folded.lead)),
        "outcome": folded.outcome,
        "opened_at": state.opened_at,
        "scanned_at": scan.at if scan else None,
        "left_at": state.left_at,
        "sealed_at": state.sealed_at.get(folded.lead),
        "received_at": min(material.received.values()),
        "irregular": bool(folded.irregularities),
        "irregularities": _summed_up(folded.irregularities),
        "flags": [flag.as_json() for flag in folded.flags],
        "time_confidence": visit_rules.time_confidence(material.ordered, folded.flags),
        "complete": folded.complete,
        "ruling": folded.ruling.decision if folded.ruling and stands else None,
        "retarget": visit_rules.retarget(state, material.facts),
        "state": folded.state_json,
    }


def _expected(folded: Folded) -> str | None:
    known = (folded.references.tasks.get(id_) for id_ in folded.state.task_ids)
    return next((task.uscc for task in known if task is not None), None)


def _summed_up(said: Sequence[Irregularity]) -> list[Row]:
    """Each irregularity once, with where it first was and how often it came."""
    found: dict[tuple[str, str], Row] = {}
    for one in said:
        row = found.setdefault(
            (one.rule, one.code), {**one.as_json(), "event_id": one.event_id, "count": 0}
        )
        row["count"] += 1
    return list(found.values())


def agencies_of_tasks(material: Material) -> dict[str, str]:
    """Tasks of the tablets' own agencies: nobody enters a foreign agency's task into a visit."""
    known = material.known()
    found = {}
    for event in material.ordered:
        if event.kind not in NAMING:
            continue
        tablet = known.get(f"tablet:{event.device_id}") or {}
        for task_id in event.task_ids:
            task = known.get(f"task:{task_id}")
            if task is not None and task["agency_id"] == tablet.get("agency_id"):
                found[task_id] = task["agency_id"]
    for fact in material.facts:
        if fact.kind is FactKind.TASK_WRITTEN_DOWN:
            found[fact.payload["task_id"]] = fact.payload["agency_id"]
    return found


def _tasks(material: Material, visit: Row) -> list[Row]:
    found, guests = [], {visit["agency_id"]}
    for task_id, agency in sorted(agencies_of_tasks(material).items()):
        found.append(
            {
                "visit_id": material.visit_id,
                "task_id": task_id,
                "agency_id": agency,
                "received_at": visit["received_at"],
                "guest": agency not in guests,
            }
        )
        guests.add(agency)
    return found


def _answers(folded: Folded) -> list[Row]:
    counting = {answer.event_id for answer in folded.state.counting.values()}
    return [
        {
            "event_id": event.id,
            "visit_id": folded.visit_id,
            "device_id": event.device_id,
            "form_id": event.payload["form_id"],
            "form_version": event.payload["form_version"],
            "point_id": event.payload["point_id"],
            "answer": event.payload["answer"],
            "severity": event.payload["severity"],
            "note": event.payload["note"] or "",
            "counts": event.id in counting,
            "at": event.at.corrected,
        }
        for event in folded.material.ordered
        if event.kind is EventKind.POINT_ANSWERED
    ]


def _findings(folded: Folded) -> list[Row]:
    state, refs = folded.state, folded.references
    listed = [
        {
            "event_id": answer.event_id,
            "visit_id": folded.visit_id,
            "point_id": key[2],
            "basis_id": _basis(refs, key),
            "severity": answer.severity,
            "text": answer.note or _title(refs, key),
            "off_list": False,
            "at": answer.at,
        }
        for key, answer in state.problems()
    ]
    if not state.off_list:
        return listed
    at = {event.id: event.at.corrected for event in folded.material.ordered}
    off_list = [
        {
            "event_id": finding.event_id,
            "visit_id": folded.visit_id,
            "point_id": None,
            "basis_id": None,
            "severity": finding.severity,
            "text": finding.text,
            "off_list": True,
            "at": at[finding.event_id],
        }
        for finding in state.off_list
    ]
    return [*listed, *off_list]


def _basis(refs: References, key: tuple[str, int, str]) -> str | None:
    return next((p.basis_id for p in _points(refs, key)), None)


def _title(refs: References, key: tuple[str, int, str]) -> str:
    return next((p.title for p in _points(refs, key)), "")


def _points(refs: References, key: tuple[str, int, str]) -> list[Any]:
    form = refs.forms.get(key[:2])
    return [point for point in form.points if point.id == key[2]] if form else []


def _evidence(folded: Folded) -> list[Row]:
    return [
        {
            "id": item.evidence_id,
            "visit_id": folded.visit_id,
            "device_id": item.device_id,
            "event_id": item.event_id,
            "sha256": item.sha256,
            "size": item.size,
            "media_type": item.media_type,
        }
        for item in folded.state.evidence
    ]


def first_of_each(evidence: Sequence[Row]) -> dict[str, Row]:
    """Evidence rows by id; of several events that name one file the first counts."""
    found: dict[str, Row] = {}
    for row in evidence:
        found.setdefault(row["id"], row)
    return found
