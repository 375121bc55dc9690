"""What an enterprise asks for: an objection, a complaint, an opinion; and putting right."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.models import TicketKind
from server.sentences import sentence
from server.services import notices, portal_files, portal_visits, rectifications, tickets
from server.services.portal_visits import ENTERPRISE
from server.services.tickets import FORBIDDEN_ACTS, Draft
from server.web.downloads import file_number, sent_along
from server.web.language import said
from server.web.typed import required_day
from server.work import Work
from shared.errors import BadInput, Conflict, DomainError, Expired

blueprint = Blueprint("portal_requests", __name__, url_prefix="/portal")


@blueprint.get("/requests")
@roles(*ENTERPRISE)
def listed() -> str:
    """Everything that was put, and how far it has come."""
    with edge.reading() as work:
        return render_template("portal/requests.html", lines=tickets.own(work), who=work.who)


@blueprint.get("/requests/new")
@roles(*ENTERPRISE)
def form() -> str:
    """An empty form of one kind, about one visit or none."""
    return _form(request.args.get("kind", ""), request.args.get("visit") or None)


@blueprint.post("/requests/new")
@roles(*ENTERPRISE)
def put() -> Response | tuple[str, int]:
    """Put it. What cannot be taken is said above the form, with what was typed."""
    said_so = request.form
    kind, visit_id = said_so.get("kind", ""), said_so.get("visit") or None
    if kind not in set(TicketKind):
        raise BadInput("Not a kind.", errors={"/kind": ", ".join(TicketKind)})
    draft = Draft(
        kind=TicketKind(kind),
        text=said_so.get("text", ""),
        visit_id=visit_id,
        agency_id=said_so.get("agency") or None,
        category=said_so.get("category", ""),
        points=said_so.getlist("points"),
        files=_files(),
    )
    try:
        with edge.working() as work:
            ticket_id = tickets.put(work, draft).id
    except (BadInput, Conflict, Expired) as refused:
        return _form(kind, visit_id, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已提交。办理结果会出现在这里。"))
    address = url_for("portal_requests.one", ticket_id=ticket_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get("/requests/<ticket_id>")
@roles(*ENTERPRISE)
def one(ticket_id: str) -> str:
    """One, with its answer."""
    with edge.reading() as work:
        line = tickets.own_one(work, ticket_id)
        return render_template("portal/request.html", line=line, who=work.who)


@blueprint.get("/requests/<ticket_id>/files/<n>")
@roles(*ENTERPRISE)
def ticket_file(ticket_id: str, n: str) -> Response:
    """A file sent along."""
    with edge.reading() as work:
        files = tickets.own_one(work, ticket_id).ticket.files
        return sent_along(*portal_files.read(work, files, file_number(n)))


@blueprint.get("/inspections/<visit_id>/rectification")
@roles(*ENTERPRISE)
def rectification(visit_id: str) -> str:
    """What is to be put right after a visit, problem by problem."""
    return _rectification(visit_id)


@blueprint.post("/inspections/<visit_id>/rectification")
@roles(*ENTERPRISE)
def rectify(visit_id: str) -> Response | tuple[str, int]:
    """Tell what was done about a problem, or ask for more time."""
    do = request.form.get("do", "")
    if do not in STEPS:
        raise BadInput("Not a step.", errors={"/do": ", ".join(STEPS)})
    try:
        with edge.working() as work:
            STEPS[do](work, visit_id)
    except (BadInput, Conflict) as refused:
        return _rectification(visit_id, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已提交给检查机关。"))
    address = url_for("portal_requests.rectification", visit_id=visit_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get("/inspections/<visit_id>/rectification/<point>/<n>")
@roles(*ENTERPRISE)
def rectification_file(visit_id: str, point: str, n: str) -> Response:
    """A photo of what was put right."""
    with edge.reading() as work:
        return sent_along(*rectifications.file(work, visit_id, point, file_number(n)))


def _form(kind: str, visit_id: str | None, refused: DomainError | None = None) -> str:
    with edge.reading() as work:
        line = portal_visits.one_line(work, visit_id) if visit_id else None
        result = None
        if line is not None and line.notice_id is not None and kind == TicketKind.OBJECTION:
            result = notices.read(work, line.notice_id)
        return render_template(
            "portal/request_new.html",
            kind=TicketKind(kind) if kind in set(TicketKind) else TicketKind.EXPERIENCE,
            line=line,
            result=result if result is not None and result.opened_at else None,
            until=tickets.objection_until(work, visit_id) if visit_id else None,
            agencies=[] if line else tickets.agencies(work),
            acts=FORBIDDEN_ACTS,
            filled=request.form,
            chosen=request.form.getlist("points"),
            problem=said(sentence(refused.code)) if refused else "",
            who=work.who,
        )


def _rectification(visit_id: str, refused: DomainError | None = None) -> str:
    with edge.reading() as work:
        return render_template(
            "portal/rectification.html",
            course=rectifications.own(work, visit_id),
            line=portal_visits.one_line(work, visit_id),
            problem=said(sentence(refused.code)) if refused else "",
            filled=request.form,
            who=work.who,
        )


def _files() -> list[bytes]:
    return [sent.read(portal_files.LARGEST + 1) for sent in request.files.getlist("files")]


def _report(work: Work, visit_id: str) -> None:
    typed = request.form
    point, measure = typed.get("point", ""), typed.get("measure", "")
    day = required_day("completed_on") if typed.get("completed_on") else None
    rectifications.report(work, visit_id, point, measure, _files(), completed_on=day)


def _ask(work: Work, visit_id: str) -> None:
    until = required_day("until")
    rectifications.ask_for_time(work, visit_id, until, request.form.get("why", ""))


STEPS: Mapping[str, Callable[[Work, str], None]] = {"report": _report, "time": _ask}
