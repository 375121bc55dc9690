"""What follows when a visit is whole and regular: its documents, its notice, the messages.

All in the transaction that brought the last event (or the ruling), so there is never a sealed
visit whose enterprise is told of nothing (R60). An irregular visit gets nothing until supervision
has ratified it; a content whose hash is not the one signed gets nothing at all.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import date

from server.documents.kinds import BY_ITSELF, DocumentKind
from server.models import Agency, Document, NoticeReceipt, Task, Visit
from server.services import (
    deadlines,
    delivery,
    documents,
    met_before,
    notices,
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
from server.services.scoping import one
from server.services.visit_contents import Signed
from server.services.visit_fold import Folded
from server.work import Work
from shared.flow.state import Acknowledged
from shared.localtime import local_day
from shared.plans.model import Trigger

log = logging.getLogger(__name__)
NO_PROBLEM = "no_problem"
ON_THE_SPOT = "on_the_spot"
Papers = Mapping[tuple[DocumentKind, str], Document]


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
    signed = visit_contents.of_visit(folded)
    differing = [one_.kind for one_ in signed.values() if not one_.holds]
    if differing or DocumentKind.RESULT not in signed:
        log.warning("visit %s: not told, signed content differs: %s", folded.visit_id, differing)
        return None
    return tell_signed(work, folded, signed)


def tell_signed(work: Work, folded: Folded, signed: dict[DocumentKind, Signed]) -> Document:
    """Make what is not there yet of contents that were found to be the signed ones."""
    is_new = met_before.is_new(work, folded.visit_id)
    before = {} if is_new else documents.current(work, folded.visit_id)
    reviewed = before.get((DocumentKind.RESULT, folded.visit_id))
    if reviewed is not None and revisions.is_of(reviewed, signed[DocumentKind.RESULT].hash):
        return reviewed
    agency = _agency(work, folded, signed[DocumentKind.RESULT])
    drafts = [
        (draft, before.get((draft.kind, draft.subject_id)))
        for draft in visit_drafts.of_visit(work, folded, signed)
    ]
    made = {
        (draft.kind, draft.subject_id): there
        for draft, there in drafts
        if there is not None and there.content_hash == draft.content_hash
    }
    new = [(draft, old) for draft, old in drafts if (draft.kind, draft.subject_id) not in made]
    for row in documents.make_each(work, agency, new):
        made[DocumentKind(row.kind), row.subject_id] = row
    key = DocumentKind.RESULT, folded.visit_id
    _no_longer_follow(before, made, made[key])
    if made[key] is not before.get(key):
        _announce(work, agency, folded, made[key], before.get(key))
        shared_facts.of_visit(work, folded, agency)
    return made[key]


def _no_longer_follow(before: Papers, made: Papers, result: Document) -> None:
    """What an earlier result called for and this one does not is replaced by it."""
    for key, document in before.items():
        kind, _ = key
        if key not in made and kind not in BY_ITSELF:
            document.superseded_by = result.id


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
    tasks = visit_rows.agencies_of_tasks(folded.material).keys()
    notice = notices.make(
        work,
        result,
        due_on=_due(work, agency, folded, result),
        publish_on=_publish_on(work, result, tasks),
        task_ids=list(tasks),
    )
    delivery.announce(work, notice, result, agency)
    rectification_deadlines.follow(work, result)
    looked_at = rechecks.visit_of_order(work, folded)
    if looked_at is not None:
        rectification_deadlines.end(work, looked_at)
    given = folded.state.result.acknowledged if folded.state.result else None
    if given is not None:
        work.session.flush()
        if given.outcome == "signed":
            _receipt_on_the_spot(work, result, given)
        service_proofs.on_the_spot(work, result, given, visit_drafts.party(given))


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


def _publish_on(work: Work, result: Document, tasks: Iterable[str]) -> date | None:
    """When everybody may know it, where the inspection was drawn by lot; else never (R61)."""
    # A push holds its tasks: they are not asked for again.
    rows = [work.session.get(Task, id_) for id_ in tasks]
    if not any(row is not None and row.trigger == Trigger.RANDOM for row in rows):
        return None
    return notices.public_from(work, result)


def _due(work: Work, agency: Agency, folded: Folded, result: Document) -> date:
    """The same day where nothing was found, else within the working days in force (R60)."""
    day = local_day(folded.state.left_at or result.made_at)
    if result.content["conclusion"] == NO_PROBLEM:
        return day
    return deadlines.within(work, agency, "result_due_workdays", since=day)
