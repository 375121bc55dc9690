"""What is known of an enterprise already, for every agency's checklists (一次填报多方共用).

From registers by import, and from every inspection whose result was told. Of one fact the newest
telling stands; tablets that hold the enterprise hear of it at once.
"""

from collections.abc import Iterable
from typing import Any

from server.models import Agency, Enterprise
from server.services import enterprises
from server.services.visit_fold import Folded
from server.work import Work
from shared.content import words
from shared.flow import prefilling
from shared.flow.duties import OFFSITE
from shared.flow.state import Answer, PointKey
from shared.localtime import local_day
from shared.reference import Enterprise as Known
from shared.reference import EnterpriseSchema, Point, SharedFact


def of(row: Enterprise) -> dict[str, SharedFact]:
    """The facts of an enterprise by key."""
    known: Known = EnterpriseSchema().load(
        {"id": row.uscc, "name": row.name, "facts": row.facts or []}
    )
    return {fact.key: fact for fact in known.facts}


def note(work: Work, uscc: str, told: Iterable[SharedFact]) -> int:
    """Keep what is news of an enterprise, under its lock; how many facts were."""
    row = work.session.get(Enterprise, uscc, with_for_update=True, populate_existing=True)
    if row is None:
        return 0
    held = of(row)
    now = dict(held)
    for fact in told:
        now[fact.key] = prefilling.newest(now.get(fact.key), fact)
    news = sum(held.get(key) != fact for key, fact in now.items())
    if news:
        row.facts = [_as_object(now[key]) for key in sorted(now)]
        enterprises.tell(work, row)
    return news


def of_visit(work: Work, folded: Folded, agency: Agency) -> None:
    """What a told inspection found of the facts its points are about."""
    about = _points_about_facts(folded)
    found = [
        (about[key], answer)
        for key in (sorted(folded.state.answers) if about else ())
        if key in about and (answer := folded.state.answer_to(key)) is not None
    ]
    uscc = _whose(folded)
    if not found or uscc is None:
        return
    row = work.session.get(Enterprise, uscc)
    held = of(row) if row is not None else {}
    how = words.METHODS[OFFSITE if folded.state.offsite else "inspection"]
    note(work, uscc, [_found(held, agency.name + how, point, answer) for point, answer in found])


def _whose(folded: Folded) -> str | None:
    """The enterprise whose code was scanned; off site, where none is, that of the task."""
    if folded.state.scan is not None:
        return folded.state.scan.uscc
    tasks = folded.references.tasks
    known = (tasks[id_].uscc for id_ in folded.state.task_ids if id_ in tasks)
    return next(known, None) if folded.state.offsite else None


def _found(held: dict[str, SharedFact], source: str, point: Point, answer: Answer) -> SharedFact:
    key = point.fact.key if point.fact else ""
    before = held.get(key)
    same = before.value if before is not None and not answer.contradicted else ""
    return SharedFact(
        key=key,
        name=before.name if before is not None else point.title,
        value=answer.note or same or words.ANSWERS[answer.answer],
        source=source,
        as_of=local_day(answer.at),
        answer=answer.answer,
    )


def _points_about_facts(folded: Folded) -> dict[PointKey, Point]:
    """The points of the forms with answers that are about a fact."""
    forms = folded.references.forms
    return {
        (*key, point.id): point
        for key in {key[:2] for key in folded.state.answers}
        if key in forms
        for point in forms[key].points
        if point.fact is not None
    }


def _as_object(fact: SharedFact) -> dict[str, Any]:
    return {
        "key": fact.key,
        "name": fact.name,
        "value": fact.value,
        "source": fact.source,
        "as_of": fact.as_of.isoformat(),
        "answer": fact.answer,
    }
