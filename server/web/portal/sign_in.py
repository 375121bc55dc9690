"""Signing in without a link: a credit code, a number, and the code that is sent there.

What is asked is answered in one way, whoever's number it is. The page with the field for the code
looks nothing up: who has only its address learns nothing by it.
"""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.limits import ASK_CODE, CODE, limiter
from server.refusals import CodeExpired, WrongCode
from server.sentences import sentence
from server.services import portal_sign_in
from server.web.language import said
from shared.errors import BadInput, DomainError, TooMany
from shared.roles import Role

blueprint = Blueprint("portal_sign_in", __name__, url_prefix="/portal/sign-in")


@blueprint.get("")
@roles(Role.PUBLIC)
def show() -> str:
    """Whose inspections, and where the code goes."""
    return render_template("portal/sign_in.html", filled={}, wrong={}, problem="")


@blueprint.post("")
@roles(Role.PUBLIC)
@limiter.limit(ASK_CODE)
def ask() -> Response | tuple[str, int]:
    """Ask for a code."""
    firm, address = request.form.get("uscc", "").strip(), request.form.get("address", "").strip()
    try:
        with edge.working() as work:
            ticket = portal_sign_in.ask(work, firm, address)
    except BadInput as refused:
        wrong = {
            "uscc": _("请填写 18 位统一社会信用代码，末位也要对。"),
            "address": _("请填写手机号或邮箱地址。"),
        }
        where = {name.lstrip("/"): wrong[name.lstrip("/")] for name in refused.errors}
        return _asked_badly(where, ""), HTTPStatus.UNPROCESSABLE_ENTITY
    except TooMany as refused:
        return _asked_badly({}, said(sentence(refused.code))), HTTPStatus.TOO_MANY_REQUESTS
    address = url_for("portal_sign_in.code_form", ticket=ticket.secret)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get("/<ticket>")
@roles(Role.PUBLIC)
def code_form(ticket: str) -> str:
    """Where the code is typed in."""
    return _code_page(ticket, None)


@blueprint.post("/<ticket>")
@roles(Role.PUBLIC)
@limiter.limit(CODE)
def enter(ticket: str) -> Response | tuple[str, int]:
    """Try a code; a right one begins a portal session."""
    with edge.working() as work:
        entry = portal_sign_in.enter(work, ticket, request.form.get("code", ""))
    try:
        session = entry.accepted()
    except (WrongCode, CodeExpired) as refused:
        return _code_page(ticket, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    edge.sign_in_page_session(session, place=edge.PORTAL_SECRET)
    return redirect(url_for("portal.home"), HTTPStatus.SEE_OTHER)


def _asked_badly(wrong: dict[str, str], problem: str) -> str:
    return render_template("portal/sign_in.html", filled=request.form, wrong=wrong, problem=problem)


def _code_page(ticket: str, problem: DomainError | None) -> str:
    return render_template(
        "portal/sign_in_code.html",
        ticket=ticket,
        problem=said(sentence(problem.code)) if problem else "",
        tries_left=problem.facts.get("tries_left") if problem else None,
    )
