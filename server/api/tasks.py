"""Tasks over the interface: what was filed and may be inspected, or was withdrawn."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Length

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.plan_schemas import PageQuerySchema, Word
from server.models import Task, TaskStatus
from server.refusals import OwnPlan, SecondFactorNeeded
from server.services import late_approvals, tasks
from shared.errors import NotFound, OutOfOrder
from shared.roles import Role

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")
READERS = (Role.OFFICER, Role.PLANNER, Role.HEAD, Role.SUPERVISION, Role.ASSESSOR)


class FormVersionSchema(ma.Schema):
    id = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)


class TaskSchema(ma.Schema):
    id = ma.fields.String(required=True)
    no = ma.fields.String(required=True)
    plan_id = ma.fields.String(required=True, allow_none=True)
    plan_no = ma.fields.String(required=True)
    plan_version = ma.fields.Integer(required=True)
    agency_id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    trigger = ma.fields.String(required=True)
    visit_type = ma.fields.String(required=True)
    uscc = ma.fields.String(required=True)
    premise_id = ma.fields.String(required=True)
    item_ids = ma.fields.List(ma.fields.String(), required=True)
    forms = ma.fields.List(ma.fields.Nested(FormVersionSchema), required=True)
    officer_ids = ma.fields.List(ma.fields.String(), required=True)
    assistant_count = ma.fields.Integer(required=True)
    window_from = ma.fields.Date(required=True)
    window_to = ma.fields.Date(required=True)
    status = Word(TaskStatus, required=True)
    filed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    approved_by = ma.fields.String(required=True)
    frequency = ma.fields.Dict(required=True)
    reason_onsite = ma.fields.String(required=True)
    code = ma.fields.String(required=True, allow_none=True)
    visit_id = ma.fields.String(required=True, allow_none=True)
    oral_approver = ma.fields.String(required=True, allow_none=True)
    oral_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    post_approval_due = ma.fields.AwareDateTime(required=True, allow_none=True)


class TaskQuerySchema(PageQuerySchema):
    status = Word(TaskStatus, load_default=None)
    plan_id = ma.fields.String(load_default=None, validate=Length(1, 64))
    officer_id = ma.fields.String(load_default=None, validate=Length(1, 64))
    on = ma.fields.Date(load_default=None)


class TaskPageSchema(ma.Schema):
    tasks = ma.fields.List(ma.fields.Nested(TaskSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class CancelSchema(ma.Schema):
    reason = ma.fields.String(required=True, validate=Length(1, 300))


@blueprint.route("")
class Tasks(MethodView):
    @roles(*READERS)
    @blueprint.arguments(TaskQuerySchema, location="query")
    @blueprint.response(200, TaskPageSchema)
    @blueprint.leads_to("tasks.OneTask.get", task_id="tasks/0/id")
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Tasks you may know, the newest first."""
        with edge.reading() as work:
            found = tasks.page(work, **asked)
        full = len(found) == asked["limit"]
        return {"tasks": found, "next": found[-1].id if full else None}


@blueprint.route("/<task_id>")
class OneTask(MethodView):
    @roles(*READERS)
    @blueprint.response(200, TaskSchema)
    @blueprint.fails(NotFound)
    @blueprint.leads_to("tasks.LateApproval.post", task_id="id")
    @blueprint.leads_to("tasks.Cancel.post", task_id="id")
    @blueprint.leads_to("documents.Documents.get", task_id="id")
    def get(self, task_id: str) -> Task:
        """A task."""
        with edge.reading() as work:
            return tasks.get(work, task_id)


class LateApprovalSchema(ma.Schema):
    totp = ma.fields.String(required=True, validate=Length(6, 10))
    reason = ma.fields.String(required=True, validate=Length(1, 1000))


@blueprint.route("/<task_id>/approve")
class LateApproval(MethodView):
    @roles(Role.HEAD)
    @blueprint.arguments(LateApprovalSchema)
    @blueprint.response(200, TaskSchema)
    @blueprint.fails(NotFound, OutOfOrder, OwnPlan, SecondFactorNeeded)
    def post(self, sent: dict[str, Any], task_id: str) -> Task:
        """Approve an emergency afterwards, with a fresh time code."""
        proof = edge.prove_second_factor(sent["totp"])
        with edge.working() as work:
            late_approvals.approve(work, task_id, proof=proof, reason=sent["reason"])
            return tasks.get(work, task_id)


@blueprint.route("/<task_id>/cancel")
class Cancel(MethodView):
    @roles(Role.HEAD)
    @blueprint.arguments(CancelSchema)
    @blueprint.response(200, TaskSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def post(self, sent: dict[str, Any], task_id: str) -> Task:
        """Withdraw a task whose visit has not begun."""
        with edge.working() as work:
            return tasks.cancel(work, task_id, sent["reason"])
