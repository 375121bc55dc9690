"""What could not be delivered by any channel, to be sent again or served by hand."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import dead_letters, notices
from server.web.console import frame
from shared.roles import Role

RETRIERS = (Role.AGENCY_ADMIN, Role.SUPERVISION)

blueprint = Blueprint("console_delivery", __name__, url_prefix="/console/delivery")


@blueprint.get("/")
@roles(*frame.DELIVERY)
def show() -> str:
    """Dead letters, and notices that reached nobody."""
    with edge.reading() as work:
        return frame.page(
            work,
            "console/delivery.html",
            dead=dead_letters.listed(work),
            undelivered=notices.undelivered_ones(work),
            may_retry=work.who.is_any(RETRIERS),
        )


@blueprint.post("/messages/<message_id>")
@roles(*RETRIERS)
def retry(message_id: str) -> Response:
    """Send a dead letter anew."""
    with edge.working() as work:
        dead_letters.try_again(work, message_id)
    flash(_("已重新排队，马上开始发送。"))
    return _back()


@blueprint.post("/notices/<document_id>")
@roles(*RETRIERS)
def announce(document_id: str) -> Response:
    """Write to the contacts the enterprise has by now."""
    with edge.working() as work:
        count = dead_letters.announce_again(work, document_id)
    if count:
        flash(_("已向 %(n)s 个联系方式重新发送。", n=count))
    else:
        flash(_("没有发送：企业还没有确认过的联系方式。请先登记联系人，或者当面送达。"))
    return _back()


def _back() -> Response:
    return redirect(url_for("console_delivery.show"), HTTPStatus.SEE_OTHER)
