"""Visits as people look at them, and supervision's rulings on irregular ones."""

from typing import Any

import marshmallow as ma
from flask import Response
from flask.views import MethodView
from marshmallow.validate import Length, Range

from server import edge
from server.access import OF_CASES, roles
from server.api.frame import BYTES, Blueprint
from server.models import Visit
from server.services import case_export, rulings, visits
from server.services.rulings import LONGEST_REASON, Decision, RulingNotDue
from server.services.visits import Wanted
from shared.errors import NotFound
from shared.roles import Role

blueprint = Blueprint("visits", __name__, url_prefix="/visits")


class VisitLineSchema(ma.Schema):
    id = ma.fields.String(required=True)
    agency_id = ma.fields.String(required=True)
    task_ids = ma.fields.List(ma.fields.String(), required=True)
    uscc = ma.fields.String(required=True, allow_none=True)
    stage = ma.fields.String(required=True)
    outcome = ma.fields.String(required=True, allow_none=True)
    opened_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    sealed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    received_at = ma.fields.AwareDateTime(required=True)
    complete = ma.fields.Boolean(required=True)
    irregular = ma.fields.Boolean(required=True)
    ruling = ma.fields.String(required=True, allow_none=True)


class VisitSchema(VisitLineSchema):
    premise_id = ma.fields.String(required=True, allow_none=True)
    lead_device_id = ma.fields.String(required=True)
    offsite = ma.fields.Boolean(required=True)
    scanned_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    left_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    irregularities = ma.fields.List(ma.fields.Dict(), required=True)
    flags = ma.fields.List(ma.fields.Dict(), required=True)
    time_confidence = ma.fields.String(required=True)
    state = ma.fields.Dict(required=True)
    evidence_pending = ma.fields.Integer(
        required=True, metadata={"description": "Files that have not arrived yet."}
    )


class VisitQuerySchema(ma.Schema):
    irregular = ma.fields.Boolean(load_default=None)
    uscc = ma.fields.String(load_default=None, validate=Length(equal=18))
    task_id = ma.fields.String(load_default=None, validate=Length(1, 64))
    after = ma.fields.String(load_default=None, validate=Length(1, 64))
    limit = ma.fields.Integer(load_default=50, validate=Range(1, 200))


class VisitPageSchema(ma.Schema):
    visits = ma.fields.List(ma.fields.Nested(VisitLineSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class EventLineSchema(ma.Schema):
    event = ma.fields.Dict(required=True)
    received_at = ma.fields.AwareDateTime(required=True)


class EventsSchema(ma.Schema):
    events = ma.fields.List(ma.fields.Nested(EventLineSchema), required=True)


class RulingSchema(ma.Schema):
    decision = ma.fields.Enum(Decision, by_value=True, required=True)
    reason = ma.fields.String(required=True, validate=Length(1, LONGEST_REASON))


@blueprint.route("")
class Visits(MethodView):
    @roles(*OF_CASES)
    @blueprint.arguments(VisitQuerySchema, location="query")
    @blueprint.response(200, VisitPageSchema)
    @blueprint.fails(NotFound)
    @blueprint.leads_to("visits.OneVisit.get", visit_id="visits/0/id")
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Visits you may know, the newest received first."""
        with edge.reading() as work:
            found = visits.search(work, Wanted(**asked))
        full = len(found) == asked["limit"]
        return {"visits": found, "next": found[-1].id if full else None}


@blueprint.route("/<visit_id>")
class OneVisit(MethodView):
    @roles(*OF_CASES)
    @blueprint.response(200, VisitSchema)
    @blueprint.fails(NotFound)
    @blueprint.leads_to("visits.Events.get", visit_id="id")
    @blueprint.leads_to("visits.Ruling.post", visit_id="id")
    @blueprint.leads_to("visits.Case.get", visit_id="id")
    @blueprint.leads_to("documents.Documents.get", visit_id="id")
    def get(self, visit_id: str) -> dict[str, Any]:
        """A visit as its events add up."""
        with edge.reading() as work:
            return _shown(visits.find(work, visit_id), visits.evidence_pending(work, visit_id))


@blueprint.route("/<visit_id>/events")
class Events(MethodView):
    @roles(*OF_CASES)
    @blueprint.response(200, EventsSchema)
    @blueprint.fails(NotFound)
    def get(self, visit_id: str) -> dict[str, Any]:
        """Every event of a visit, as it was signed."""
        with edge.reading() as work:
            return {"events": visits.events(work, visit_id)}


@blueprint.route("/<visit_id>/ruling")
class Ruling(MethodView):
    @roles(Role.SUPERVISION)
    @blueprint.arguments(RulingSchema)
    @blueprint.response(200, VisitSchema)
    @blueprint.fails(NotFound, RulingNotDue)
    def post(self, sent: dict[str, Any], visit_id: str) -> dict[str, Any]:
        """Ratify an irregular visit, which lets its result out, or reject it."""
        with edge.working() as work:
            visit = rulings.rule(work, visit_id, sent["decision"], sent["reason"])
            return _shown(visit, visits.evidence_pending(work, visit_id))


@blueprint.route("/<visit_id>/case")
class Case(MethodView):
    @roles(Role.HEAD, Role.SUPERVISION)
    @blueprint.response(200, BYTES, content_type="application/zip")
    @blueprint.fails(NotFound)
    def get(self, visit_id: str) -> Response:
        """The case file, which anybody can check with the platform's public key alone."""
        with edge.working() as work:
            exported = case_export.of_visit(work, visit_id)
        reply = Response(exported.archive, content_type="application/zip")
        reply.headers["Content-Disposition"] = f'attachment; filename="case-{visit_id}.zip"'
        return reply


def _shown(visit: Visit, evidence_pending: int) -> dict[str, Any]:
    names = [name for name in VisitSchema().fields if name != "evidence_pending"]
    return {**{name: getattr(visit, name) for name in names}, "evidence_pending": evidence_pending}
