"""Drafts of a visit's documents: of what was signed in it, and of what is made of it once sealed.

What was signed is printed as it was signed. The others say which chain and which signed contents
they were made of, and bear no signature that was given to something else without saying so.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from server.documents.kinds import NOT_FOR_THE_ENTERPRISE, DocumentKind
from server.documents.sheet import NOBODY, OfficerMark, Party, SiteContact
from server.models import EvidenceFile
from server.services import calendars, rechecks, site_contacts
from server.services.documents import Draft
from server.services.visit_contents import Signed
from server.services.visit_fold import Folded
from server.work import Work
from shared.content import checklist, files, order, recheck, transfer
from shared.content.hashing import content_hash
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.flow.state import Acknowledged, VisitState
from shared.localtime import local_day
from shared.mask import mask_phone
from shared.plans.model import Trigger
from shared.reference import Officer

SIGNED_WORDS = {
    DocumentKind.RECORD: "笔录电子签名",
    DocumentKind.RESULT: "结果告知电子签名",
}
"""What an officer's signature stands under, where a paper quotes it from another."""

DRAWN_IS_PUBLIC = "本次检查属于双随机抽查，检查结果在告知你单位后在平台向社会公示。"
NOT_PUBLIC = "本次检查结果不向社会公示。"

SignedContents = Mapping[DocumentKind, Signed]


def of_visit(work: Work, folded: Folded, signed: SignedContents) -> list[Draft]:
    """Everything a visit that may be told is told by, in the order of its numbers."""
    acts = _acts(folded)
    return [
        *(_of_signed(work, folded, signed, each, acts) for each in signed.values()),
        *_made_of(work, folded, signed, acts),
    ]


def party(given: Acknowledged | None) -> Party:
    """The enterprise's mark as the tablet took it, or none."""
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


def _of_signed(
    work: Work, folded: Folded, signed: SignedContents, each: Signed, acts: "_Acts"
) -> Draft:
    record = signed.get(DocumentKind.RECORD)
    by, provisional = _rectify_by(work, each.content)
    return Draft(
        kind=each.kind,
        subject_id=folded.visit_id,
        visit_id=folded.visit_id,
        uscc=each.content["enterprise"]["uscc"],
        content=each.content,
        content_hash=each.hash,
        party=party(_taken(folded.state, each.kind)),
        officers=_marks(acts, each, "电子签名"),
        evidence=tuple(item["sha256"] for item in record.content["evidence"]) if record else (),
        rectify_by=by,
        rectify_provisional=provisional,
        recorder=_recorder(folded, each) if each.kind is DocumentKind.RECORD else "",
        publicity=_publicity(folded) if each.kind is DocumentKind.RESULT else "",
        contact=_contact(work, folded) if each.kind is DocumentKind.RECORD else NOBODY,
    )


def _recorder(folded: Folded, each: Signed) -> str:
    """Who wrote the record down: the officer whose act bound it."""
    officer = folded.material.named(folded.lead).officers.get(each.event.officer_id)
    return officer.name if officer else ""


def _contact(work: Work, folded: Folded) -> SiteContact:
    """Whom the enterprise named as its contact while the officers were there; else a blank."""
    given = site_contacts.given(work, folded)
    if given is None:
        return NOBODY
    return SiteContact(name=given.name, capacity=given.capacity, phone=mask_phone(given.phone))


def _publicity(folded: Folded) -> str:
    """Whether anybody may see how the visit ended (R61): as `views_published` shows it."""
    tasks = folded.material.named(folded.lead).tasks
    drawn = any(
        tasks[id_].trigger == Trigger.RANDOM for id_ in folded.state.task_ids if id_ in tasks
    )
    return DRAWN_IS_PUBLIC if drawn else NOT_PUBLIC


def _made_of(work: Work, folded: Folded, signed: SignedContents, acts: "_Acts") -> Iterator[Draft]:
    """Checklist, order, recordings, opinion on a recheck, letters, as far as they follow."""
    state, lead, result = folded.state, folded.lead, signed[DocumentKind.RESULT]
    refs = {device: folded.material.named(device) for device in folded.material.chains}
    read = signed.get(DocumentKind.RECORD, result)
    if state.answers:
        content = checklist.build(state, refs, device_id=lead)
        yield _made(work, folded, content, quoted=read, acts=acts, given=state.closing)
    ordered = order.build(state, refs[lead], device_id=lead, result=result.content)
    if ordered is not None:
        yield _made(work, folded, ordered, quoted=result, acts=acts)
    if state.evidence:
        content = files.build(
            state,
            refs[lead],
            device_id=lead,
            taken_by=_taken_by(folded),
            retention=str(EvidenceFile.retention_default),
        )
        yield _made(work, folded, content, quoted=read, acts=acts)
    again = rechecks.order_of(work, folded)
    if again is not None:
        opinion = recheck.build(state, refs[lead], device_id=lead, ordered=again)
        yield _made(work, folded, opinion, quoted=result, acts=acts)
    for event in folded.material.ordered:
        if event.kind is EventKind.TRANSFERRED:
            letter = transfer.build(
                state,
                refs[lead],
                device_id=lead,
                to=event.payload["to"],
                why=event.payload["why"],
                result=result.content,
            )
            yield _made(work, folded, letter, quoted=result, acts=acts, subject_id=event.id)


