"""What follows when a visit is whole and regular: its documents, its notice, the messages.

All in the transaction that brought the last event (or the ruling), so there is never a sealed
visit whose enterprise is told of nothing (R60). An irregular visit gets nothing until supervision
has ratified it; a content whose hash is not the one signed gets nothing at all.
"""

import logging
from datetime import date

from server.documents.kinds import DocumentKind
from server.documents.sheet import OfficerMark, Party
from server.models import Agency, Document, NoticeReceipt, Visit
from server.services import (
    calendars,
    delivery,
    documents,
    notices,
    parameters,
    visit_contents,
    visit_fold,
    visit_material,
)
from server.services.scoping import one
from server.services.visit_contents import Signed
from server.services.visit_fold import Folded
from server.work import Work
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.flow.state import Acknowledged, VisitState
from shared.localtime import local_day

log = logging.getLogger(__name__)
NO_PROBLEM = "no_problem"
ON_THE_SPOT = "on_the_spot"


def on_visit_sealed(work: Work, visit_id: str) -> Document | None:
    """Tell the result of a visit if it may be told; returns the result's document.

    Call it under the visit's lock whenever its projection changed. Telling the same again does
    nothing; telling something else makes new versions of what differs and supersedes the old.
    """
    work.session.flush()
    material = one(visit_material.load(work, [visit_id]).get(visit_id))
    return tell(work, visit_fold.fold(material))


def tell(work: Work, folded: Folded) -> Document | None:
    """The same for a visit already folded."""
    if not folded.goes_out:
        return None
    signed = visit_contents.of_visit(folded.material, folded.lead)
    differing = [one_.kind for one_ in signed.values() if not one_.holds]
    if differing or DocumentKind.RESULT not in signed:
        log.warning("visit %s: not told, signed content differs: %s", folded.visit_id, differing)
        return None
    return tell_signed(work, folded, signed)


def tell_signed(work: Work, folded: Folded, signed: dict[DocumentKind, Signed]) -> Document:
    """Make what is not there yet of contents that were found to be the signed ones."""
    before = documents.current(work, folded.visit_id)
    agency = _agency(work, folded, signed[DocumentKind.RESULT])
    made = {
        kind: before[kind]
        if kind in before and before[kind].content_hash == each.hash
        else documents.make(
            work, agency, _draft(work, folded, signed, each), before=before.get(kind)
        )
        for kind, each in signed.items()
    }
    result = made[DocumentKind.RESULT]
    if result is not before.get(DocumentKind.RESULT):
        _announce(work, agency, folded, result, before.get(DocumentKind.RESULT))
    return result


def _agency(work: Work, folded: Folded, result: Signed) -> Agency:
    """Who issues it: the agency the content names, else the one whose visit it is."""
    named = work.session.get(Agency, result.content["agency"]["id"])
    if named is not None:
        return named
    visit = one(work.session.get(Visit, folded.visit_id))
    return work.session.get_one(Agency, visit.agency_id)


def _announce(
    work: Work, agency: Agency, folded: Folded, result: Document, old: Document | None
) -> None:
    if old is not None:
        notices.supersede(work, old.id)
    notice = notices.make(work, result, due_on=_due(work, agency, folded, result))
    delivery.announce(work, notice, result, agency)
    given = folded.state.result.acknowledged if folded.state.result else None
    if given is not None and given.outcome == "signed":
        _receipt_on_the_spot(work, result, given)


def _receipt_on_the_spot(work: Work, result: Document, given: Acknowledged) -> None:
    """Signed on the tablet: the receipt is that event, and the notice goes out all the same."""
    work.session.add(
        NoticeReceipt(
            id=work.ids(),
            document_id=result.id,
            name=given.name or "",
            capacity=given.capacity or "",
            method=ON_THE_SPOT,
            content_hash=result.content_hash,
            strokes={"strokes": [list(stroke) for stroke in given.strokes]},
            signed_object={"event_id": given.event_id},
            signed_at=given.at,
        )
    )
    work.session.flush()
    notices.receipted(work, result.id)


def _due(work: Work, agency: Agency, folded: Folded, result: Document) -> date:
    """The same day where nothing was found, else within the working days in force (R60)."""
    day = local_day(folded.state.left_at or result.made_at)
    if result.content["conclusion"] == NO_PROBLEM:
        return day
    workdays = int(parameters.values(work, agency, day)["result_due_workdays"])
    due, _ = calendars.load(work).add_workdays(day, workdays)
    return due


def _draft(
    work: Work, folded: Folded, signed: dict[DocumentKind, Signed], each: Signed
) -> documents.Draft:
    workdays = each.content.get("rectify_within_workdays")
    by, provisional = None, False
    if workdays is not None:
        by, certainty = calendars.load(work).add_workdays(local_day(work.now), int(workdays))
        provisional = certainty is calendars.Certainty.PROVISIONAL
    record = signed.get(DocumentKind.RECORD)
    return documents.Draft(
        kind=each.kind,
        subject_id=folded.visit_id,
        visit_id=folded.visit_id,
        uscc=each.content["enterprise"]["uscc"],
        content=each.content,
        content_hash=each.hash,
        party=_party(_taken(folded.state, each.kind)),
        officers=_marks(folded, each),
        evidence=tuple(item["sha256"] for item in record.content["evidence"]) if record else (),
        rectify_by=by,
        rectify_provisional=provisional,
    )


def _taken(state: VisitState, kind: DocumentKind) -> Acknowledged | None:
    if kind is DocumentKind.NOTICE:
        return state.notice
    if kind is DocumentKind.RECORD:
        return state.closing
    return state.result.acknowledged if state.result else None


def _party(given: Acknowledged | None) -> Party:
    if given is None:
        return Party()
    return Party(
        outcome=given.outcome or "",
        name=given.name or "",
        capacity=given.capacity or "",
        reason=given.reason or "",
        witness=given.witness or "",
        at=given.at,
        strokes=given.strokes,
    )


def _marks(folded: Folded, each: Signed) -> tuple[OfficerMark, ...]:
    """Each officer with the electronic signature that stands for them on this document."""
    chain = folded.material.chains[folded.lead]
    shown = {
        event.payload["certificate_no"]: event
        for event in chain
        if event.kind is EventKind.CREDENTIALS_SHOWN
    }
    return tuple(
        OfficerMark(
            name=officer["name"],
            certificate_no=officer["certificate_no"],
            mark=_mark(shown.get(officer["certificate_no"]), each.event),
        )
        for officer in each.content["officers"]
    )


def _mark(shown: Event | None, bound: Event) -> str:
    if shown is None:
        return ""
    if shown.officer_id == bound.officer_id:
        return f"电子签名 {bound.hash[:16]}"
    return f"亮证电子签名 {shown.hash[:16]}"
