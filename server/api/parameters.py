"""Thresholds over the interface: their rows, a new one, and what one would have done."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Length, Range

from server import edge
from server.access import roles
from server.api.any_json import any_json
from server.api.frame import Blueprint
from server.models import Parameter
from server.services import parameters, what_if
from server.services.what_if import Line, Report
from shared.errors import BadInput
from shared.roles import Role

blueprint = Blueprint("parameters", __name__, url_prefix="/parameters")


class NewParameterSchema(ma.Schema):
    """`value` in JSON, as the threshold has it; nowhere named means everywhere."""

    key = ma.fields.String(required=True, validate=Length(1, 80))
    value = ma.fields.Raw(required=True, allow_none=True, metadata={"anyOf": [any_json()]})
    valid_from = ma.fields.Date(required=True)
    region = ma.fields.String(load_default=None, allow_none=True, validate=Length(2, 12))
    agency_id = ma.fields.String(load_default=None, allow_none=True, validate=Length(1, 64))
    basis = ma.fields.String(required=True, validate=Length(1, 200))


class ParameterSchema(NewParameterSchema):
    id = ma.fields.String(required=True)
    recorded_at = ma.fields.AwareDateTime(required=True)


class WhatIfSchema(ma.Schema):
    """`value` is JSON text: 2, true, {"A": 1}."""

    key = ma.fields.String(required=True, validate=Length(1, 80))
    value = ma.fields.String(required=True, validate=Length(1, 2000))
    year = ma.fields.Integer(required=True, validate=Range(2000, 2100))
    agency_id = ma.fields.String(load_default=None, validate=Length(1, 64))


class RuleCountSchema(ma.Schema):
    rule = ma.fields.String(required=True)
    effect = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True)


class StoppedVisitSchema(ma.Schema):
    task_no = ma.fields.String(required=True)
    agency = ma.fields.String(required=True)
    uscc = ma.fields.String(required=True)
    enterprise = ma.fields.String(required=True)
    day = ma.fields.Date(required=True)
    rule = ma.fields.String(required=True)
    effect = ma.fields.String(required=True)
    text = ma.fields.Method("_text", required=True)

    def _text(self, row: Line) -> dict[str, str]:
        return {"zh": row.text.zh, "en": row.text.en}


class WhatIfReportSchema(ma.Schema):
    """Counts are of all; `lines` are the first of them, none for the platform's administrator."""

    key = ma.fields.String(required=True)
    year = ma.fields.Integer(required=True)
    visits = ma.fields.Integer(required=True)
    stopped = ma.fields.Integer(required=True)
    found = ma.fields.Method("_found", required=True)
    lines = ma.fields.List(ma.fields.Nested(StoppedVisitSchema), required=True)

    def _found(self, report: Report) -> list[dict[str, Any]]:
        return [
            {"rule": rule, "effect": str(effect), "count": count}
            for (rule, effect), count in sorted(report.found.items())
        ]


@blueprint.route("")
class Parameters(MethodView):
    @roles(Role.PLATFORM_ADMIN)
    @blueprint.arguments(NewParameterSchema)
    @blueprint.response(201, ParameterSchema)
    @blueprint.fails(BadInput)
    def post(self, sent: dict[str, Any]) -> Parameter:
        """Let a value hold from a day on; rows before it stay for what was judged by them."""
        with edge.working() as work:
            return parameters.record(work, sent.pop("key"), sent.pop("value"), **sent)


@blueprint.route("/what-if")
class WhatIf(MethodView):
    @roles(*what_if.WHO)
    @blueprint.arguments(WhatIfSchema, location="query")
    @blueprint.response(200, WhatIfReportSchema)
    @blueprint.fails(BadInput)
    def get(self, asked: dict[str, Any]) -> Report:
        """Which visits of a year another value would have stopped. Nothing is stored."""
        with edge.reading() as work:
            return what_if.run(
                work,
                asked["key"],
                parameters.read_typed(asked["key"], asked["value"]),
                year=asked["year"],
                agency_id=asked["agency_id"],
                most=what_if.MOST_VISITS,
            )
