"""Officers as tablets need them beside the pulled objects: the photograph of their credential."""

from hashlib import sha256

from flask import request
from flask.views import MethodView
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.api.frame import BYTES, Blueprint
from server.services import portraits
from shared.errors import NotFound
from shared.roles import Role

blueprint = Blueprint("officers", __name__, url_prefix="/officers")


@blueprint.route("/<officer_id>/portrait")
class Portrait(MethodView):
    @roles(Role.DEVICE)
    @blueprint.response(200, BYTES, content_type="image/jpeg")
    @blueprint.alt_response(304, description="The same as `If-None-Match`.")
    @blueprint.fails(NotFound)
    def get(self, officer_id: str) -> Response:
        """The photograph on an officer's credential; its ETag is `photo_sha256` of the officer."""
        with edge.reading() as work:
            jpeg = portraits.of_officer(work, officer_id)
        reply = Response(jpeg, content_type="image/jpeg")
        reply.headers["Cache-Control"] = "private, no-cache"
        reply.set_etag(sha256(jpeg).hexdigest())
        return reply.make_conditional(request)
