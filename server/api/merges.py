"""综合查一次 over the interface: searches for overlapping visits, and what is proposed of them."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Length

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.plan_schemas import PageQuerySchema, Word
from server.models import MergeProposal, MergeSearch, MergeStatus, SearchStatus
from server.services import merge_searches, merges
from server.work import Work
from shared.errors import BadInput, NotFound, OutOfOrder
from shared.roles import Role

blueprint = Blueprint("merges", __name__, url_prefix="/merges")
READERS = (Role.PLANNER, Role.HEAD, Role.SUPERVISION, Role.ASSESSOR)


class PartSchema(ma.Schema):
    task_id = ma.fields.String(required=True)
    agency_id = ma.fields.String(required=True)
    accepted_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class MergeSchema(ma.Schema):
    id = ma.fields.String(required=True)
    search_id = ma.fields.String(required=True)
    uscc = ma.fields.String(required=True)
    premise_id = ma.fields.String(required=True)
    lead_agency_id = ma.fields.String(required=True)
    day = ma.fields.Date(required=True)
    window_from = ma.fields.Date(required=True)
    window_to = ma.fields.Date(required=True)
    officer_ids = ma.fields.List(ma.fields.String(), required=True)
    points = ma.fields.Integer(required=True)
    points_merged = ma.fields.Integer(required=True)
    visits_avoided = ma.fields.Integer(required=True)
    visit_minutes = ma.fields.Integer(required=True)
    status = Word(MergeStatus, required=True)
    decided_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    reason = ma.fields.String(required=True)
    parts = ma.fields.List(ma.fields.Nested(PartSchema), required=True)


class MergeQuerySchema(PageQuerySchema):
    status = Word(MergeStatus, load_default=None)


class MergePageSchema(ma.Schema):
    merges = ma.fields.List(ma.fields.Nested(MergeSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class SearchAskedSchema(ma.Schema):
    since = ma.fields.Date(required=True)
    until = ma.fields.Date(required=True)


class SearchSchema(ma.Schema):
    id = ma.fields.String(required=True)
    since = ma.fields.Date(required=True)
    until = ma.fields.Date(required=True)
    status = Word(SearchStatus, required=True)


class DeclineSchema(ma.Schema):
    reason = ma.fields.String(required=True, validate=Length(1, merges.LONGEST_REASON))


@blueprint.route("")
class Merges(MethodView):
    @roles(*READERS)
    @blueprint.arguments(MergeQuerySchema, location="query")
    @blueprint.response(200, MergePageSchema)
    @blueprint.leads_to("merges.OneMerge.get", proposal_id="merges/0/id")
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Joint visits proposed to agencies you may know, the newest first."""
        with edge.reading() as work:
            found = merges.page(work, **asked)
            full = len(found) == asked["limit"]
            return {"merges": _shown(work, found), "next": found[-1].id if full else None}


@blueprint.route("/searches")
class Searches(MethodView):
    @roles(Role.SUPERVISION)
    @blueprint.arguments(SearchAskedSchema)
    @blueprint.response(202, SearchSchema)
    @blueprint.fails(BadInput)
    def post(self, sent: dict[str, Any]) -> MergeSearch:
        """Have the planned visits of your region looked at; the proposals come by a job."""
        with edge.working() as work:
            return merge_searches.ask(work, **sent)


@blueprint.route("/<proposal_id>")
class OneMerge(MethodView):
    @roles(*READERS)
    @blueprint.response(200, MergeSchema)
    @blueprint.fails(NotFound)
    @blueprint.leads_to("merges.Accept.post", proposal_id="id")
    @blueprint.leads_to("merges.Decline.post", proposal_id="id")
    def get(self, proposal_id: str) -> dict[str, Any]:
        """A proposed joint visit."""
        with edge.reading() as work:
            return _shown(work, [merges.get(work, proposal_id)])[0]


@blueprint.route("/<proposal_id>/accept")
class Accept(MethodView):
    @roles(Role.HEAD)
    @blueprint.response(200, MergeSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    @blueprint.leads_to("merges.Dissolve.post", proposal_id="id")
    def post(self, proposal_id: str) -> dict[str, Any]:
        """Accept for your agency's tasks; the last to accept makes it one visit."""
        with edge.working() as work:
            return _shown(work, [merges.accept(work, proposal_id)])[0]


@blueprint.route("/<proposal_id>/decline")
class Decline(MethodView):
    @roles(Role.HEAD)
    @blueprint.arguments(DeclineSchema)
    @blueprint.response(200, MergeSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def post(self, sent: dict[str, Any], proposal_id: str) -> dict[str, Any]:
        """Decline: every task stays a visit of its own."""
        with edge.working() as work:
            return _shown(work, [merges.decline(work, proposal_id, sent["reason"])])[0]


@blueprint.route("/<proposal_id>/dissolve")
class Dissolve(MethodView):
    @roles(Role.HEAD)
    @blueprint.arguments(DeclineSchema)
    @blueprint.response(200, MergeSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def post(self, sent: dict[str, Any], proposal_id: str) -> dict[str, Any]:
        """Take an accepted joint visit apart that nobody has begun."""
        with edge.working() as work:
            return _shown(work, [merges.dissolve(work, proposal_id, sent["reason"])])[0]


def _shown(work: Work, found: list[MergeProposal]) -> list[dict[str, Any]]:
    every = merges.parts(work, [row.id for row in found])
    return [
        {
            **{name: getattr(row, name) for name in MergeSchema().fields if name != "parts"},
            "parts": [part for part in every if part.proposal_id == row.id],
        }
        for row in found
    ]
