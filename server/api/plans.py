"""Plans over the interface: drafted, submitted, explained, decided on, filed."""

from dataclasses import dataclass
from typing import Any

from flask.views import MethodView

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.plan_schemas import (
    ApproveSchema,
    BatchReturnSchema,
    BatchSchema,
    FindingReasonsSchema,
    FindingsSchema,
    PlanBodySchema,
    PlanPageSchema,
    PlanQuerySchema,
    PlanReasonSchema,
    PlanVersionsSchema,
    ReturnSchema,
    WholePlanSchema,
    WholePlansSchema,
)
from server.models import Plan, PlanFinding, PlanTarget
from server.refusals import (
    AmendedAlready,
    DrawnByLot,
    ExplanationMissing,
    NotForBatch,
    NotForThePublic,
    NothingChanged,
    OwnPlan,
    PlanBlocked,
    SecondFactorNeeded,
    VisitBegun,
)
from server.services import (
    amendments,
    decisions,
    filing,
    plan_checks,
    plan_ending,
    plan_publication,
    plans,
    triage,
)
from server.services.plan_drafts import PlanDraft
from server.work import Work
from shared.errors import BadInput, Conflict, NotFound, OutOfOrder
from shared.roles import Role

blueprint = Blueprint("plans", __name__, url_prefix="/plans")
READERS = (Role.PLANNER, Role.HEAD, Role.SUPERVISION, Role.ASSESSOR)


@dataclass(frozen=True)
class Whole:
    """A plan with its parts, read as one object by the schema."""

    plan: Plan
    targets: list[PlanTarget]
    findings: list[PlanFinding]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plan, name)


def whole(work: Work, plan: Plan) -> Whole:
    return Whole(
        plan=plan,
        targets=plan_checks.targets_of(work, plan.id),
        findings=plan_checks.findings_of(work, plan),
    )


@blueprint.route("")
class Plans(MethodView):
    @roles(*READERS)
    @blueprint.arguments(PlanQuerySchema, location="query")
    @blueprint.response(200, PlanPageSchema)
    @blueprint.leads_to("plans.OnePlan.get", plan_id="plans/0/id")
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Plans you may know, the newest first."""
        with edge.reading() as work:
            found = plans.page(work, **asked)
        full = len(found) == asked["limit"]
        return {"plans": found, "next": found[-1].id if full else None}

    @roles(Role.PLANNER)
    @blueprint.arguments(PlanBodySchema)
    @blueprint.response(201, WholePlanSchema)
    @blueprint.leads_to("plans.OnePlan.get", plan_id="id")
    @blueprint.leads_to("plans.OnePlan.put", plan_id="id")
    @blueprint.leads_to("plans.Submit.post", plan_id="id")
    @blueprint.leads_to("plans.Check.post", plan_id="id")
    def post(self, draft: PlanDraft) -> Whole:
        """Draft a plan of your own agency."""
        with edge.working() as work:
            return whole(work, plans.create(work, draft))


@blueprint.route("/batch")
class Batch(MethodView):
    @roles(Role.HEAD)
    @blueprint.response(200, WholePlansSchema)
    def get(self) -> dict[str, Any]:
        """The plans before you of which no rule asks anything, with every task they would make."""
        with edge.reading() as work:
            return {
                "plans": [
                    Whole(each.plan, list(each.targets), list(each.findings))
                    for each in triage.offered(work)
                ]
            }

    @roles(Role.HEAD)
    @blueprint.arguments(BatchSchema)
    @blueprint.response(200, WholePlansSchema)
    @blueprint.fails(NotFound, OutOfOrder, Conflict, PlanBlocked, ExplanationMissing)
    @blueprint.fails(OwnPlan, SecondFactorNeeded, NotForBatch)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Approve clean plans together with one fresh time code: all of them or none."""
        proof = edge.prove_second_factor(sent["totp"])
        chosen = [(one["plan_id"], one["version"]) for one in sent["plans"]]
        with edge.working() as work:
            triage.approve(work, chosen, proof=proof, reason=sent["reason"])
            return {"plans": [whole(work, plans.get(work, plan_id)) for plan_id, _ in chosen]}


