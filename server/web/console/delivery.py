"""What could not be delivered by any channel, to be sent again or served by hand."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import contact_doubts, dead_letters, notices, paper_service, telling
from server.services.paper_service import SERVERS
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.work import Work
from shared.content import words
from shared.content.service import Service
from shared.errors import BadInput
from shared.localtime import SHANGHAI
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
            unsigned=notices.unsigned_ones(work),
            untold=telling.listed(work),
            doubtful=contact_doubts.listed(work),
            may_retry=work.who.is_any(RETRIERS),
            may_serve=work.who.is_any(SERVERS),
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


@blueprint.get("/notices/<document_id>/paper")
@roles(*SERVERS)
def paper_form(document_id: str) -> str:
    """What stands on a slip, to be filled in."""
    with edge.reading() as work:
        return _paper(work, document_id, Fields.empty())


@blueprint.post("/notices/<document_id>/paper")
@roles(*SERVERS)
def paper(document_id: str) -> Response | tuple[str, int]:
    """Note that a result was served on paper."""
    typed = fields.typed()
    try:
        slip = _slip(typed)
        with edge.working() as work:
            paper_service.note(work, document_id, slip)
    except BadInput as refused:
        with edge.reading() as work:
            page = _paper(work, document_id, typed.refused(refused))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已登记送达，送达回证已编号。"))
    return _back()


def _slip(typed: Fields) -> Service:
    """What stands on the signed slip, as it was typed; `BadInput` without a time."""
    day, clock = typed.day("served_on"), typed.clock("served_time")
    if day is None or clock is None:
        raise BadInput("When was it served?", errors={f"/{name}": "?" for name in typed.wrong})
    return Service(
        method=typed["method"],
        outcome=typed["outcome"],
        place=typed["place"].strip(),
        sent_at=None,
        opened_at=None,
        served_at=datetime.combine(day, clock, SHANGHAI),
        name=typed["name"].strip(),
        capacity=typed["capacity"].strip(),
        reason=typed["reason"].strip(),
        witness=typed["witness"].strip(),
        proof=typed["proof"].strip(),
    )


def _paper(work: Work, document_id: str, typed: Fields) -> str:
    return frame.page(
        work,
        "console/paper_service.html",
        line=notices.line(work, document_id),
        methods=[(code, words.SERVICE_METHODS[code]) for code in paper_service.OUTCOMES],
        typed=typed,
    )


def _back() -> Response:
    return redirect(url_for("console_delivery.show"), HTTPStatus.SEE_OTHER)
