"""Pieces that notice, record and result share. Days and minutes are local, as on paper."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.flow import duties
from shared.flow.duties import OFFSITE
from shared.flow.state import Acknowledged, VisitState
from shared.localtime import local_minute
from shared.reference import Agency, LegalBasis, References

VERSION = 1


def head(state: VisitState, refs: References, device_id: str, kind: str) -> dict[str, Any]:
    """Fields that open every content: what it is, of which visit, by whom, about whom."""
    known = duties.all_of(state, refs, device_id)
    agency = refs.agencies.get(known[0].agency_id) if known else None
    agency = agency or _only(refs.agencies)
    uscc = state.scan.uscc if state.scan else (known[0].uscc if known else "")
    enterprise = refs.enterprises.get(uscc)
    scanned = state.scan.premise_id if state.scan else None
    premise = refs.premises.get((known[0].premise_id if known else scanned) or "")
    return {
        "v": VERSION,
        "content": kind,
        "visit_id": state.visit_id,
        "provisional_no": state.provisional_no,
        "agency": {
            "id": agency.id if agency else "",
            "name": agency.name if agency else "",
            "phone": agency.phone if agency else "",
            "supervision_phone": agency.supervision_phone if agency else "",
        },
        "enterprise": {
            "uscc": uscc,
            "name": enterprise.name if enterprise else "",
            "legal_rep": enterprise.legal_rep if enterprise else "",
            "address": enterprise.address if enterprise else "",
        },
        "place": premise.address if premise and not state.offsite else "",
        **method(offsite=state.offsite),
    }


def method(*, offsite: bool) -> dict[str, str]:
    """How it was inspected, said where nobody entered; any other content is the same as ever."""
    return {"method": OFFSITE} if offsite else {}


def is_offsite(content: Mapping[str, Any]) -> bool:
    """Whether a content is of an inspection that nobody entered for."""
    return bool(content.get("method") == OFFSITE)


def _only(agencies: Mapping[str, Agency]) -> Agency | None:
    """The tablet's own agency, where an emergency has no task yet to name it."""
    return next(iter(agencies.values())) if len(agencies) == 1 else None


def officers(state: VisitState, refs: References, device_id: str) -> list[dict[str, str]]:
    """Officers who showed a credential in force on this tablet, in the order they did."""
    seen = dict.fromkeys(
        (shown.officer_id, shown.certificate_no)
        for shown in state.shown
        if shown.device_id == device_id and shown.counted
    )
    return [
        {
            "name": refs.officers[id_].name if id_ in refs.officers else "",
            "unit": refs.officers[id_].unit if id_ in refs.officers else "",
            "certificate_no": number,
        }
        for id_, number in seen
    ]


def bases(ids: Iterable[str | None], refs: References) -> list[dict[str, str]]:
    """Legal bases by id, each once, as title and article."""
    known = (refs.bases[i] for i in dict.fromkeys(ids) if i is not None and i in refs.bases)
    return [cited(basis) for basis in known]


def cited(basis: LegalBasis) -> dict[str, str]:
    return {"title": basis.title, "article": basis.article}


def inspected(state: VisitState) -> dict[str, str]:
    """When it began and ended, as printed; it ends when the officers leave."""
    return {
        "from": minute(state.scan.at if state.scan else state.opened_at),
        "to": minute(state.left_at or state.last_at),
    }


def made_of(state: VisitState) -> dict[str, Any]:
    """What a paper that nobody signed by itself was made of: the sealed chain and its contents."""
    head = state.heads.get(state.lead or "")
    return {
        "events": head.seq if head else 0,
        "head": head.hash if head else "",
        "record": state.record.content_hash if state.record else "",
        "result": state.result.content_hash if state.result else "",
    }


def of_result(result: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The head of a content written down after its visit, as the signed result says it."""
    return {
        "v": VERSION,
        "content": kind,
        "visit_id": result["visit_id"],
        "provisional_no": result["provisional_no"],
        "agency": result["agency"],
        "enterprise": result["enterprise"],
        "place": result["place"],
        "officers": result["officers"],
        "record": result["record"]["content_hash"],
        **method(offsite=is_offsite(result)),
    }


def minute(moment: Any) -> str:
    """A time as printed, or empty where there is none."""
    return local_minute(moment) if moment else ""


def taken(given: Acknowledged | None) -> dict[str, Any]:
    """How a content was taken; the strokes themselves lie in the event, not here."""
    return {
        "outcome": given.outcome if given and given.outcome else "",
        "name": given.name or "" if given else "",
        "capacity": given.capacity or "" if given else "",
        "reason": given.reason or "" if given else "",
        "witness": given.witness or "" if given else "",
    }
