"""What plans look like on the wire, in and out."""

from typing import Any

import marshmallow as ma
from marshmallow.validate import Length, OneOf, Range

from server.api.whole_number import WholeNumber
from server.models import PlanFinding, PlanStatus
from server.services import triage
from server.services.plan_drafts import PlanDraft, TargetDraft
from shared.plans.model import (
    Approver,
    AssistLetter,
    PlanKind,
    SpecialApproval,
    Term,
    Trigger,
    VisitType,
)

LONGEST_PLAN = 2000  # targets
TUPLES = ("item_ids", "targets", "joint_agency_ids", "assist_agency_ids")
YEARS = Range(min=2020, max=2100)


class Word(ma.fields.String):
    """A word of a fixed list."""

    def __init__(self, words: Any, **kwargs: Any) -> None:
        super().__init__(validate=OneOf([str(word) for word in words]), **kwargs)


class LetterSchema(ma.Schema):
    """A letter of assistance to the agency of another region (R50)."""

    no = ma.fields.String(required=True, validate=Length(1, 80))
    host_agency_id = ma.fields.String(required=True, validate=Length(1, 64))
    issued_on = ma.fields.Date(required=True)

    @ma.post_load
    def _letter(self, data: dict[str, Any], **_: Any) -> AssistLetter:
        return AssistLetter(**data)


class SpecialSchema(ma.Schema):
    """What allows a special inspection; `deployed_by` is the superior that ordered it (R25)."""

    document = ma.fields.String(required=True, validate=Length(1, 120))
    approver = Word(Approver, required=True)
    approved_on = ma.fields.Date(required=True)
    until = ma.fields.Date(load_default=None, allow_none=True)
    target_limit = WholeNumber(load_default=None, allow_none=True, validate=Range(0, 1_000_000))
    deployed_by = ma.fields.String(load_default="", validate=Length(max=120))

    @ma.post_load
    def _special(self, data: dict[str, Any], **_: Any) -> SpecialApproval:
        return SpecialApproval(**{**data, "approver": Approver(data["approver"])})


class TargetSchema(ma.Schema):
    id = ma.fields.String(dump_only=True)
    position = ma.fields.Integer(dump_only=True)
    uscc = ma.fields.String(required=True, validate=Length(equal=18))
    premise_id = ma.fields.String(required=True, validate=Length(1, 64))
    officer_ids = ma.fields.List(
        ma.fields.String(validate=Length(1, 64)), required=True, validate=Length(1, 20)
    )
    assistant_count = WholeNumber(required=True, validate=Range(0, 20))
    window_from = ma.fields.Date(load_default=None, allow_none=True)
    window_to = ma.fields.Date(load_default=None, allow_none=True)
    reason_onsite = ma.fields.String(load_default="", validate=Length(max=1000))
    source_no = ma.fields.String(load_default="", validate=Length(max=80))
    source_on = ma.fields.Date(load_default=None, allow_none=True)
    recheck_of = ma.fields.String(load_default=None, allow_none=True, validate=Length(1, 64))
    letter = ma.fields.Nested(LetterSchema, load_default=None, allow_none=True)

    @ma.post_load
    def _draft(self, data: dict[str, Any], **_: Any) -> TargetDraft:
        return TargetDraft(**{**data, "officer_ids": tuple(data["officer_ids"])})


