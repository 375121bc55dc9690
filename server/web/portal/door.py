"""The address a message carries: number, agency and date for anybody, the rest behind a code.

No GET changes anything, so a mail scanner or a preview opens nothing and asks for no code.
"""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.limits import CODE, UNKNOWN_LINK, limiter, was_unknown
from server.notify.letter import ChannelName
from server.refusals import CodeExpired, WrongCode
from server.sentences import sentence
from server.services import notice_links
from server.services.notice_links import CodeWay, Door
from server.web.language import said
from shared.errors import DomainError, TooMany
from shared.roles import Role

blueprint = Blueprint("notice", __name__, url_prefix="/n")
guessed = limiter.shared_limit(UNKNOWN_LINK, scope="unknown_link", deduct_when=was_unknown)
"""Links that lead nowhere, of one address, by whichever page they are tried."""


@blueprint.get("/<secret>")
@roles(Role.PUBLIC)
@guessed
def door(secret: str) -> str:
    """What the link is about, and where a code can be sent."""
    return _page(secret)


@blueprint.get("/<secret>/code")
@roles(Role.PUBLIC)
@guessed
def code_form(secret: str) -> str:
    """Where the code is typed in."""
    return _page(secret, asked="yes")


@blueprint.post("/<secret>/code")
@roles(Role.PUBLIC)
@limiter.limit(CODE)
def send_code(secret: str) -> Response | tuple[str, int]:
    """Send a code to the contact this link belongs to."""
    channel = _channel()
    try:
        with edge.working() as work:
            sent = notice_links.send_code(work, secret, channel=channel)
    except TooMany as refused:
        return _page(secret, problem=refused), HTTPStatus.TOO_MANY_REQUESTS
    address = url_for("notice.code_form", secret=secret, by=str(sent.way.channel))
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.post("/<secret>/enter")
@roles(Role.PUBLIC)
@limiter.limit(CODE)
def enter(secret: str) -> Response | tuple[str, int]:
    """Try a code; a right one begins a portal session."""
    with edge.working() as work:
        entry = notice_links.enter(work, secret, request.form.get("code", ""))
    try:
        entered = entry.accepted()
    except (WrongCode, CodeExpired) as refused:
        return _page(secret, asked="yes", problem=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    edge.sign_in_page_session(entered.secret, place=edge.PORTAL_SECRET)
    address = url_for("portal.notice", document_id=entered.document_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _page(secret: str, *, asked: str = "", problem: DomainError | None = None) -> str:
    with edge.reading() as work:
        found = notice_links.find(work, secret)
    return render_template(
        "portal/door.html",
        secret=secret,
        door=found,
        asked=asked,
        way=_way(found, _channel()) if asked else None,
        problem=said(sentence(problem.code)) if problem else "",
        tries_left=problem.facts.get("tries_left") if problem else None,
    )


def _channel() -> ChannelName | None:
    told = request.form.get("channel") or request.args.get("by", "")
    return ChannelName(told) if told in set(ChannelName) else None


def _way(found: Door, channel: ChannelName | None) -> CodeWay | None:
    return next((way for way in found.ways if way.channel is channel), None)