@blueprint.route("/batch/return")
class BatchReturn(MethodView):
    @roles(Role.HEAD)
    @blueprint.arguments(BatchReturnSchema)
    @blueprint.response(200, WholePlansSchema)
    @blueprint.fails(NotFound, OutOfOrder, Conflict, OwnPlan)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return plans together, each with a reason: all of them or none."""
        chosen = [(one["plan_id"], one["version"], one["reason"]) for one in sent["plans"]]
        with edge.working() as work:
            triage.send_back(work, chosen)
            return {"plans": [whole(work, plans.get(work, id_)) for id_, _, _ in chosen]}


@blueprint.route("/<plan_id>")
class OnePlan(MethodView):
    @roles(*READERS)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound)
    @blueprint.leads_to("plans.Versions.get", plan_id="id")
    @blueprint.leads_to("plans.OneTarget.delete", plan_id="id", target_id="targets/0/id")
    def get(self, plan_id: str) -> Whole:
        """A plan with its targets and findings."""
        with edge.reading() as work:
            return whole(work, plans.get(work, plan_id))

    @roles(Role.PLANNER)
    @blueprint.arguments(PlanBodySchema)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def put(self, draft: PlanDraft, plan_id: str) -> Whole:
        """Write a plan anew that nobody has approved; it becomes a draft again."""
        with edge.working() as work:
            return whole(work, plans.change(work, plan_id, draft))


@blueprint.route("/<plan_id>/findings")
class Findings(MethodView):
    @roles(*READERS)
    @blueprint.response(200, FindingsSchema)
    @blueprint.fails(NotFound)
    def get(self, plan_id: str) -> dict[str, Any]:
        """What the rules found in the plan's present version."""
        with edge.reading() as work:
            return {"findings": plan_checks.findings_of(work, plans.get(work, plan_id))}


@blueprint.route("/<plan_id>/submit")
class Submit(MethodView):
    @roles(Role.PLANNER)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder, PlanBlocked, ExplanationMissing, BadInput)
    @blueprint.fails(NothingChanged, VisitBegun, DrawnByLot)
    @blueprint.leads_to("plans.Findings.get", plan_id="id")
    @blueprint.leads_to("plans.Approve.post", plan_id="id")
    @blueprint.leads_to("plans.Return.post", plan_id="id")
    def post(self, plan_id: str) -> Whole:
        """Hand a plan to the head that no rule forbids and that has every reason asked for."""
        with edge.working() as work:
            return whole(work, plans.submit(work, plan_id))


@blueprint.route("/<plan_id>/check")
class Check(MethodView):
    @roles(Role.PLANNER)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    @blueprint.leads_to("plans.DropBlocked.post", plan_id="id")
    @blueprint.leads_to("plans.Explanations.post", plan_id="id")
    def post(self, plan_id: str) -> Whole:
        """Have the rules look at a plan that is being written, as things are now."""
        with edge.working() as work:
            return whole(work, plan_checks.check(work, plan_id))


@blueprint.route("/<plan_id>/targets/<target_id>")
class OneTarget(MethodView):
    @roles(Role.PLANNER)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def delete(self, plan_id: str, target_id: str) -> Whole:
        """Take one enterprise out of a plan that nobody has approved; it becomes a draft again."""
        with edge.working() as work:
            return whole(work, plans.drop(work, plan_id, target_id))


@blueprint.route("/<plan_id>/drop-blocked")
class DropBlocked(MethodView):
    @roles(Role.PLANNER)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def post(self, plan_id: str) -> Whole:
        """Take out every enterprise that a rule forbids; the plan becomes a draft again."""
        with edge.working() as work:
            return whole(work, plans.drop_blocked(work, plan_id))


@blueprint.route("/<plan_id>/explanations")
class Explanations(MethodView):
    @roles(Role.PLANNER)
    @blueprint.arguments(FindingReasonsSchema)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def post(self, sent: dict[str, Any], plan_id: str) -> Whole:
        """Give reasons for the findings that want one."""
        reasons = [(one["finding_id"], one["reason"]) for one in sent["reasons"]]
        with edge.working() as work:
            return whole(work, plan_checks.explain(work, plan_id, reasons))


