"""Events up, reference data down."""

from typing import Any

import marshmallow as ma
from flask import Response, request
from flask.views import MethodView
from marshmallow.validate import Length, Range

from server import edge
from server.access import roles
from server.api import event_schemas
from server.api.frame import Blueprint
from server.services import devices, intake, pull
from server.services.cursors import LONGEST, EpochChanged
from server.services.device_tokens import DeviceLost
from server.services.intake import BatchTooLarge
from server.services.push_sorting import Status
from shared.errors import Unavailable
from shared.roles import Role

blueprint = Blueprint("sync", __name__, url_prefix="/sync")


class PushSchema(ma.Schema):
    batch = ma.fields.List(
        ma.fields.Raw(allow_none=True, metadata=event_schemas.whatever_comes()),
        required=True,
        metadata={"description": f"At most {intake.MOST_EVENTS} signed events."},
    )


class IrregularitySchema(ma.Schema):
    rule = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    detail = ma.fields.String(required=True)
    detail_en = ma.fields.String(required=True)


class AnswerSchema(ma.Schema):
    id = ma.fields.String(required=True, allow_none=True)
    status = ma.fields.Enum(Status, by_value=True, required=True)
    code = ma.fields.String()
    detail = ma.fields.String()
    irregularities = ma.fields.List(ma.fields.Nested(IrregularitySchema))
    first = ma.fields.String(
        metadata={"description": "On a duplicate: what became of it the first time."}
    )

    @ma.post_dump
    def _leave_out_what_says_nothing(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: data[name] for name in data if name in ("id", "status") or data[name]}


class PushReplySchema(ma.Schema):
    results = ma.fields.List(ma.fields.Nested(AnswerSchema), required=True)
    receipt = ma.fields.Dict(required=True)
    wipe_order = ma.fields.Dict()


class PullQuerySchema(ma.Schema):
    cursor = ma.fields.String(load_default=None, validate=Length(1, LONGEST))
    limit = ma.fields.Integer(load_default=pull.MOST, validate=Range(1, pull.MOST))


class ChangeSchema(ma.Schema):
    kind = ma.fields.String(required=True)
    id = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    op = ma.fields.String(required=True)
    data = ma.fields.Raw()

    @ma.post_dump
    def _no_data_of_what_is_gone(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if data["op"] == "delete":
            del data["data"]
        return data


class PullPageSchema(ma.Schema):
    changes = ma.fields.List(ma.fields.Nested(ChangeSchema), required=True)
    cursor = ma.fields.String(required=True)
    more = ma.fields.Boolean(required=True)
    epoch = ma.fields.String(required=True)
    server_time = ma.fields.AwareDateTime(required=True)
    settings = ma.fields.Dict(required=True)
    wipe_order = ma.fields.Dict()


@blueprint.route("/push")
class Push(MethodView):
    @roles(Role.DEVICE)
    @blueprint.arguments(PushSchema)
    @blueprint.response(200, PushReplySchema)
    @blueprint.fails(BatchTooLarge, Unavailable)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Take in events recorded on the tablet. Safe to repeat."""
        with edge.working() as work:
            reply = intake.receive(work, sent["batch"])
            return {
                "results": reply.results,
                "receipt": reply.receipt,
                **_with(devices.wipe_order(work, devices.own(work))),
            }


@blueprint.route("/pull")
class Pull(MethodView):
    @roles(Role.DEVICE)
    @blueprint.arguments(PullQuerySchema, location="query")
    @blueprint.response(200, PullPageSchema)
    @blueprint.alt_response(304, description="Nothing changed since `If-None-Match`.")
    @blueprint.fails(EpochChanged, DeviceLost)
    def get(self, asked: dict[str, Any]) -> Any:
        """What changed since the cursor; everything in scope without one."""
        with edge.reading() as work:
            page = pull.pull(work, asked["cursor"], asked["limit"])
        if not page.changes and not page.more and page.etag in request.if_none_match:
            unchanged = Response(status=304)
            unchanged.set_etag(page.etag)
            return unchanged
        names = [name for name in PullPageSchema().fields if name != "wipe_order"]
        body = {name: getattr(page, name) for name in names} | _with(page.wipe_order)
        return body, 200, {"ETag": f'"{page.etag}"'}


def _with(order: object) -> dict[str, object]:
    return {"wipe_order": order} if order is not None else {}
