"""Evidence by a link that opens one file for a few minutes: no cookie is asked for or looked at.

A browser only ever saves or shows it as what it is: attachment, never sniffed, nothing may run.
"""

from flask import Blueprint, Response

from server import edge
from server.access import roles
from server.services import evidence
from shared.roles import Role

POLICY = "default-src 'none'; sandbox"
FEW_MINUTES_S = 300

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.get("/<link>")
@roles(Role.PUBLIC)
def show(link: str) -> Response:
    """The bytes."""
    with edge.reading() as work:
        served = evidence.by_link(work, link)
    reply = Response(served.data, content_type=served.media_type)
    reply.headers["Content-Disposition"] = f'attachment; filename="{served.name}"'
    reply.headers["Content-Security-Policy"] = POLICY
    reply.headers["Cache-Control"] = f"private, max-age={FEW_MINUTES_S}"
    return reply
