"""The ruling desk for what could not be read or trusted."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Length, OneOf, Range

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.models import Quarantine
from server.services import ledger, quarantine
from server.services.quarantine import DISMISSED, LONGEST_REASON, Decision, NotAdmissible, Wanted
from shared.errors import Conflict, NotFound
from shared.roles import Role

blueprint = Blueprint("quarantine", __name__, url_prefix="/quarantine")
STATES = (ledger.OPEN, ledger.AGAIN, ledger.ADMITTED, DISMISSED)


class QuarantinedSchema(ma.Schema):
    id = ma.fields.String(required=True)
    event_id = ma.fields.String(required=True, allow_none=True)
    visit_id = ma.fields.String(required=True, allow_none=True)
    device_id = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    detail = ma.fields.String(required=True)
    raw = ma.fields.Function(
        lambda row: row.raw.decode("utf-8", "replace"),
        metadata={"type": "string", "description": "As it came, in canonical form."},
    )
    received_at = ma.fields.AwareDateTime(required=True)
    state = ma.fields.String(required=True)
    ruled_by = ma.fields.String(required=True, allow_none=True)
    ruled_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    ruling = ma.fields.String(required=True)


class QuarantinePageSchema(ma.Schema):
    quarantined = ma.fields.List(ma.fields.Nested(QuarantinedSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class QuarantineQuerySchema(ma.Schema):
    visit_id = ma.fields.String(load_default=None, validate=Length(1, 64))
    device_id = ma.fields.String(load_default=None, validate=Length(1, 64))
    state = ma.fields.String(load_default=ledger.OPEN, validate=OneOf(STATES))
    after = ma.fields.String(load_default="", validate=Length(max=64))
    limit = ma.fields.Integer(load_default=50, validate=Range(1, 200))


class QuarantineRulingSchema(ma.Schema):
    decision = ma.fields.Enum(Decision, by_value=True, required=True)
    reason = ma.fields.String(required=True, validate=Length(1, LONGEST_REASON))


@blueprint.route("")
class Quarantined(MethodView):
    @roles(Role.SUPERVISION)
    @blueprint.arguments(QuarantineQuerySchema, location="query")
    @blueprint.response(200, QuarantinePageSchema)
    @blueprint.leads_to("quarantine.QuarantineRuling.post", quarantine_id="quarantined/0/id")
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What lies in the quarantine of your region's tablets."""
        with edge.reading() as work:
            found = quarantine.search(work, Wanted(**asked))
        full = len(found) == asked["limit"]
        return {"quarantined": found, "next": found[-1].id if full else None}


@blueprint.route("/<quarantine_id>/ruling")
class QuarantineRuling(MethodView):
    @roles(Role.SUPERVISION)
    @blueprint.arguments(QuarantineRulingSchema)
    @blueprint.response(200, QuarantinedSchema)
    @blueprint.fails(NotFound, Conflict, NotAdmissible)
    def post(self, sent: dict[str, Any], quarantine_id: str) -> Quarantine:
        """Ask the tablet to send it again, take it in after all, or leave it where it is."""
        with edge.working() as work:
            return quarantine.rule(work, quarantine_id, sent["decision"], sent["reason"])
