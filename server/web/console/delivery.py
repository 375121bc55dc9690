"""What could not be delivered by any channel, to be sent again or served by hand."""

from flask import Blueprint

from server import edge
from server.access import roles
from server.web.console import frame

blueprint = Blueprint("console_delivery", __name__, url_prefix="/console/delivery")


@blueprint.get("/")
@roles(*frame.DELIVERY)
def show() -> str:
    """Dead letters."""
    with edge.reading() as work:
        return frame.page(work, "console/delivery.html", counts={}, dead=(), may_retry=False)
