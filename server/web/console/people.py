"""Accounts and roles of an agency. Secrets are shown once, on the page that made them."""

from flask import Blueprint

from server import edge
from server.access import roles
from server.services import views_people
from server.web.console import frame
from shared.roles import Role

blueprint = Blueprint("console_people", __name__, url_prefix="/console/people")


@blueprint.get("/")
@roles(*frame.PEOPLE_DESK)
def show() -> str:
    """The list."""
    with edge.reading() as work:
        return frame.page(
            work,
            "console/people.html",
            lines=views_people.people(work),
            sees_agencies=Role.PLATFORM_ADMIN in work.who.roles,
        )