class PlanBodySchema(ma.Schema):
    title = ma.fields.String(required=True, validate=Length(1, 200))
    kind = Word(PlanKind, required=True)
    trigger = Word(Trigger, required=True)
    visit_type = Word(VisitType, load_default=str(VisitType.INSPECTION))
    year = WholeNumber(required=True, validate=YEARS)
    window_from = ma.fields.Date(required=True)
    window_to = ma.fields.Date(required=True)
    item_ids = ma.fields.List(
        ma.fields.String(validate=Length(1, 64)), required=True, validate=Length(max=50)
    )
    targets = ma.fields.List(
        ma.fields.Nested(TargetSchema), required=True, validate=Length(1, LONGEST_PLAN)
    )
    reason = ma.fields.String(load_default="", validate=Length(max=2000))
    term = Word(Term, load_default=str(Term.SCHEME))
    annual_plan_id = ma.fields.String(load_default=None, allow_none=True, validate=Length(1, 64))
    frequency = WholeNumber(load_default=1, validate=Range(1, 366))
    pool_size = WholeNumber(load_default=None, allow_none=True, validate=Range(1, 100_000_000))
    sample_percent = WholeNumber(load_default=None, allow_none=True, validate=Range(1, 100))
    joint_agency_ids = ma.fields.List(
        ma.fields.String(validate=Length(1, 64)), load_default=list, validate=Length(max=20)
    )
    assist_agency_ids = ma.fields.List(
        ma.fields.String(validate=Length(1, 64)), load_default=list, validate=Length(max=20)
    )
    licence_basis_id = ma.fields.String(load_default=None, allow_none=True, validate=Length(1, 64))
    special = ma.fields.Nested(SpecialSchema, load_default=None, allow_none=True)
    oral_approver = ma.fields.String(load_default="", validate=Length(max=60))
    oral_on = ma.fields.Date(load_default=None, allow_none=True)

    @ma.post_load
    def _draft(self, data: dict[str, Any], **_: Any) -> PlanDraft:
        lists = {name: tuple(data[name]) for name in TUPLES}
        return PlanDraft(**{**data, **lists})


class KeptLetterSchema(ma.Schema):
    """A letter as a plan keeps it; days are ISO texts already."""

    no = ma.fields.String(required=True)
    host_agency_id = ma.fields.String(required=True)
    issued_on = ma.fields.String(required=True, metadata={"format": "date"})


class KeptSpecialSchema(ma.Schema):
    """An approval as a plan keeps it; days are ISO texts already."""

    document = ma.fields.String(required=True)
    approver = ma.fields.String(required=True)
    approved_on = ma.fields.String(required=True, metadata={"format": "date"})
    until = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})
    target_limit = ma.fields.Integer(required=True, allow_none=True)
    deployed_by = ma.fields.String(required=True)


class KeptTargetSchema(TargetSchema):
    """A target as a plan keeps it."""

    letter = ma.fields.Nested(KeptLetterSchema, allow_none=True)


class PlanSchema(ma.Schema):
    """A plan without its targets, as lists show it."""

    id = ma.fields.String(required=True)
    agency_id = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    trigger = ma.fields.String(required=True)
    visit_type = ma.fields.String(required=True)
    year = ma.fields.Integer(required=True)
    window_from = ma.fields.Date(required=True)
    window_to = ma.fields.Date(required=True)
    item_ids = ma.fields.List(ma.fields.String(), required=True)
    reason = ma.fields.String(required=True)
    term = ma.fields.String(required=True)
    annual_plan_id = ma.fields.String(required=True, allow_none=True)
    frequency = ma.fields.Integer(required=True)
    pool_size = ma.fields.Integer(required=True, allow_none=True)
    sample_percent = ma.fields.Integer(required=True, allow_none=True)
    joint_agency_ids = ma.fields.List(ma.fields.String(), required=True)
    assist_agency_ids = ma.fields.List(ma.fields.String(), required=True)
    licence_basis_id = ma.fields.String(required=True, allow_none=True)
    special = ma.fields.Nested(KeptSpecialSchema, required=True, allow_none=True)
    oral_approver = ma.fields.String(required=True)
    oral_on = ma.fields.Date(required=True, allow_none=True)
    status = Word(PlanStatus, required=True)
    version = ma.fields.Integer(required=True)
    planner_id = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    submitted_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    filed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    no = ma.fields.String(required=True, allow_none=True)
    amends_id = ma.fields.String(required=True, allow_none=True)
    amend_reason = ma.fields.String(required=True)
    published_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    closed_why = ma.fields.String(required=True)


