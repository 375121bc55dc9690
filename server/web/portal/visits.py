"""An enterprise's inspections: those that came, those announced, and the code for its door."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import portal_doors, portal_visits, ratings, rectifications, views_door
from server.services.views_door import Standing
from server.web import qr
from shared.ratings import Level
from shared.roles import Role

ENTERPRISE = (Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
LEVELS = tuple(str(int(level)) for level in Level)

blueprint = Blueprint("portal_visits", __name__, url_prefix="/portal")


@blueprint.get("/inspections")
@roles(*ENTERPRISE)
def listed() -> str:
    """Every one, newest first, and those announced."""
    with edge.reading() as work:
        return render_template(
            "portal/inspections.html",
            page=portal_visits.lines(work, request.args.get("before", "")),
            upcoming=portal_visits.upcoming(work),
            who=work.who,
        )


@blueprint.get("/inspections/<visit_id>")
@roles(*ENTERPRISE)
def one(visit_id: str) -> str:
    """One: how it went, and its documents."""
    with edge.reading() as work:
        view = portal_visits.read(work, visit_id)
        return render_template(
            "portal/inspection.html",
            view=view,
            who=work.who,
            course=rectifications.own(work, visit_id) if view.line.outcome else None,
            may_object=view.line.outcome is not None,
            may_rate=view.line.course in ratings.OVER,
            is_rated=ratings.is_given(work, visit_id),
        )


@blueprint.post("/inspections/<visit_id>/rating")
@roles(*ENTERPRISE)
def rate(visit_id: str) -> Response:
    """Rate it, without a name."""
    level = request.form.get("level", "")
    with edge.working() as work:
        ratings.give(
            work,
            visit_id,
            int(level) if level in LEVELS else 0,
            request.form.get("words", ""),
        )
    flash(_("谢谢您的评价。它不署名，也不能再改。"))
    return redirect(url_for("portal_visits.one", visit_id=visit_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/code")
@roles(*ENTERPRISE)
def codes() -> str:
    """The codes to print and hang at the door."""
    with edge.reading() as work:
        return render_template(
            "portal/code.html", codes=portal_doors.listed(work), svg=qr.svg, who=work.who
        )


@blueprint.post("/code/<premise_id>")
@roles(Role.ENTERPRISE_OWNER)
def make_code(premise_id: str) -> Response:
    """A code for a place that has none yet."""
    with edge.working() as work:
        portal_doors.make(work, premise_id)
    flash(_("企业码已生成，可以打印了。"))
    return redirect(url_for("portal_visits.codes"), HTTPStatus.SEE_OTHER)


@blueprint.get("/door")
@roles(Role.PUBLIC)
def door() -> str:
    """Who stands at my door: an officer's code, pasted; the camera of a phone opens it itself."""
    token = portal_doors.token_in(request.args.get("code", ""))
    who = edge.who()
    if not token:
        return render_template("portal/at_my_door.html", who=who)
    with edge.reading() as work:
        check = views_door.officer(work, token)
    ours = None
    if who.uscc and check.shown and check.standing is Standing.VALID:
        ours = check.shown.uscc == who.uscc
    return render_template("portal/door_check.html", check=check, token=token, ours=ours, who=who)
