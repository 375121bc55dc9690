"""What a joint visit's result leaves out holds it; what both tablets know does not."""

from dataclasses import replace

import pytest

from server.services import visit_rules
from shared.flow.state import Answer, OffList, Result, VisitState
from tests.world import NOON

POINT = ("form", 1, "p1")
LEAD, MEMBER = "lead", "member"
TOLD = Result(
    event_id="r",
    at=NOON,
    conclusion="no_problem",
    content_hash="0" * 64,
    given="shown",
    acknowledged=None,
)
ALONE = VisitState(lead=LEAD, result=TOLD)


def answer(device: str, severity: str | None) -> Answer:
    return Answer(
        event_id=f"a-{device}",
        device_id=device,
        officer_id="o",
        at=NOON,
        answer="nonconform" if severity else "conform",
        severity=severity,
        note=None,
        fixed_on_spot=False,
        source="seen",
        fact=None,
    )


def codes(together: VisitState, lead: VisitState) -> list[str]:
    return [said.code for said in visit_rules.of_result(together, lead)]


@pytest.mark.parametrize(
    ("own", "theirs", "held"),
    [
        (None, None, False),
        (None, "guidance", True),
        ("guidance", "rectify", True),
        ("rectify", "guidance", False),
        ("rectify", "rectify", False),
    ],
)
def test_what_a_member_found_worse_holds_the_result(
    own: str | None, theirs: str | None, held: bool
) -> None:
    mine, other = answer(LEAD, own), answer(MEMBER, theirs)
    lead = replace(ALONE, answers={POINT: {LEAD: mine}})
    together = replace(ALONE, answers={POINT: {LEAD: mine, MEMBER: other}})
    assert codes(together, lead) == (["problem_untold"] if held else [])


def test_what_a_member_found_off_the_list_holds_it_too() -> None:
    found = OffList(event_id="f", text="无证储存", basis="", severity="rectify")
    assert codes(replace(ALONE, off_list=(found,)), ALONE) == ["problem_untold"]
    assert codes(replace(ALONE, off_list=(found,)), replace(ALONE, off_list=(found,))) == []


def test_before_a_result_is_told_nothing_is_left_out_of_it() -> None:
    open_ = replace(ALONE, result=None)
    assert codes(replace(open_, answers={POINT: {MEMBER: answer(MEMBER, "rectify")}}), open_) == []
