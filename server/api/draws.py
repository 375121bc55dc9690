"""双随机 draws over the interface: frozen, committed to, revealed, void, and their file."""

from typing import Any

import marshmallow as ma
from flask import Response
from flask.views import MethodView
from marshmallow.validate import Length, OneOf, Range, Regexp

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.whole_number import WholeNumber
from server.models import Draw, DrawStatus
from server.services import draws, views_draws
from server.services.draw_pools import List
from server.services.draws import DrawDraft, OtherPartyNeeded, WrongSecret
from server.services.listing import Filter
from server.work import Work
from shared.draws.model import Party
from shared.errors import BadInput, NotFound, OutOfOrder
from shared.roles import Role

blueprint = Blueprint("draws", __name__, url_prefix="/draws")
READERS = (Role.PLANNER, Role.HEAD, Role.SUPERVISION, Role.ASSESSOR)
PARTIES = (Role.PLANNER, Role.HEAD, Role.SUPERVISION)
HEX = Regexp(r"\A[0-9a-f]{64}\Z", error="64 hex letters, small.")


class DrawBodySchema(ma.Schema):
    title = ma.fields.String(required=True, validate=Length(1, 200))
    count = WholeNumber(required=True, validate=Range(1, 100_000))
    item_ids = ma.fields.List(
        ma.fields.String(validate=Length(1, 64)), required=True, validate=Length(1, 50)
    )
    window_from = ma.fields.Date(required=True)
    window_to = ma.fields.Date(required=True)
    grades = ma.fields.List(ma.fields.String(validate=Length(max=60)), validate=Length(max=200))
    industries = ma.fields.List(ma.fields.String(validate=Length(max=60)), validate=Length(max=200))
    rest_days = WholeNumber(validate=Range(0, 1000))
    stated = ma.fields.Dict(
        keys=ma.fields.String(validate=Length(equal=18)),
        values=ma.fields.String(validate=Length(1, 200)),
        metadata={"description": "Left out by the agency: reason by USCC."},
    )
    weights = ma.fields.Dict(
        keys=ma.fields.String(validate=Length(max=10)),
        values=WholeNumber(validate=Range(0, 1000)),
        load_default=dict,
        metadata={"description": "How often a grade is drawn beside the others; else 1."},
    )
    replaces = ma.fields.String(load_default=None, allow_none=True, validate=Length(1, 64))

    @ma.post_load
    def _draft(self, data: dict[str, Any], **_: Any) -> DrawDraft:
        of: dict[str, Any] = {
            name: data.pop(name) for name in ("rest_days", "stated") if name in data
        }
        of |= {name: tuple(data.pop(name)) for name in ("grades", "industries") if name in data}
        return DrawDraft(**{**data, "item_ids": tuple(data["item_ids"])}, of=List(**of))


class CommitmentSchema(ma.Schema):
    commitment = ma.fields.String(required=True, validate=HEX)


class SecretSchema(ma.Schema):
    secret = ma.fields.String(required=True, validate=HEX)


class ReasonSchema(ma.Schema):
    reason = ma.fields.String(required=True, validate=Length(1, 1000))


class VoiceSchema(ma.Schema):
    """What one party has handed in; never its secret, which is in the file."""

    party = ma.fields.String(required=True, validate=OneOf([str(p) for p in Party]))
    commitment = ma.fields.String(required=True)
    committed_at = ma.fields.AwareDateTime(required=True)
    revealed_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class DrawSchema(ma.Schema):
    id = ma.fields.String(required=True)
    agency_id = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.String(required=True, validate=OneOf([str(s) for s in DrawStatus]))
    count = ma.fields.Integer(required=True)
    pool_size = ma.fields.Integer(required=True)
    left_out = ma.fields.Integer(required=True)
    pool_hash = ma.fields.String(required=True)
    file_hash = ma.fields.String(required=True, allow_none=True)
    window_from = ma.fields.Date(required=True)
    window_to = ma.fields.Date(required=True)
    frozen_at = ma.fields.AwareDateTime(required=True)
    due = ma.fields.AwareDateTime(required=True)
    held_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    void_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    void_why = ma.fields.String(required=True)
    plan_id = ma.fields.String(required=True, allow_none=True)
    replaces_id = ma.fields.String(required=True, allow_none=True)
    voices = ma.fields.List(ma.fields.Nested(VoiceSchema), required=True)


class DrawLineSchema(ma.Schema):
    id = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    agency = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True)
    pool_size = ma.fields.Integer(required=True)
    frozen_at = ma.fields.AwareDateTime(required=True)