@blueprint.route("/<plan_id>/approve")
class Approve(MethodView):
    @roles(Role.HEAD)
    @blueprint.arguments(ApproveSchema)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder, Conflict, PlanBlocked, ExplanationMissing)
    @blueprint.fails(OwnPlan, SecondFactorNeeded, NothingChanged, VisitBegun, DrawnByLot)
    @blueprint.leads_to("plans.File.post", plan_id="id")
    def post(self, sent: dict[str, Any], plan_id: str) -> Whole:
        """Approve the submitted version with a fresh time code; never a plan of your own."""
        proof = edge.prove_second_factor(sent["totp"])
        with edge.working() as work:
            decisions.approve(
                work, plan_id, version=sent["version"], proof=proof, reason=sent["reason"]
            )
            return whole(work, plans.get(work, plan_id))


@blueprint.route("/<plan_id>/return")
class Return(MethodView):
    @roles(Role.HEAD)
    @blueprint.arguments(ReturnSchema)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder, Conflict, OwnPlan)
    def post(self, sent: dict[str, Any], plan_id: str) -> Whole:
        """Return the submitted version to its planner with a reason."""
        with edge.working() as work:
            decisions.send_back(work, plan_id, version=sent["version"], reason=sent["reason"])
            return whole(work, plans.get(work, plan_id))


@blueprint.route("/<plan_id>/file")
class File(MethodView):
    @roles(Role.PLANNER, Role.HEAD)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder, PlanBlocked, BadInput)
    @blueprint.fails(NothingChanged, VisitBegun, DrawnByLot)
    @blueprint.leads_to("plans.Amendments.post", plan_id="id")
    @blueprint.leads_to("plans.Publish.post", plan_id="id")
    @blueprint.leads_to("plans.Close.post", plan_id="id")
    def post(self, plan_id: str) -> Whole:
        """File an approved plan: it gets a number and the server's time, its tasks their codes.

        An approved amendment becomes the next version of the plan it amends, which is the answer.
        """
        with edge.working() as work:
            return whole(work, filing.file(work, plan_id))


@blueprint.route("/<plan_id>/amendments")
class Amendments(MethodView):
    @roles(Role.PLANNER)
    @blueprint.arguments(PlanReasonSchema)
    @blueprint.response(201, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder, AmendedAlready)
    @blueprint.leads_to("plans.OnePlan.get", plan_id="id")
    @blueprint.leads_to("plans.OnePlan.put", plan_id="id")
    @blueprint.leads_to("plans.Check.post", plan_id="id")
    @blueprint.leads_to("plans.Submit.post", plan_id="id")
    def post(self, sent: dict[str, Any], plan_id: str) -> Whole:
        """Draft the next version of a plan in force; it goes the way of every plan."""
        with edge.working() as work:
            return whole(work, amendments.begin(work, plan_id, sent["reason"]))


@blueprint.route("/<plan_id>/versions")
class Versions(MethodView):
    @roles(*READERS)
    @blueprint.response(200, PlanVersionsSchema)
    @blueprint.fails(NotFound)
    def get(self, plan_id: str) -> dict[str, Any]:
        """Every version that was submitted, the newest first, with what it changes."""
        with edge.reading() as work:
            return {"versions": plans.versions(work, plan_id)}


@blueprint.route("/<plan_id>/publish")
class Publish(MethodView):
    @roles(Role.HEAD)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder, NotForThePublic)
    def post(self, plan_id: str) -> Whole:
        """Let anybody know of a plan in force; of an enterprise only after its visit."""
        with edge.working() as work:
            return whole(work, plan_publication.publish(work, plan_id))


@blueprint.route("/<plan_id>/close")
class Close(MethodView):
    @roles(Role.HEAD)
    @blueprint.arguments(PlanReasonSchema)
    @blueprint.response(200, WholePlanSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def post(self, sent: dict[str, Any], plan_id: str) -> Whole:
        """Close a plan before its last task has ended; what nobody began is withdrawn."""
        with edge.working() as work:
            return whole(work, plan_ending.close(work, plan_id, sent["reason"]))
