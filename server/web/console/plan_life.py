"""A plan in force: amended by a new version, published, closed. Each act opens the plan again."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import amendments, plan_checks, plan_ending, plan_publication
from server.web.console import frame
from server.web.console.plan_form import MOST_TARGETS
from server.web.typed import required
from shared.roles import Role

blueprint = Blueprint("life", __name__)


@blueprint.post("/<plan_id>/amend")
@roles(Role.PLANNER)
def amend(plan_id: str) -> Response:
    """Begin the next version, opened for writing where the page can hold it."""
    reason = required("reason", amendments.LONGEST_REASON)
    with edge.working() as work:
        made = amendments.begin(work, plan_id, reason).id
        targets = len(plan_checks.targets_of(work, made))
    flash(_("已按现行版本起草变更。备案之前，现行计划照常执行。"))
    if targets > MOST_TARGETS:
        return _back(made)
    address = url_for("console_plans.editor.edit_form", plan_id=made)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.post("/<plan_id>/publish")
@roles(Role.HEAD)
def publish(plan_id: str) -> Response:
    """Let anybody know of it."""
    with edge.working() as work:
        plan_publication.publish(work, plan_id)
    return _back(plan_id)


@blueprint.post("/<plan_id>/close")
@roles(Role.HEAD)
def close(plan_id: str) -> Response:
    """Close it by hand, with the reason."""
    reason = required("reason", plan_ending.LONGEST_REASON)
    with edge.working() as work:
        plan_ending.close(work, plan_id, reason)
    return _back(plan_id)


def _back(plan_id: str) -> Response:
    address = url_for("console_plans.one", plan_id=plan_id, **frame.kept(frame.wanted()))
    return redirect(address, HTTPStatus.SEE_OTHER)
