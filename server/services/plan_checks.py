"""What the rules say of a plan: found while it is written, answered with reasons, asked again.

Findings are kept for the version that is being written, so that a planner sees and answers them
before submitting. A reason stays with its finding as long as the same rule, in the same version,
has the same thing against the same enterprise.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, insert, select

from server.models import Plan, PlanFinding, PlanStatus, PlanTarget, PlanVersion, Retention
from server.refusals import ExplanationMissing, PlanBlocked
from server.services import amendment_checks, audit, own_plans, plan_facts, plan_reading
from server.work import Work
from shared.errors import BadInput
from shared.plans.catalogue import check_plan
from shared.plans.rule import Effect, Finding

WRITTEN = frozenset({PlanStatus.DRAFT, PlanStatus.RETURNED})
"""While a plan is its planner's to write."""


def check(work: Work, plan_id: str) -> Plan:
    """Have the rules look at a plan of one's own that is being written, and keep what they find."""
    plan = own_plans.get(work, plan_id)
    own_plans.require_status(plan, WRITTEN)
    found = judge(work, plan)
    keep(work, plan, found)
    audit.write(work, "plan.checked", "plan", plan.id, findings=len(found))
    return plan


def explain(work: Work, plan_id: str, reasons: Sequence[tuple[str, str]]) -> Plan:
    """Give reasons, as (finding id, reason), for findings that want one."""
    plan = own_plans.get(work, plan_id)
    own_plans.require_status(plan, WRITTEN)
    found = {finding.id: finding for finding in findings_of(work, plan)}
    for place, (finding_id, reason) in enumerate(reasons):
        finding = found.get(finding_id)
        if finding is None or finding.effect != Effect.EXPLAIN:
            raise BadInput(
                "No such finding wants a reason.", errors={f"/reasons/{place}/finding_id": "?"}
            )
        finding.explanation = reason
        finding.explained_by, finding.explained_at = work.who.id, work.now
    audit.write(work, "plan.explained", "plan", plan.id, reasons=len(reasons))
    return plan


def judge(work: Work, plan: Plan) -> tuple[Finding, ...]:
    """What the rules say of a plan as it is known now; stores nothing.

    Of an amendment: what they have against what it changes.
    """
    with _no_search_for_cycles():
        if plan.amends_id is not None:
            return amendment_checks.judge(work, plan)
        return check_plan(*plan_facts.look(work, plan))


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Let Python look for no garbage in circles meanwhile.

    A plan of 100,000 targets and its facts are a million values, none in a circle: to look through
    them again and again would take a fifth of the time. Another thread's circles wait as long.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def keep(work: Work, plan: Plan, found: Iterable[Finding]) -> None:
    """Keep these findings as those of the version that is written, with the reasons still given."""
    version = next_version(work, plan)
    usccs = _usccs(work, plan)
    reasons = _reasons(work, plan)
    work.session.execute(
        delete(PlanFinding).where(
            PlanFinding.plan_id == plan.id, PlanFinding.plan_version == version
        )
    )
    rows = []
    for finding in found:
        uscc = usccs.get(finding.target_id or "")
        said = reasons.get((finding.rule, finding.version, uscc), _SILENT)
        rows.append(_row(work, plan, finding, uscc) | said)
    if rows:
        work.session.execute(insert(PlanFinding), rows)


def next_version(work: Work, plan: Plan) -> int:
    """The version that is being written: one after the last that was submitted."""
    if work.session.get(PlanVersion, (plan.id, plan.version)) is not None:
        plan.version += 1
        work.session.flush()
    return plan.version


def targets_of(work: Work, plan_id: str) -> list[PlanTarget]:
    """A plan's targets in their order."""
    return plan_reading.targets_of(work, plan_id)


def findings_of(work: Work, plan: Plan) -> list[PlanFinding]:
    """What was found in the plan's present version, the plan's own first."""
    work.session.flush()
    rows = work.session.scalars(
        select(PlanFinding).where(
            PlanFinding.plan_id == plan.id, PlanFinding.plan_version == plan.version
        )
    )
    gravest = {str(effect): place for place, effect in enumerate(Effect)}
    return sorted(rows, key=lambda row: (row.position or 0, gravest[row.effect], row.rule))


def require_no_block(found: Iterable[Finding]) -> None:
    """Return unless a rule forbids the plan; raises `PlanBlocked` naming the rules."""
    blocking = sorted({finding.rule for finding in found if finding.effect is Effect.BLOCK})
    if blocking:
        raise PlanBlocked("A rule forbids this plan.", rules=", ".join(blocking))


def require_explained(work: Work, plan: Plan, found: Iterable[Finding]) -> None:
    """Return if each of these findings that wants a reason has one; `ExplanationMissing`."""
    usccs = _usccs(work, plan)
    answered = {(row.rule, row.uscc) for row in findings_of(work, plan) if row.explanation.strip()}
    silent = {
        finding.rule
        for finding in found
        if finding.effect is Effect.EXPLAIN
        and (finding.rule, usccs.get(finding.target_id or "")) not in answered
    }
    if silent:
        raise ExplanationMissing("A finding still wants a reason.", rules=", ".join(sorted(silent)))


def _usccs(work: Work, plan: Plan) -> dict[str, str]:
    """The enterprises of a plan's targets, by target."""
    rows = select(PlanTarget.id, PlanTarget.uscc).where(PlanTarget.plan_id == plan.id)
    return dict(work.session.execute(rows).all())


_SILENT: dict[str, Any] = {"explanation": "", "explained_by": None, "explained_at": None}


def _reasons(work: Work, plan: Plan) -> dict[tuple[str, int, str | None], dict[str, Any]]:
    """The reasons given so far, the newest version's last."""
    rows = work.session.scalars(
        select(PlanFinding)
        .where(PlanFinding.plan_id == plan.id, PlanFinding.explanation != "")
        .order_by(PlanFinding.plan_version)
    )
    return {
        (row.rule, row.rule_version, row.uscc): {
            "explanation": row.explanation,
            "explained_by": row.explained_by,
            "explained_at": row.explained_at,
        }
        for row in rows
    }


def _row(work: Work, plan: Plan, finding: Finding, uscc: str | None) -> dict[str, Any]:
    return {
        "id": work.ids(),
        "plan_id": plan.id,
        "plan_version": plan.version,
        "target_id": finding.target_id,
        "position": finding.position,
        "uscc": uscc,
        "rule": finding.rule,
        "rule_version": finding.version,
        "effect": str(finding.effect),
        "text_zh": finding.text.zh,
        "text_en": finding.text.en,
        "basis": finding.basis.zh,
        "facts": dict(finding.facts),
        "judged_at": work.now,
        "retention_class": str(Retention.PLAN),
        "legal_hold": False,
    }