def _made(
    work: Work,
    folded: Folded,
    content: dict[str, Any],
    *,
    quoted: Signed,
    acts: "_Acts",
    given: Acknowledged | None = None,
    subject_id: str = "",
) -> Draft:
    """A draft of what nobody signed by itself; `quoted` is what the officers signed instead."""
    kind = DocumentKind(content["content"])
    by, provisional = _rectify_by(work, content)
    return Draft(
        kind=kind,
        subject_id=subject_id or folded.visit_id,
        visit_id=folded.visit_id,
        uscc=None if kind in NOT_FOR_THE_ENTERPRISE else content["enterprise"]["uscc"],
        content=content,
        content_hash=content_hash(content),
        party=party(given),
        officers=_marks(acts, quoted, SIGNED_WORDS[quoted.kind]),
        evidence=tuple(one.sha256 for one in files.in_order(folded.state)),
        rectify_by=by,
        rectify_provisional=provisional,
    )


def _rectify_by(work: Work, content: Mapping[str, Any]) -> tuple[date | None, bool]:
    """The last day to rectify if served today, and whether that year's holidays are not known."""
    workdays = content.get("rectify_within_workdays")
    if workdays is None:
        return None, False
    by, certainty = calendars.load(work).add_workdays(local_day(work.now), int(workdays))
    return by, certainty is calendars.Certainty.PROVISIONAL


def _taken(state: VisitState, kind: DocumentKind) -> Acknowledged | None:
    if kind is DocumentKind.NOTICE:
        return state.notice
    if kind is DocumentKind.RECORD:
        return state.closing
    return state.result.acknowledged if state.result else None


def _taken_by(folded: Folded) -> dict[str, Officer]:
    """Event id → the officer who took a file, as the tablet knew them."""
    found = {}
    for event in folded.material.ordered:
        if event.kind is EventKind.EVIDENCE_ADDED:
            officers = folded.material.named(event.device_id).officers
            if event.officer_id in officers:
                found[event.id] = officers[event.officer_id]
    return found


class _Acts(NamedTuple):
    """The officers' own acts on the leading tablet.

    `shown` are those of credentials by certificate, `own` the hashes of the officers' signatures
    under the record by officer, where they gave one.
    """

    shown: Mapping[str, Event]
    own: Mapping[str, str]


def _acts(folded: Folded) -> _Acts:
    chain = folded.material.chains[folded.lead]
    attested = {one.officer_id: one.event_id for one in folded.state.attested}
    given = set(attested.values())
    hashes = {event.id: event.hash for event in chain if event.id in given}
    return _Acts(
        shown={
            event.payload["certificate_no"]: event
            for event in chain
            if event.kind is EventKind.CREDENTIALS_SHOWN
        },
        own={officer: hashes[id_] for officer, id_ in attested.items() if id_ in hashes},
    )


def _marks(acts: _Acts, each: Signed, said: str) -> tuple[OfficerMark, ...]:
    """Each officer with the electronic signature that stands for them on this document."""
    return tuple(
        OfficerMark(
            name=officer["name"],
            certificate_no=officer["certificate_no"],
            mark=_mark(acts.shown.get(officer["certificate_no"]), each.event, said, acts.own),
        )
        for officer in each.content["officers"]
    )


def _mark(shown: Event | None, bound: Event, said: str, own: Mapping[str, str]) -> str:
    """`own` are the hashes of the officers' own signatures under the record, where they gave one.

    Under the record such a signature stands for its officer, elsewhere for who did not act himself.
    """
    if shown is None:
        return ""
    acted = shown.officer_id == bound.officer_id and bound.kind is not EventKind.RECORD_READ
    if shown.officer_id in own and not acted:
        return f"{SIGNED_WORDS[DocumentKind.RECORD]} {own[shown.officer_id][:16]}"
    if shown.officer_id == bound.officer_id:
        return f"{said} {bound.hash[:16]}"
    return f"亮证电子签名 {shown.hash[:16]}"
