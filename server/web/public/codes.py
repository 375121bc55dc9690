"""The pages behind the three codes (protocol §9): an officer's, an enterprise's, a document's.

Nothing is stored and nobody is asked who they are. A code that does not hold is answered with
200 and a page that says so: it is the answer, not an error.
"""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import documents, portraits, views_door
from server.services.documents import Verified
from server.web.downloads import portrait
from server.work import Work
from shared.errors import NotFound
from shared.roles import Role
from shared.tokens import TokenRefused

blueprint = Blueprint("codes", __name__, url_prefix="/q")


@blueprint.get("/o/<token>")
@roles(Role.PUBLIC)
def officer(token: str) -> str:
    """Who stands at my door."""
    with edge.reading() as work:
        check = views_door.officer(work, token)
        return render_template("public/officer.html", check=check, token=token)


@blueprint.get("/o/<token>/portrait")
@roles(Role.PUBLIC)
def officer_portrait(token: str) -> Response:
    """The face that belongs to the code, as long as the code holds."""
    with edge.reading() as work:
        shown = views_door.officer(work, token).shown
        if shown is None:
            raise NotFound("This code shows nobody.")
        reply = portrait(portraits.read(work, shown.photo_sha256))
    return reply.make_conditional(request)


@blueprint.get("/e/<token>")
@roles(Role.PUBLIC)
def enterprise(token: str) -> str:
    """What the code on the door is."""
    with edge.reading() as work:
        return render_template("public/enterprise.html", check=views_door.enterprise(work, token))


@blueprint.get("/d/<token>")
@roles(Role.PUBLIC)
def document(token: str) -> str:
    """Whether a document is ours, whole and current."""
    with edge.reading() as work:
        return render_template("public/document.html", verified=_verified(work, token))


def _verified(work: Work, token: str) -> Verified | None:
    try:
        return documents.verify(work, token)
    except (TokenRefused, NotFound):
        return None
