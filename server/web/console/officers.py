"""Officers and their certificates: who may inspect, and who soon may not."""

from flask import Blueprint, request

from server import edge
from server.access import roles
from server.services import views_people
from server.services.views_people import Show
from server.web.console import frame

blueprint = Blueprint("console_officers", __name__, url_prefix="/console/officers")


@blueprint.get("/")
@roles(*frame.CERTIFICATES)
def show() -> str:
    """The list, all or those that end soon."""
    asked = request.args.get("show", "")
    wanted = Show(asked) if asked in set(Show) else Show.ALL
    with edge.reading() as work:
        return frame.page(
            work,
            "console/officers.html",
            show=wanted,
            lines=views_people.officers(work, wanted),
        )