class FindingSchema(ma.Schema):
    id = ma.fields.String(required=True)
    plan_version = ma.fields.Integer(required=True)
    target_id = ma.fields.String(required=True, allow_none=True)
    position = ma.fields.Integer(required=True, allow_none=True)
    rule = ma.fields.String(required=True)
    rule_version = ma.fields.Integer(required=True)
    effect = ma.fields.String(required=True)
    text = ma.fields.Method("_text", required=True)
    basis = ma.fields.String(required=True)
    facts = ma.fields.Dict(required=True)
    explanation = ma.fields.String(required=True)

    def _text(self, row: PlanFinding) -> dict[str, str]:
        return {"zh": row.text_zh, "en": row.text_en}


class WholePlanSchema(PlanSchema):
    """A plan with its targets and what the rules found in its present version."""

    targets = ma.fields.List(ma.fields.Nested(KeptTargetSchema), required=True)
    findings = ma.fields.List(ma.fields.Nested(FindingSchema), required=True)


class PlanReasonSchema(ma.Schema):
    reason = ma.fields.String(required=True, validate=Length(1, 500))


class PlanVersionSchema(ma.Schema):
    """A version that was submitted; `changes` is what it changes in the one before."""

    version = ma.fields.Integer(required=True)
    content_hash = ma.fields.String(required=True)
    submitted_by = ma.fields.String(required=True)
    submitted_at = ma.fields.AwareDateTime(required=True)
    filed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    amend_reason = ma.fields.String(required=True)
    changes = ma.fields.Dict(required=True, allow_none=True)


class PlanVersionsSchema(ma.Schema):
    versions = ma.fields.List(ma.fields.Nested(PlanVersionSchema), required=True)


class PageQuerySchema(ma.Schema):
    after = ma.fields.String(load_default=None, validate=Length(1, 64))
    limit = ma.fields.Integer(load_default=50, validate=Range(1, 200))


class PlanQuerySchema(PageQuerySchema):
    status = Word(PlanStatus, load_default=None)


class PlanPageSchema(ma.Schema):
    plans = ma.fields.List(ma.fields.Nested(PlanSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class FindingsSchema(ma.Schema):
    findings = ma.fields.List(ma.fields.Nested(FindingSchema), required=True)


class FindingReasonSchema(ma.Schema):
    finding_id = ma.fields.String(required=True, validate=Length(1, 64))
    reason = ma.fields.String(required=True, validate=Length(1, 1000))


class FindingReasonsSchema(ma.Schema):
    reasons = ma.fields.List(
        ma.fields.Nested(FindingReasonSchema), required=True, validate=Length(1, 500)
    )


class ApproveSchema(ma.Schema):
    version = WholeNumber(required=True, validate=Range(min=1))
    totp = ma.fields.String(required=True, validate=Length(6, 10))
    reason = ma.fields.String(load_default="", validate=Length(max=1000))


class ChosenSchema(ma.Schema):
    plan_id = ma.fields.String(required=True, validate=Length(1, 64))
    version = WholeNumber(required=True, validate=Range(min=1))


class BatchSchema(ma.Schema):
    """Clean plans to approve together, each in the version that was seen."""

    plans = ma.fields.List(
        ma.fields.Nested(ChosenSchema), required=True, validate=Length(1, triage.AT_ONCE)
    )
    totp = ma.fields.String(required=True, validate=Length(6, 10))
    reason = ma.fields.String(load_default="", validate=Length(max=1000))


class SentBackSchema(ChosenSchema):
    reason = ma.fields.String(required=True, validate=Length(1, 1000))


class BatchReturnSchema(ma.Schema):
    """Plans to return together, each in the version that was seen and with its own reason."""

    plans = ma.fields.List(
        ma.fields.Nested(SentBackSchema), required=True, validate=Length(1, triage.AT_ONCE)
    )


class WholePlansSchema(ma.Schema):
    plans = ma.fields.List(ma.fields.Nested(WholePlanSchema), required=True)


class ReturnSchema(ma.Schema):
    version = WholeNumber(required=True, validate=Range(min=1))
    reason = ma.fields.String(required=True, validate=Length(1, 1000))
