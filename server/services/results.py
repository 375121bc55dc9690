"""What follows when a visit is whole and regular: its documents, its notice, the messages.

All in the transaction that brought the last event (or the ruling), so there is never a sealed
visit whose enterprise is told of nothing (R60). An irregular visit gets nothing until supervision
has ratified it; a content whose hash is not the one signed gets nothing at all.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from server.documents.kinds import ABBREVIATIONS, BY_ITSELF, DocumentKind
from server.models import Agency, Document, Notice, NoticeReceipt, Task, Visit
from server.services import (
    deadlines,
    delivery,
    documents,
    met_before,
    notices,
    numbers,
    rechecks,
    rectification_deadlines,
    revisions,
    service_proofs,
    shared_facts,
    visit_contents,
    visit_drafts,
    visit_fold,
    visit_material,
    visit_rows,
)
from server.services.delivery import Addressees
from server.services.documents import Draft, Papers
from server.services.scoping import one
from server.services.visit_contents import Signed
from server.services.visit_drafts import SignedContents
from server.services.visit_fold import Folded
from server.work import Work
from shared.content import problems
from shared.flow.state import Acknowledged
from shared.localtime import local_day
from shared.plans.model import Trigger

log = logging.getLogger(__name__)
NO_PROBLEM = "no_problem"
ON_THE_SPOT = "on_the_spot"
Within = Callable[[Agency, str, date], date]
"""The last of the working days after a day that a parameter grants in an agency."""


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
    signed = _as_signed(folded)
    return tell_signed(work, folded, signed) if signed is not None else None


def tell_signed(work: Work, folded: Folded, signed: SignedContents) -> Document:
    """Make what is not there yet of contents that were found to be the signed ones."""
    before = _before(work, [folded.visit_id])[folded.visit_id]
    if _was_reviewed(before, folded, signed):
        return before[DocumentKind.RESULT, folded.visit_id]
    (result,) = _issue(work, [_ready(work, folded, signed, before, _deadlines(work))])
    return result


def tell_all(work: Work, folded: Iterable[Folded]) -> None:
    """Tell the results of several visits: all is made before the numbers of all are taken."""
    pairs = [(each, _as_signed(each)) for each in folded]
    tellable = [(each, signed) for each, signed in pairs if signed is not None]
    before = _before(work, [each.visit_id for each, _ in tellable])
    within = _deadlines(work)
    ready = [
        _ready(work, each, signed, before[each.visit_id], within)
        for each, signed in tellable
        if not _was_reviewed(before[each.visit_id], each, signed)
    ]
    _issue(work, ready, writing=True)


def _as_signed(folded: Folded) -> SignedContents | None:
    """The contents of a visit that may be told; None where they are not what was signed."""
    if not folded.goes_out:
        return None
    signed = visit_contents.of_visit(folded)
    differing = [one_.kind for one_ in signed.values() if not one_.holds]
    if differing or DocumentKind.RESULT not in signed:
        log.warning("visit %s: not told, signed content differs: %s", folded.visit_id, differing)
        return None
    return signed


def _before(work: Work, visit_ids: Sequence[str]) -> dict[str, Papers]:
    """The papers of visits that count so far."""
    met = [visit_id for visit_id in visit_ids if not met_before.is_new(work, visit_id)]
    found = documents.current_of_each(work, met)
    return {visit_id: found.get(visit_id, {}) for visit_id in visit_ids}


def _was_reviewed(before: Papers, folded: Folded, signed: SignedContents) -> bool:
    result = before.get((DocumentKind.RESULT, folded.visit_id))
    return result is not None and revisions.is_of(result, signed[DocumentKind.RESULT].hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What is asked for the sake of a result that the enterprise was not told yet.

    `due_on` is the day by which it must be told, `to` whom it is written to and `escalate_on`
    until when they have to sign, `remind_on` when a first result reminds of what it calls for.
    """

    due_on: date
    to: Addressees
    escalate_on: date | None
    remind_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A visit to be told, with all that can be made of it before a number is taken.

    `before` are its papers that count so far, `drafts` what it is told by; `new` are those of them
    that are not there yet, each with the version whose place it takes. `news` is there if its
    result is among those.
    """

    folded: Folded
    agency: Agency
    before: Papers
    drafts: Sequence[Draft]
    new: Sequence[tuple[Draft, Document | None]]
    news: _News | None

    @property
    def result(self) -> tuple[DocumentKind, str]:
        return DocumentKind.RESULT, self.folded.visit_id

    @property
    def given(self) -> Acknowledged | None:
        """How it was taken on the spot, if it was handed over there."""
        return self.folded.state.result.acknowledged if self.folded.state.result else None

    def series(self) -> list[tuple[Agency, str]]:
        """The numbers it takes, in the order they are used."""
        kinds = [draft.kind for draft, _ in self.new]
        if self.news and service_proofs.is_served(self.given):
            kinds.append(DocumentKind.SERVICE)
        return [(self.agency, ABBREVIATIONS[kind]) for kind in kinds]


def _ready(
    work: Work, folded: Folded, signed: SignedContents, before: Papers, within: Within
) -> _Ready:
    drafts = visit_drafts.of_visit(work, folded, signed)
    both = [(draft, before.get((draft.kind, draft.subject_id))) for draft in drafts]
    agency = _agency(work, folded, signed[DocumentKind.RESULT])
    new = [
        (draft, there)
        for draft, there in both
        if there is None or there.content_hash != draft.content_hash
    ]
    news = [
        _news(work, folded, agency, draft, there, within)
        for draft, there in new
        if draft.kind is DocumentKind.RESULT
    ]
    return _Ready(
        folded=folded,
        agency=agency,
        before=before,
        drafts=drafts,
        new=new,
        news=news[0] if news else None,
    )


def _news(
    work: Work,
    folded: Folded,
    agency: Agency,
    result: Draft,
    before: Document | None,
    within: Within,
) -> _News:
    with work.session.no_autoflush:  # what waits tells nothing of this, and goes with the numbers
        to = delivery.addressees(work, one(result.uscc))
        remind_on = None
        if before is None and result.rectify_by and problems.to_rectify(result.content):
            remind_on = rectification_deadlines.reminding_on(work, agency, result.rectify_by)
        return _News(
            due_on=_due(work, agency, folded, result, within),
            to=to,
            escalate_on=within(agency, delivery.ESCALATE, local_day(work.now)) if to.each else None,
            remind_on=remind_on,
        )


def _issue(work: Work, ready: Sequence[_Ready], *, writing: bool = False) -> list[Document]:
    """Give out the numbers, all at once, and make everything; returns the results.

    `writing`: what waits is written before, for an agency's pushes wait for its numbers.
    """
    wanted = [series for each in ready for series in each.series()]
    year = local_day(work.now).year
    taken = iter(numbers.take_of_each(work, wanted, year, writing=writing))
    return [_make(work, each, taken) for each in ready]


def _make(work: Work, ready: _Ready, taken: Iterator[str]) -> Document:
    """The papers of a visit that are new, and what follows from a result that is."""
    result = ready.before.get(ready.result)
    rows = []
    for draft, old in ready.new:
        number = next(taken)
        if draft.kind is not DocumentKind.RESULT:
            rows.append((draft, old, number))
            continue
        documents.make_each(work, ready.agency, rows)  # in the order in which they are read
        rows = []
        result = documents.make_numbered(work, ready.agency, draft, number, before=old)
    result = one(result)
    documents.make_each(work, ready.agency, rows)
    follow = {(draft.kind, draft.subject_id) for draft in ready.drafts}
    _no_longer_follow(ready.before, follow, result)
    if ready.news:
        _announce(work, ready, ready.news, result, taken)
        shared_facts.of_visit(work, ready.folded, ready.agency)
    return result


def _no_longer_follow(
    before: Papers, follow: Collection[tuple[DocumentKind, str]], result: Document
) -> None:
    """What an earlier result called for and this one does not is replaced by it."""
    for key, document in before.items():
        kind, _ = key
        if key not in follow and kind not in BY_ITSELF:
            document.superseded_by = result.id


def _agency(work: Work, folded: Folded, result: Signed) -> Agency:
    """Who issues it: the agency the content names, else the one whose visit it is."""
    named = work.session.get(Agency, result.content["agency"]["id"])
    if named is not None:
        return named
    visit = one(work.session.get(Visit, folded.visit_id))
    return work.session.get_one(Agency, visit.agency_id)


def _announce(
    work: Work, ready: _Ready, news: _News, result: Document, taken: Iterator[str]
) -> None:
    folded, agency, old = ready.folded, ready.agency, ready.before.get(ready.result)
    if old is not None:
        notices.supersede(work, old.id)
    tasks = visit_rows.agencies_of_tasks(folded.material).keys()
    notice = notices.make(
        work,
        result,
        due_on=news.due_on,
        publish_on=_publish_on(work, result, tasks),
        task_ids=list(tasks),
    )
    delivery.announce(work, notice, result, agency, to=news.to, escalate_on=news.escalate_on)
    rectification_deadlines.follow(work, result, first=old is None, remind_on=news.remind_on)
    looked_at = rechecks.visit_of_order(work, folded)
    if looked_at is not None:
        rectification_deadlines.end(work, looked_at)
    given = ready.given
    if given is not None:
        if given.outcome == "signed":
            _receipt_on_the_spot(work, notice, result, given)
        if service_proofs.is_served(given):
            party = visit_drafts.party(given)
            service_proofs.on_the_spot(work, agency, result, given, party, next(taken))


def _receipt_on_the_spot(work: Work, notice: Notice, result: Document, given: Acknowledged) -> None:
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
    notices.receipted_at_once(work, notice, result)


def _publish_on(work: Work, result: Document, tasks: Iterable[str]) -> date | None:
    """When everybody may know it, where the inspection was drawn by lot; else never (R61)."""
    # A push holds its tasks: they are not asked for again.
    rows = [work.session.get(Task, id_) for id_ in tasks]
    if not any(row is not None and row.trigger == Trigger.RANDOM for row in rows):
        return None
    return notices.public_from(work, result)


def _deadlines(work: Work) -> Within:
    """Deadlines, each asked once however many visits have it."""
    return cache(
        lambda agency, parameter, since: deadlines.within(work, agency, parameter, since=since)
    )


def _due(work: Work, agency: Agency, folded: Folded, result: Draft, within: Within) -> date:
    """The same day where nothing was found, else within the working days in force (R60)."""
    day = local_day(folded.state.left_at or work.now)
    if result.content["conclusion"] == NO_PROBLEM:
        return day
    return within(agency, "result_due_workdays", day)
