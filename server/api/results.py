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
ID = "01a20154-639d-72eb-a629-717f92e73471"
OLD = "01a20111-0c51-7d52-91c4-5b0f2f6a9c11"


class ResultsQuerySchema(ma.Schema):
    after = ma.fields.Integer(
        load_default=0,
        validate=Range(0, MAX_NUMBER),
        metadata={
            "description": "`next` of the page before; 0 begins at the beginning.",
            "example": 0,
        },
    )
    limit = ma.fields.Integer(
        load_default=AT_ONCE, validate=Range(1, AT_ONCE), metadata={"example": AT_ONCE}
    )


class PublicResultSchema(ma.Schema):
    agency = ma.fields.String(required=True, metadata={"example": "济南市历下区市场监督管理局"})
    enterprise = ma.fields.String(required=True, metadata={"example": "济南泉城食品有限公司"})
    uscc = ma.fields.String(required=True, metadata={"example": "91370100MA37XJ385W"})
    inspected_on = ma.fields.String(required=True, metadata={"example": "2026-11-20"})
    conclusion = ma.fields.String(required=True, metadata={"example": "未发现问题"})
    number = ma.fields.String(required=True, metadata={"example": "历下市监检告〔2026〕0002号"})
    published_on = ma.fields.Date(required=True, metadata={"example": "2026-12-05"})
    replaces = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The `id` of the version it took the place of.", "example": OLD},
    )


class ResultChangeSchema(ma.Schema):
    id = ma.fields.String(required=True, metadata={"example": ID})
    change = Word(ChangeKind, required=True, metadata={"example": "published"})
    at = ma.fields.AwareDateTime(required=True, metadata={"example": "2026-12-04T16:05:00+00:00"})
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
        metadata={"description": "`after` of the next page. It only grows.", "example": 217},
    )
    more = ma.fields.Boolean(
        required=True,
        metadata={"description": "Whether the next page holds something now.", "example": False},
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
