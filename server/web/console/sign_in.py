"""Signing in to the console and out of it. It never says which of the three was wrong."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import edge
from server.access import PEOPLE, roles
from server.limits import SIGN_IN, limiter
from server.models import SessionKind
from server.services import identity
from shared.roles import Role

blueprint = Blueprint("console_sign_in", __name__, url_prefix="/console")


@blueprint.get("/login")
@roles(Role.PUBLIC)
def show() -> str | Response:
    """The form; a request of htmx is sent to it as a whole page."""
    if request.headers.get("HX-Request"):
        return Response(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": request.path})
    return _form(username="")


@blueprint.post("/login")
@roles(Role.PUBLIC)
@limiter.limit(SIGN_IN)
def sign_in() -> tuple[str, int] | Response:
    """Begin a session, or show the form again with what to do."""
    username = request.form.get("username", "").strip()
    with edge.working() as work:
        attempt = identity.sign_in(
            work,
            username=username,
            password=request.form.get("password", ""),
            totp=request.form.get("totp") or None,
            kind=SessionKind.WEB,
            user_agent=request.user_agent.string,
        )
    if attempt.session is None:
        return _form(username=username, refused="yes"), HTTPStatus.UNAUTHORIZED
    edge.sign_in_page_session(attempt.session.secret)
    return redirect(url_for("console_queue.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/logout")
@roles(*PEOPLE)
def sign_out() -> Response:
    """End the session here and on the server."""
    with edge.working() as work:
        identity.sign_out(work)
    edge.sign_out_page_session()
    return redirect(url_for("console_sign_in.show"), HTTPStatus.SEE_OTHER)


def _form(*, username: str, refused: str = "") -> str:
    return render_template("console/sign_in.html", username=username, refused=refused)