class DrawPageSchema(ma.Schema):
    draws = ma.fields.List(ma.fields.Nested(DrawLineSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class DrawQuerySchema(ma.Schema):
    before = ma.fields.String(load_default="", validate=Length(max=64))


@blueprint.route("")
class Draws(MethodView):
    @roles(*READERS)
    @blueprint.arguments(DrawQuerySchema, location="query")
    @blueprint.response(200, DrawPageSchema)
    @blueprint.leads_to("draws.OneDraw.get", draw_id="draws/0/id")
    def get(self, asked: dict[str, str]) -> dict[str, Any]:
        """Draws you may know, the newest first."""
        with edge.reading() as work:
            page = views_draws.lines(work, Filter(before=asked["before"]))
        return {"draws": page.lines, "next": page.next_before}

    @roles(Role.PLANNER)
    @blueprint.arguments(DrawBodySchema)
    @blueprint.response(201, DrawSchema)
    @blueprint.fails(BadInput)
    @blueprint.leads_to("draws.OneDraw.get", draw_id="id")
    @blueprint.leads_to("draws.Commitment.post", draw_id="id")
    @blueprint.leads_to("draws.Void.post", draw_id="id")
    def post(self, draft: DrawDraft) -> dict[str, Any]:
        """Freeze the pool of a draw; its hash is public from then on."""
        with edge.working() as work:
            return _told(work, draws.freeze(work, draft))


@blueprint.route("/<draw_id>")
class OneDraw(MethodView):
    @roles(*READERS)
    @blueprint.response(200, DrawSchema)
    @blueprint.fails(NotFound)
    def get(self, draw_id: str) -> dict[str, Any]:
        """A draw with what each party has said."""
        with edge.reading() as work:
            return _told(work, draws.get(work, draw_id))


@blueprint.route("/<draw_id>/commitment")
class Commitment(MethodView):
    @roles(*PARTIES)
    @blueprint.arguments(CommitmentSchema)
    @blueprint.response(200, DrawSchema)
    @blueprint.fails(NotFound, OutOfOrder, OtherPartyNeeded)
    @blueprint.leads_to("draws.Secret.post", draw_id="id")
    def post(self, sent: dict[str, str], draw_id: str) -> dict[str, Any]:
        """Hand in the commitment of your party."""
        with edge.working() as work:
            return _told(work, draws.commit(work, draw_id, sent["commitment"]))


@blueprint.route("/<draw_id>/secret")
class Secret(MethodView):
    @roles(*PARTIES)
    @blueprint.arguments(SecretSchema)
    @blueprint.response(200, DrawSchema)
    @blueprint.fails(NotFound, OutOfOrder, OtherPartyNeeded, WrongSecret)
    @blueprint.leads_to("plans.OnePlan.get", plan_id="plan_id")
    @blueprint.leads_to("draws.DrawFile.get", draw_id="id")
    def post(self, sent: dict[str, str], draw_id: str) -> dict[str, Any]:
        """Reveal the secret of your party; the second one holds the draw."""
        with edge.working() as work:
            return _told(work, draws.reveal(work, draw_id, sent["secret"]))


@blueprint.route("/<draw_id>/void")
class Void(MethodView):
    @roles(*PARTIES)
    @blueprint.arguments(ReasonSchema)
    @blueprint.response(200, DrawSchema)
    @blueprint.fails(NotFound, OutOfOrder)
    def post(self, sent: dict[str, str], draw_id: str) -> dict[str, Any]:
        """End a draw without result; it stays on record with the reason."""
        with edge.working() as work:
            return _told(work, draws.void(work, draw_id, sent["reason"]))


@blueprint.route("/<draw_id>/file")
class DrawFile(MethodView):
    @roles(*READERS)
    @blueprint.response(200, {"type": "string"}, content_type="text/plain; charset=utf-8")
    @blueprint.fails(NotFound)
    def get(self, draw_id: str) -> Response:
        """The file by which the draw is replayed; for everybody only when the visits are over."""
        with edge.reading() as work:
            data = draws.file_of(work, draws.get(work, draw_id))
        return Response(data, content_type="text/plain; charset=utf-8")


def _told(work: Work, row: Draw) -> dict[str, Any]:
    names = [name for name in DrawSchema().fields if name != "voices"]
    told = {name: getattr(row, name) for name in names}
    return {**told, "voices": list(draws.voices(work, row.id).values())}
