"""The references a visit is judged by: content as the tablet had it, rules as the server knew them.

What is printed above a signature comes from the very versions the tablet names. Whether a
certificate was in force, a task withdrawn or a code revoked comes from the server's own record,
as a reference snapshot kept it. Pure: no query, no clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from server.services.visit_facts import Fact, FactKind
from shared.reference import Item, Officer, Parameters, References, Task
from shared.values import changed

Known = dict[str, Any]
"""What the server knew, by name: `officer:…`, `task:…`, `item:…`, `parameters`, `tablet:…`,
`revoked:<of>:<ref>`; `missing:<kind>:<id>:<version>` for what was named and never sent."""

JUDGED_PARAMETERS = ("min_officers", "late_sync_days", "clock_offset_max_s")
NEVER = date(9999, 12, 31)


def known_at(facts: Iterable[Fact], seq: int) -> Known:
    """What all snapshots up to fact `seq` say, a later one over an earlier."""
    found: Known = {}
    for fact in facts:
        if fact.kind is FactKind.REFERENCE_SNAPSHOT and fact.seq <= seq:
            found |= fact.payload["known"]
    return found


def judged(named: References, known: Known, day: date) -> References:
    """`named` with everything a rule looks at taken from `known`; `day` is the visit's."""
    of = _by_kind(known)
    return changed(
        named,
        officers=_officers(named.officers, of["officer"], day),
        tasks=_tasks(named.tasks, of["task"]),
        items=_items(named.items, of["item"], day),
        parameters=_parameters(named.parameters, known),
        revoked=_revoked(of["revoked"]),
    )


def _by_kind(known: Known) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"officer": {}, "task": {}, "item": {}, "revoked": {}}
    for name, said in known.items():
        kind, _, id_ = name.partition(":")
        if kind in found:
            found[kind][id_] = said
    return found


def _officers(
    named: Mapping[str, Officer], known: Mapping[str, Any], day: date
) -> dict[str, Officer]:
    found = dict(named)
    for id_, facts in known.items():
        told = named.get(id_)
        if facts is None:
            unknown = told or Officer(id=id_, agency_id="", name="", kind="")
            found[id_] = replace(unknown, certificate_no=None, valid_to=None)
        else:
            found[id_] = _officer(id_, told, facts, day)
    return found


def _officer(id_: str, told: Officer | None, facts: Mapping[str, Any], day: date) -> Officer:
    number, valid_from, valid_to, revoked_at = _certificate(
        facts["certificates"], day, told.certificate_no if told else None
    )
    return Officer(
        id=id_,
        agency_id=facts["agency_id"],
        name=told.name if told else facts["name"],
        unit=told.unit if told else facts["unit"],
        kind=facts["kind"],
        certificate_no=number,
        valid_from=valid_from,
        valid_to=valid_to,
        revoked_at=revoked_at,
    )


_Certificate = tuple[str | None, date | None, date | None, datetime | None]


def _certificate(certificates: list[list[Any]], day: date, told: str | None) -> _Certificate:
    """The certificate that counted on `day`: one in force, then the one the tablet knew of."""
    read = [
        (
            number,
            date.fromisoformat(valid_from),
            date.fromisoformat(valid_to),
            datetime.fromisoformat(revoked_at) if revoked_at else None,
        )
        for number, valid_from, valid_to, revoked_at in certificates
    ]
    if not read:
        return None, None, None, None
    return max(read, key=lambda c: (c[1] <= day <= c[2], c[0] == told, c[2]))


def _tasks(named: Mapping[str, Task], judged_by: Mapping[str, Any]) -> dict[str, Task]:
    return {
        id_: _task(task, judged_by[id_]) if id_ in judged_by else task
        for id_, task in named.items()
        if judged_by.get(id_, {}) is not None
    }


def _task(task: Task, facts: Mapping[str, Any]) -> Task:
    # Its status today is what this very visit made of it; only a withdrawal says anything.
    withdrawn = facts["withdrawn_at"]
    return changed(
        task,
        agency_id=facts["agency_id"],
        status="issued",
        withdrawn_at=datetime.fromisoformat(withdrawn) if withdrawn else None,
        window_from=date.fromisoformat(facts["window_from"]),
        window_to=date.fromisoformat(facts["window_to"]),
        officer_ids=tuple(facts["officer_ids"]),
    )


def _items(
    named: Mapping[str, Item], publications: Mapping[str, Any], day: date
) -> dict[str, Item]:
    return {
        id_: _item(item, publications[id_], day) if id_ in publications else item
        for id_, item in named.items()
    }


def _item(item: Item, publications: list[list[str | None]], day: date) -> Item:
    spans = [
        (date.fromisoformat(begin or ""), date.fromisoformat(end) if end else None)
        for begin, end in publications
    ]
    there = [span for span in spans if span[0] <= day and (span[1] is None or day <= span[1])]
    begin, end = (there or spans[-1:] or [(NEVER, None)])[0]
    return changed(item, published_from=begin, published_to=end)


def _parameters(named: Parameters, known: Known) -> Parameters:
    values = known.get("parameters") or {}
    return changed(named, **{name: values[name] for name in JUDGED_PARAMETERS if name in values})


def _revoked(known: Mapping[str, str | None]) -> dict[tuple[str, str], datetime]:
    found = {}
    for name, since in known.items():
        of, _, ref = name.partition(":")
        if since:
            found[of, ref] = datetime.fromisoformat(since)
    return found
