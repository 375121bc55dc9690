"""Skip logic: which points of a form an earlier answer makes moot (合理缺项), and why.

What is not asked is not lost: record and checklist list it as not applicable, with the answer that
made it so. An answer that a person gave stands, whatever a rule says of its point.
"""

from collections.abc import Collection
from dataclasses import dataclass

from shared.flow.state import VisitState
from shared.reference import Condition, Form, Point

NOT_APPLICABLE = "not_applicable"
ANSWERS = ("conform", "nonconform", NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """The point whose answer made another moot, and that answer."""

    by: Point
    answer: str


def fault(earlier: Collection[str], condition: Condition) -> str:
    """What is wrong with a condition, `point` or `answers`; empty when nothing is.

    `earlier` are the ids of the points before the one that has it, so no two can wait for each
    other. All three answers would be no condition.
    """
    if condition.point not in earlier:
        return "point"
    asked = set(condition.answers)
    return "" if asked and asked < set(ANSWERS) else "answers"


def skipped(state: VisitState, form: Form, point: Point) -> Skip | None:
    """Why this point need not be answered; None where it must be, or is not known to be moot.

    A condition on a point that is not before this one is no reason to skip anything.
    """
    condition = point.applies_when
    if condition is None:
        return None
    before = form.points[: form.points.index(point)]
    by = next((one for one in before if one.id == condition.point), None)
    if by is None:
        return None
    said = _answer(state, form, by)
    return None if not said or said in condition.answers else Skip(by=by, answer=said)


def _answer(state: VisitState, form: Form, point: Point) -> str:
    """The answer a point has, by a person or by rule; empty where it has none yet."""
    given = state.answer_to((form.id, form.version, point.id))
    if given is not None:
        return given.answer
    return NOT_APPLICABLE if skipped(state, form, point) else ""
