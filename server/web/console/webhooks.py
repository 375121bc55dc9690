"""The log of calls to other systems."""

from flask import Blueprint

from server import edge
from server.access import roles
from server.services import webhooks
from server.web.console import frame

blueprint = Blueprint("console_webhooks", __name__, url_prefix="/console/webhooks")


@blueprint.get("/")
@roles(*webhooks.READERS)
def show() -> str:
    """The newest calls and what came of them."""
    with edge.reading() as work:
        return frame.page(work, "console/webhooks.html", lines=webhooks.log(work))
