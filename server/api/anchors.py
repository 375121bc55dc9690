"""The daily anchors, for anybody to read and to keep: what the platform can then not rewrite."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Regexp

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.services import anchors
from shared.errors import NotFound
from shared.roles import Role

blueprint = Blueprint("anchors", __name__, url_prefix="/anchors")


class WantedSchema(ma.Schema):
    before = ma.fields.Date(load_default=None, metadata={"description": "Only earlier days."})


class AnchorsSchema(ma.Schema):
    anchors = ma.fields.List(ma.fields.Dict(), required=True)


class LeafSchema(ma.Schema):
    leaf = ma.fields.String(
        required=True,
        validate=Regexp(r"\A[0-9a-f]{64}\Z"),
        metadata={"description": "Of a receipt: SHA-256 of a zero byte and its canonical form."},
    )


class ProofSchema(ma.Schema):
    leaf = ma.fields.String(required=True)
    index = ma.fields.Integer(required=True)
    path = ma.fields.List(ma.fields.String(), required=True)
    anchor = ma.fields.Dict(required=True)


@blueprint.route("")
class Anchors(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.arguments(WantedSchema, location="query")
    @blueprint.response(200, AnchorsSchema)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Signed anchors, the newest day first."""
        before = wanted["before"].isoformat() if wanted["before"] else None
        with edge.reading() as work:
            return {"anchors": anchors.published(work, before)}


@blueprint.route("/proof")
class Proof(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.arguments(LeafSchema, location="query")
    @blueprint.response(200, ProofSchema)
    @blueprint.fails(NotFound)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """That a receipt or audit entry lies under an anchor: the hashes up to its root."""
        with edge.reading() as work:
            return anchors.prove(work, asked["leaf"])
