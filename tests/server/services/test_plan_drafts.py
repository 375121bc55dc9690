"""What a planner may write down at all, before any rule looks."""

from datetime import date

import pytest

from server.services import plan_drafts, plans
from server.services.plan_drafts import MOST_TARGETS, PlanDraft, TargetDraft
from server.work import Parts, open_work
from shared.errors import BadInput
from shared.plans.model import PlanKind, Trigger, VisitType
from shared.roles import Role
from tests.server.counting import counted
from tests.server.factories import County, principal


def test_a_plan_of_a_hundred_thousand_and_one_is_refused_before_anything_is_read(
    parts: Parts, county: County
) -> None:
    one = TargetDraft(
        uscc=county.usccs[0], premise_id=county.premises[0], officer_ids=(), assistant_count=0
    )
    draft = PlanDraft(
        title="全省",
        kind=PlanKind.DAILY,
        trigger=Trigger.ANNUAL_PLAN,
        visit_type=VisitType.INSPECTION,
        year=2026,
        window_from=date(2026, 7, 1),
        window_to=date(2026, 7, 31),
        item_ids=(county.item,),
        targets=(one,) * (MOST_TARGETS + 1),
        reason="",
    )
    planner = principal(county.planner, Role.PLANNER, agency=county.agency)
    with open_work(parts, planner) as work, counted(parts.engine) as statements:
        with pytest.raises(BadInput) as refused:
            plan_drafts.require_known(work, draft)
        assert statements == []
        with pytest.raises(BadInput):
            plans.create(work, draft)
    assert refused.value.errors == {"/targets": "100001; at most 100000. Split the plan."}
