"""What enterprises put to an agency or to supervision, and what they report as put right."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.models import TicketKind
from server.services import portal_files, rectification_deadlines, rectifications, tickets
from server.services.rectifications import Outcome
from server.services.tickets import OUTCOMES
from server.web.console import frame
from server.web.downloads import file_number, sent_along
from server.work import Work
from shared.errors import BadInput

blueprint = Blueprint("console_requests", __name__, url_prefix="/console/requests")
rectifying = Blueprint("console_rectifications", __name__, url_prefix="/console/rectifications")


@blueprint.get("/")
@roles(*tickets.READERS)
def show() -> str:
    """What is open, or what was answered."""
    answered = request.args.get("status") == "answered"
    with edge.reading() as work:
        lines = tickets.listed(work, answered=answered)
        return frame.page(work, "console/requests.html", lines=lines, answered=answered)


@blueprint.get("/<ticket_id>")
@roles(*tickets.READERS)
def one(ticket_id: str) -> str:
    """One, and a form to answer it if it is for who asks to do so."""
    with edge.reading() as work:
        line = tickets.read(work, ticket_id)
        return frame.page(
            work,
            "console/request.html",
            line=line,
            may_answer=tickets.may_answer(work, line.ticket),
            outcomes=OUTCOMES[TicketKind(line.ticket.kind)],
        )


@blueprint.post("/<ticket_id>")
@roles(*tickets.READERS)
def answer(ticket_id: str) -> Response:
    """Decide it."""
    said = request.form
    with edge.working() as work:
        tickets.answer(work, ticket_id, said.get("outcome", ""), said.get("answer", ""))
    flash(_("已答复，企业可以在门户看到。"))
    return redirect(url_for("console_requests.one", ticket_id=ticket_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<ticket_id>/files/<n>")
@roles(*tickets.READERS)
def file(ticket_id: str, n: str) -> Response:
    """A file sent along."""
    with edge.reading() as work:
        files = tickets.read(work, ticket_id).ticket.files
        return sent_along(*portal_files.read(work, files, file_number(n)))


@rectifying.get("/")
@roles(*rectifications.READERS)
def waiting() -> str:
    """Visits with something to look at."""
    with edge.reading() as work:
        return frame.page(
            work,
            "console/rectifications.html",
            lines=rectifications.waiting(work),
            late=rectification_deadlines.late(work),
        )


@rectifying.get("/<visit_id>")
@roles(*rectifications.READERS)
def course(visit_id: str) -> str:
    """What one enterprise reported, problem by problem."""
    with edge.reading() as work:
        line, found = rectifications.read(work, visit_id)
        return frame.page(
            work,
            "console/rectification.html",
            line=line,
            course=found,
            outcomes=tuple(Outcome),
            may_check=work.who.is_any(rectifications.CHECKERS),
        )


@rectifying.post("/<visit_id>")
@roles(*rectifications.CHECKERS)
def act(visit_id: str) -> Response:
    """Say whether a problem was put right; the head may give more time."""
    do = request.form.get("do", "")
    if do not in STEPS:
        raise BadInput("Not a step.", errors={"/do": ", ".join(STEPS)})
    with edge.working() as work:
        STEPS[do](work, visit_id)
    flash(_("已记录，企业可以在门户看到。"))
    address = url_for("console_rectifications.course", visit_id=visit_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


@rectifying.get("/<visit_id>/<point>/<n>")
@roles(*rectifications.READERS)
def photo(visit_id: str, point: str, n: str) -> Response:
    """A photo of what was put right."""
    with edge.reading() as work:
        return sent_along(*rectifications.file(work, visit_id, point, file_number(n)))


def _check(work: Work, visit_id: str) -> None:
    said = request.form
    rectifications.check(
        work, visit_id, said.get("point", ""), said.get("outcome", ""), said.get("note", "")
    )


def _give(work: Work, visit_id: str) -> None:
    rectifications.give_time(work, visit_id, granted=True)


def _refuse(work: Work, visit_id: str) -> None:
    rectifications.give_time(work, visit_id, granted=False)


STEPS: Mapping[str, Callable[[Work, str], None]] = {
    "check": _check,
    "give": _give,
    "refuse": _refuse,
}
