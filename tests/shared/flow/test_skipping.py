"""A point that an earlier answer makes moot is not asked, and is not lost."""

from typing import Any

import pytest

from shared.content import checklist, record
from shared.events.kinds import EventKind as Kind
from shared.flow import skipping
from shared.reference import Condition, References
from tests.world import FORM, LI, POINTS, WANG, Tablet, form, references

FRYER, OIL, LABEL = POINTS
ASKED = ["conform", "nonconform"]


def chained() -> References:
    """Oil is asked where there is a fryer, its label where the oil was looked at."""
    return references(
        form(
            {
                OIL: {"applies_when": {"point": FRYER, "answers": ASKED}},
                LABEL: {"applies_when": {"point": OIL, "answers": ASKED}},
            }
        )
    )


def at_the_checklist(refs: References) -> Tablet:
    tablet = Tablet(refs=refs)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    return tablet


def said(tablet: Tablet) -> list[dict[str, Any]]:
    built = record.build(tablet.state, tablet.refs, device_id="tablet-1", statement=None)
    answers: list[dict[str, Any]] = built["answers"]
    return answers


def test_nothing_is_moot_before_what_decides_it_is_answered() -> None:
    tablet = at_the_checklist(chained())

    assert "points_open" in tablet.refusals(Kind.RECORD_READ, content_hash=tablet.record_hash())
    assert said(tablet) == []


def test_one_answer_makes_the_rest_moot_and_the_papers_say_why() -> None:
    tablet = at_the_checklist(chained())
    tablet.answer(FRYER, "not_applicable")

    assert tablet.refusals(Kind.RECORD_READ, content_hash=tablet.record_hash()) == ()
    first, oil, label = said(tablet)
    assert first["source"] == "observed"
    assert (oil["answer"], oil["source"]) == ("not_applicable", "rule")
    assert oil["note"] == "按规则不适用：第 1 项“要点1”为“不适用”。"
    assert label["note"] == "按规则不适用：第 2 项“要点2”为“不适用”。"

    (drawn,) = checklist.build(tablet.state, {"tablet-1": tablet.refs}, device_id="tablet-1")[
        "forms"
    ]
    assert drawn["counts"] == {"conform": 0, "nonconform": 0, "not_applicable": 3, "": 0}
    assert [point["note"] for point in drawn["points"]][1:] == [oil["note"], label["note"]]


def test_the_other_answer_asks_again() -> None:
    tablet = at_the_checklist(chained())
    tablet.answer(FRYER, "not_applicable")
    tablet.answer(FRYER)

    assert "points_open" in tablet.refusals(Kind.RECORD_READ, content_hash=tablet.record_hash())
    tablet.answer(OIL)
    tablet.answer(LABEL)
    assert tablet.refusals(Kind.RECORD_READ, content_hash=tablet.record_hash()) == ()
    assert [each["source"] for each in said(tablet)] == ["observed"] * 3


def test_what_a_person_answered_stands_against_the_rule() -> None:
    """As on a tablet that knows no conditions yet: its record must be the very same bytes."""
    answers = [(FRYER, "not_applicable"), (OIL, "conform"), (LABEL, "conform")]
    knowing, plain = at_the_checklist(chained()), at_the_checklist(references())
    for point, answer in answers:
        knowing.answer(point, answer)
        plain.answer(point, answer)

    assert said(knowing) == said(plain)
    assert knowing.record_hash() == plain.record_hash()


@pytest.mark.parametrize("by", [LABEL, OIL, "p-gone"], ids=["later", "itself", "unknown"])
def test_a_condition_that_cannot_be_meant_skips_nothing(by: str) -> None:
    condition = {"point": by, "answers": ["nonconform"]}
    tablet = at_the_checklist(references(form({OIL: {"applies_when": condition}})))
    tablet.answer(FRYER)
    tablet.answer(LABEL)

    assert "points_open" in tablet.refusals(Kind.RECORD_READ, content_hash=tablet.record_hash())
    assert skipping.fault([FRYER], Condition(point=by, answers=("nonconform",))) == "point"


@pytest.mark.parametrize("answers", [(), ("maybe",), ("conform", "nonconform", "not_applicable")])
def test_the_answers_of_a_condition_leave_a_choice(answers: tuple[str, ...]) -> None:
    assert skipping.fault([FRYER], Condition(point=FRYER, answers=answers)) == "answers"


def test_a_condition_travels_as_it_is_read() -> None:
    point = chained().forms[FORM, 2].points[1]
    assert point.applies_when is not None
    assert point.applies_when.as_object() == {"point": FRYER, "answers": ASKED}
