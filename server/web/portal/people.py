"""Who of the enterprise may come in; for its owner."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.limits import ASK_CODE, limiter
from server.notify.letter import PERSONAL
from server.sentences import sentence
from server.services import portal_consent, portal_people
from server.web.language import said
from shared.errors import BadInput, Conflict, TooMany
from shared.roles import Role

blueprint = Blueprint("portal_people", __name__, url_prefix="/portal/people")


@blueprint.get("")
@roles(Role.ENTERPRISE_OWNER)
def show() -> str:
    """Everybody, and a form to name one more."""
    return _page()


@blueprint.post("")
@roles(Role.ENTERPRISE_OWNER)
@limiter.limit(ASK_CODE)
def invite() -> Response | tuple[str, int]:
    """Name a user, who is written to."""
    form = {field: request.form.get(field, "").strip() for field in ("name", "capacity", "address")}
    try:
        with edge.working() as work:
            portal_people.invite(work, **form)
    except (BadInput, Conflict, TooMany) as refused:
        return _page(problem=said(sentence(refused.code))), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已发出邀请。对方用这个号码登录后，就能查看和签收。"))
    return redirect(url_for("portal_people.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<contact_id>/remove")
@roles(Role.ENTERPRISE_OWNER)
def remove(contact_id: str) -> Response:
    """Let somebody go."""
    with edge.working() as work:
        portal_people.remove(work, contact_id)
    flash(_("已移除，对方不能再登录，也不会再收到告知。"))
    return redirect(url_for("portal_people.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/consent")
@roles(Role.ENTERPRISE_OWNER)
def consent() -> Response:
    """Agree to electronic service, say how to be written to, or take it back."""
    with edge.working() as work:
        if request.form.get("do") == "withdraw":
            portal_consent.withdraw(work)
            flash(_("已撤回。以后的文书由检查机关纸质送达，您仍可以在这里查看。"))
        else:
            portal_consent.give(work, request.form.get("prefers", ""))
            flash(_("已记录。以后的文书按您选的方式电子送达。"))
    return redirect(url_for("portal_people.show"), HTTPStatus.SEE_OTHER)


def _page(problem: str = "") -> str:
    with edge.reading() as work:
        return render_template(
            "portal/people.html",
            people=portal_people.listed(work),
            service=portal_consent.read(work),
            channels=PERSONAL,
            who=work.who,
            problem=problem,
            filled=request.form,
        )
