"""Events up, reference data down."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import marshmallow as ma
import orjson
from flask import Response, request
from flask.views import MethodView
from marshmallow.validate import Length, Range
from sqlalchemy.orm import Session

from server import edge
from server.access import recognised_by, roles
from server.api import event_schemas, pushing
from server.api.frame import Blueprint
from server.limits import SYNC, each_caller
from server.principal import Principal
from server.services import asking_tablets, cursors, digests, intake, pull
from server.services.asking_tablets import Ahead
from server.services.bearer import Bearer
from server.services.cursors import LONGEST, EpochChanged
from server.services.device_tokens import DeviceLost
from server.services.intake import BatchTooLarge
from server.services.pull import Page
from server.services.push_sorting import Status
from shared.errors import TooMany, Unavailable
from shared.roles import Role

blueprint = Blueprint("sync", __name__, url_prefix="/sync")
PAGES = range(1, pull.MOST + 1)


class PushSchema(ma.Schema):
    batch = ma.fields.List(
        ma.fields.Raw(allow_none=True, metadata=event_schemas.whatever_comes()),
        required=True,
        metadata={"description": f"At most {intake.MOST_EVENTS} signed events."},
    )

    def load(self, data: Any, **told: Any) -> Any:
        """A batch of whatever comes is what it is; of anything else marshmallow says what is amiss.

        It walks through all events to find that each may be anything.
        """
        if type(data) is dict and data.keys() == {"batch"} and type(data["batch"]) is list:
            return data
        return super().load(data, **told)


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


class PushReplySchema(ma.Schema):
    results = ma.fields.List(ma.fields.Nested(AnswerSchema), required=True)
    receipt = ma.fields.Dict(required=True)
    wipe_order = ma.fields.Dict()


class PullQuerySchema(ma.Schema):
    cursor = ma.fields.String(load_default=None, validate=Length(1, LONGEST))
    limit = ma.fields.Integer(load_default=pull.MOST, validate=Range(1, pull.MOST))
    digest = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Ask for `digest`; then there is no 304."},
    )


class IndexQuerySchema(ma.Schema):
    kind = ma.fields.String(required=True, validate=Length(1, 40))
    after = ma.fields.String(load_default="", validate=Length(max=64))
    limit = ma.fields.Integer(
        load_default=digests.MOST_LINES, validate=Range(1, digests.MOST_LINES)
    )


class IndexLineSchema(ma.Schema):
    id = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)


class IndexSchema(ma.Schema):
    objects = ma.fields.List(ma.fields.Nested(IndexLineSchema), required=True)
    more = ma.fields.Boolean(required=True)


class ObjectsQuerySchema(ma.Schema):
    kind = ma.fields.String(required=True, validate=Length(1, 40))
    id = ma.fields.List(
        ma.fields.String(validate=Length(1, 64)),
        required=True,
        validate=Length(1, digests.MOST_OBJECTS),
    )


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


class ChangesSchema(ma.Schema):
    changes = ma.fields.List(ma.fields.Nested(ChangeSchema), required=True)


class DigestSchema(ma.Schema):
    count = ma.fields.Integer(required=True)
    sum = ma.fields.String(required=True)


class PullPageSchema(ma.Schema):
    changes = ma.fields.List(ma.fields.Nested(ChangeSchema), required=True)
    cursor = ma.fields.String(required=True)
    more = ma.fields.Boolean(required=True)
    epoch = ma.fields.String(required=True)
    server_time = ma.fields.AwareDateTime(required=True)
    settings = ma.fields.Dict(required=True)
    wipe_order = ma.fields.Dict()
    digest = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Nested(DigestSchema),
        metadata={
            "description": "By kind, what the tablet holds after this page; only where it was "
            "asked for, and not while more is on its way."
        },
    )


@blueprint.route("/push")
class Push(MethodView):
    @roles(Role.DEVICE)
    @each_caller(SYNC)
    @blueprint.arguments(PushSchema)
    @blueprint.response(200, PushReplySchema)
    @blueprint.fails(BatchTooLarge, TooMany, Unavailable)
    def post(self, sent: dict[str, Any]) -> Response:
        """Take in events recorded on the tablet. Safe to repeat."""
        told = pushing.answer(sent["batch"])
        return Response(orjson.dumps(told), content_type="application/json")


def _by_what_it_asks(
    session: Session, secret: str, now: datetime, *, taken: Collection[Bearer]
) -> Principal:
    """Who asks for a page, found together with the page.

    What cannot be read here is not asked for here: it is refused, or answered, in its turn.
    """
    cursor, limit = request.args.get("cursor"), request.args.get("limit", str(pull.MOST))
    at = cursors.read(cursor, edge.parts().secrets.cursor) if cursor else None
    ahead = None
    if cursor and at and at.grant is None and limit.isdecimal() and int(limit) in PAGES:
        ahead = Ahead(cursor=cursor, at=at, limit=int(limit))
    return asking_tablets.recognise(session, secret, now, taken=taken, ahead=ahead)


@blueprint.route("/pull")
class Pull(MethodView):
    @recognised_by(_by_what_it_asks)
    @roles(Role.DEVICE)
    @each_caller(SYNC)
    @blueprint.arguments(PullQuerySchema, location="query")
    @blueprint.response(200, PullPageSchema)
    @blueprint.alt_response(304, description="Nothing changed since `If-None-Match`.")
    @blueprint.fails(EpochChanged, DeviceLost, TooMany)
    @blueprint.leads_to("sync.Pull.get", cursor="cursor")
    def get(self, asked: dict[str, Any]) -> Any:
        """What changed since the cursor; everything in scope without one."""
        with edge.reading() as work:
            page = pull.pull(work, asked["cursor"], asked["limit"])
            whole = asked["digest"] and not page.more and page.at.grant is None
            digest = digests.of(work, page.at) if whole else None
        if (
            not asked["digest"]
            and not page.changes
            and not page.more
            and page.etag in request.if_none_match
        ):
            unchanged = Response(status=304)
            unchanged.set_etag(page.etag)
            return unchanged
        reply = Response(_written(page, digest), content_type="application/json")
        reply.set_etag(page.etag)
        return reply


@blueprint.route("/index")
class Index(MethodView):
    @roles(Role.DEVICE)
    @each_caller(SYNC)
    @blueprint.arguments(IndexQuerySchema, location="query")
    @blueprint.response(200, IndexSchema)
    @blueprint.fails(DeviceLost, TooMany)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Ids and versions of one kind that this tablet should hold: where a digest differs."""
        with edge.reading() as work:
            found = digests.index(work, asked["kind"], asked["after"], asked["limit"])
        lines = [{"id": id_, "version": version} for id_, version in found]
        return {"objects": lines, "more": len(found) == asked["limit"]}


@blueprint.route("/objects")
class Objects(MethodView):
    @roles(Role.DEVICE)
    @each_caller(SYNC)
    @blueprint.arguments(ObjectsQuerySchema, location="query")
    @blueprint.response(200, ChangesSchema)
    @blueprint.fails(DeviceLost, TooMany)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Some objects of one kind as they are now: what the tablet lacks or has otherwise."""
        with edge.reading() as work:
            return {"changes": digests.objects(work, asked["kind"], asked["id"])}


def _written(page: Page, digest: object) -> bytes:
    """A page as `PullPageSchema` describes it; the objects' data go through as they are kept."""
    beside = {
        "cursor": page.cursor,
        "more": page.more,
        "epoch": page.epoch,
        "server_time": page.server_time.isoformat(),
        "settings": page.settings,
        **_with(page.wipe_order),
        **({"digest": digest} if digest is not None else {}),
    }
    listed = [b","] * (2 * len(page.changes.pieces) - 1)
    listed[::2] = page.changes.pieces
    # Put together once: a page is large.
    return b"".join([b'{"changes":[', *listed, b"],", json.dumps(beside)[1:].encode()])


def _with(order: object) -> dict[str, object]:
    return {"wipe_order": order} if order is not None else {}
