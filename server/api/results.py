"""Results for the credit system: what became public, and what no longer stands."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Range

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.plan_schemas import Word
from server.models import ChangeKind
from server.services import result_changes
from server.services.result_changes import AT_ONCE, Page
from shared.canonical import MAX_NUMBER
from shared.roles import Role

blueprint = Blueprint("results", __name__, url_prefix="/results")


class ResultsQuerySchema(ma.Schema):
    after = ma.fields.Integer(
        load_default=0,
        validate=Range(0, MAX_NUMBER),
        metadata={"description": "`next` of the page before; 0 begins at the beginning."},
    )
    limit = ma.fields.Integer(load_default=AT_ONCE, validate=Range(1, AT_ONCE))


class PublicResultSchema(ma.Schema):
    agency = ma.fields.String(required=True)
    enterprise = ma.fields.String(required=True)
    uscc = ma.fields.String(required=True)
    inspected_on = ma.fields.String(required=True)
    conclusion = ma.fields.String(required=True)
    number = ma.fields.String(required=True)
    published_on = ma.fields.Date(required=True)
    replaces = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The `id` of the version it took the place of."},
    )


class ResultChangeSchema(ma.Schema):
    id = ma.fields.String(required=True)
    change = Word(ChangeKind, required=True)
    at = ma.fields.AwareDateTime(required=True)
    result = ma.fields.Nested(
        PublicResultSchema,
        required=True,
        allow_none=True,
        metadata={"description": "null for one that is withdrawn: take it down."},
    )


class ResultChangesSchema(ma.Schema):
    changes = ma.fields.List(ma.fields.Nested(ResultChangeSchema), required=True)
    next = ma.fields.Integer(
        required=True,
        metadata={"description": "`after` of the next page. It only grows."},
    )
    more = ma.fields.Boolean(
        required=True,
        metadata={"description": "Whether the next page holds something now."},
    )


@blueprint.route("")
class Results(MethodView):
    @roles(Role.CLIENT)
    @blueprint.arguments(ResultsQuerySchema, location="query")
    @blueprint.response(200, ResultChangesSchema)
    def get(self, asked: dict[str, int]) -> dict[str, Any]:
        """Results that became public, and those that no longer stand, in one order.

        Only of drawn inspections, each when its enterprise had its time to object and no objection
        is open. Safe to repeat: the same `after` gives the same changes, but for what was withdrawn
        since, of which only that is told.
        """
        with edge.reading() as work:
            return _told(result_changes.read(work, asked["after"], asked["limit"]))


def _told(page: Page) -> dict[str, Any]:
    return {
        "changes": [
            {"id": one.id, "change": one.kind, "at": one.at, "result": one.result}
            for one in page.changes
        ],
        "next": page.next,
        "more": page.more,
    }
