"""The pages behind the three codes (protocol §9): an officer's, an enterprise's, a document's.

Nothing is stored and nobody is asked who they are. A code that does not hold is answered with
200 and a page that says so: it is the answer, not an error.
"""

from flask import Blueprint, render_template

from server import edge
from server.access import roles
from server.services import documents, views_door
from server.services.documents import Verified
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
        return render_template("public/officer.html", check=views_door.officer(work, token))


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
