"""An enterprise's notices: opened by an act of its own, read, and signed for."""

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.sentences import sentence
from server.services import (
    documents,
    notice_links,
    notices,
    portal_visits,
    receipts_of_notices,
)
from server.services.notices import NoticeView
from server.web.downloads import inline_pdf
from server.web.language import said
from shared.canonical import parse
from shared.errors import BadInput
from shared.roles import Role

ENTERPRISE = (Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
RECENT = 10

blueprint = Blueprint("portal", __name__, url_prefix="/portal")


@blueprint.get("/")
@roles(Role.PUBLIC)
def home() -> str:
    """What waits for the enterprise, or how to get in."""
    who = edge.who()
    if not who.is_any(ENTERPRISE):
        return render_template("portal/list.html", lines=None)
    with edge.reading() as work:
        return render_template(
            "portal/list.html",
            lines=notices.of_enterprise(work, limit=RECENT),
            to_sign=portal_visits.to_sign(work),
            upcoming=portal_visits.upcoming(work),
            who=who,
        )


@blueprint.get("/notices/<document_id>")
@roles(*ENTERPRISE)
def notice(document_id: str) -> str:
    """The cover until it is opened, the content afterwards."""
    with edge.reading() as work:
        view = notices.read(work, document_id)
    if view.opened_at is None:
        return render_template("portal/envelope.html", view=view)
    return _content(view)


@blueprint.post("/notices/<document_id>/open")
@roles(*ENTERPRISE)
def open_notice(document_id: str) -> Response:
    """Open it: from now on it counts as read."""
    with edge.working() as work:
        notices.open_(work, document_id)
    return redirect(url_for("portal.notice", document_id=document_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/notices/<document_id>/receipt")
@roles(*ENTERPRISE)
def sign(document_id: str) -> Response | tuple[str, int]:
    """Sign for it. What cannot be taken is said beside the form, with what was typed."""
    try:
        with edge.working() as work:
            receipts_of_notices.sign(
                work,
                document_id,
                name=request.form.get("name", "").strip(),
                capacity=request.form.get("capacity", "").strip(),
                strokes=_strokes(),
            )
    except BadInput as refused:
        with edge.reading() as work:
            view = notices.read(work, document_id)
        return _content(view, problem=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    address = url_for("portal.notice", document_id=document_id, signed="now")
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.post("/notices/<document_id>/refuse")
@roles(*ENTERPRISE)
def refuse(document_id: str) -> Response | tuple[str, int]:
    """Say that one will not sign for it, and why."""
    try:
        with edge.working() as work:
            notices.refuse(work, document_id, request.form.get("why", ""))
    except BadInput as refused:
        with edge.reading() as work:
            view = notices.read(work, document_id)
        return _content(view, problem=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("portal.notice", document_id=document_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/documents/<document_id>/pdf")
@roles(*ENTERPRISE)
def document_pdf(document_id: str) -> Response:
    """The document itself."""
    with edge.working() as work:
        return inline_pdf(documents.pdf(work, document_id))


@blueprint.post("/leave")
@roles(*ENTERPRISE)
def leave() -> Response:
    """End the session here and on the server."""
    with edge.working() as work:
        notice_links.leave(work)
    edge.sign_out_page_session()
    return redirect(url_for("portal.home"), HTTPStatus.SEE_OTHER)


def _content(view: NoticeView, *, problem: BadInput | None = None) -> str:
    rectify_by = view.particulars.get("rectify_by")
    return render_template(
        "portal/notice.html",
        view=view,
        rectify_by=date.fromisoformat(rectify_by) if rectify_by else None,
        just_signed=request.args.get("signed") and view.receipt,
        problem=said(sentence(problem.code)) if problem else "",
        filled={"name": request.form.get("name", ""), "capacity": request.form.get("capacity", "")},
    )


def _strokes() -> Any:
    return parse(request.form.get("strokes", "[]"))
