"""Prefill: what is known already of what a point asks, from whom and as of when.

What is known is no answer. An officer confirms it with one touch (`source` prefilled) or answers
as he finds it; where that contradicts what is known, the answer carries the fact and record,
checklist and console show both.
"""

import re
from dataclasses import dataclass
from datetime import date

from shared.flow.state import VisitState
from shared.localtime import local_day
from shared.merging.points import what
from shared.reference import FactRead, Form, Point, References, SharedFact

CONFORM, NONCONFORM = "conform", "nonconform"
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,3})?", re.ASCII)
_SAID = {CONFORM: "符合", NONCONFORM: "不符合", "not_applicable": "不适用"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """A fact as it bears on one point; `answer` is what it suggests, or empty."""

    name: str
    value: str
    source: str
    as_of: date
    answer: str

    def as_text(self) -> str:
        """In one line, as the event and the papers keep it."""
        return f"{self.name}：{self.value}（{self.source}，截至 {self.as_of.isoformat()}）"

    def contradicts(self, answer: str) -> bool:
        """Whether an officer who answers so finds it otherwise than it is known."""
        return bool(self.answer) and answer != self.answer


def known(state: VisitState, refs: References, form: Form, point: Point) -> Prefill | None:
    """What is known of a point: from this visit's other forms first, else of the enterprise."""
    found = _of_this_visit(state, refs, form, point)
    if found is not None or point.fact is None:
        return found
    return _of_enterprise(state, refs, point.fact)


def newest(held: SharedFact | None, told: SharedFact) -> SharedFact:
    """Of two tellings of one fact the one that stands: an older telling replaces nothing."""
    return held if held is not None and held.as_of > told.as_of else told


def _of_this_visit(state: VisitState, refs: References, form: Form, point: Point) -> Prefill | None:
    """What was answered already to a point that asks the same: one look serves all forms."""
    found = None
    for key in sorted(state.answers):
        other, answer = refs.forms.get(key[:2]), state.answer_to(key)
        by = next((one for one in other.points if one.id == key[2]), None) if other else None
        if (
            other is None
            or by is None
            or answer is None
            or not _is_same((form, point), (other, by))
        ):
            continue
        if found is None or answer.at > found[0]:
            found = (
                answer.at,
                Prefill(
                    name=by.title,
                    value=answer.note or _SAID[answer.answer],
                    source=f"本次检查《{other.name}》第 {by.no} 项",
                    as_of=local_day(answer.at),
                    answer=answer.answer,
                ),
            )
    return found[1] if found else None


def _is_same(asked: tuple[Form, Point], answered: tuple[Form, Point]) -> bool:
    """Whether two points are about one shared fact, or two forms ask for the same (R12)."""
    (form, point), (other, by) = asked, answered
    if (form.id, form.version, point.id) == (other.id, other.version, by.id):
        return False
    if point.fact is not None and by.fact is not None and point.fact.key == by.fact.key:
        return True
    return form.id != other.id and what(point) == what(by)


def _of_enterprise(state: VisitState, refs: References, reads: FactRead) -> Prefill | None:
    enterprise = refs.enterprises.get(_inspected(state, refs))
    facts = enterprise.facts if enterprise else ()
    fact = next((one for one in facts if one.key == reads.key), None)
    if fact is None:
        return None
    return Prefill(
        name=fact.name,
        value=fact.value,
        source=fact.source,
        as_of=fact.as_of,
        answer=_suggested(fact, reads),
    )


def _inspected(state: VisitState, refs: References) -> str:
    if state.scan is not None:
        return state.scan.uscc
    known_ = (refs.tasks[id_].uscc for id_ in state.task_ids if id_ in refs.tasks)
    return next(known_, "")


def _suggested(fact: SharedFact, reads: FactRead) -> str:
    """What an earlier inspection found, else whether the number is enough."""
    if fact.answer:
        return fact.answer
    if reads.at_least is None:
        return CONFORM
    number = _NUMBER.search(fact.value)
    if number is None:
        return ""
    return CONFORM if float(number.group()) >= reads.at_least else NONCONFORM
