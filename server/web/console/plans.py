"""Plans: the list beside the plan itself, and the acts of planner and head.

A form of htmx is answered with the plan as it is afterwards; one without, with the whole page.
"""

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.limits import SIGN_IN, limiter
from server.models import PlanStatus
from server.services import (
    decisions,
    filing,
    plan_checks,
    plans,
    views_calendar,
    views_plan,
    views_plans,
)
from server.services.views_plan import PlanView, Shown
from server.web.console import frame, plan_editor, plan_life
from server.web.console.plan_form import MOST_TARGETS
from server.work import Work
from shared.errors import BadInput
from shared.localtime import local_day
from shared.plans.catalogue import RULES
from shared.roles import Role

LONGEST_TEXT = 2000
DIGITS = 8  # of a place among the enterprises of a plan
YEARS = range(2020, 2101)

blueprint = Blueprint("console_plans", __name__, url_prefix="/console/plans")
blueprint.register_blueprint(plan_editor.blueprint)
blueprint.register_blueprint(plan_life.blueprint)


@blueprint.get("/")
@roles(*frame.PLANS)
def show() -> str:
    """The list, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/calendar")
@roles(*frame.PLANS)
def calendar() -> str:
    """A year's plans side by side; this year's unless another is asked for."""
    asked = request.args.get("year", "")
    with edge.reading() as work:
        today = local_day(work.now)
        is_year = asked.isascii() and asked.isdecimal() and int(asked[:5]) in YEARS
        return frame.page(
            work,
            "console/calendar.html",
            view=views_calendar.year(work, int(asked) if is_year else today.year),
            today=today,
            sees_many=frame.sees_many(work.who),
        )


@blueprint.get("/<plan_id>")
@roles(*frame.PLANS)
def one(plan_id: str) -> str | Response:
    """One plan: beside the list, or by itself for htmx; an amendment that is filed is its plan."""
    with edge.reading() as work:
        view = views_plan.one(work, plan_id, _shown())
        if view.plan.status != PlanStatus.TAKEN_UP:
            return _page(work, view)
    return _back(view.plan.amends_id or plan_id)


@blueprint.post("/<plan_id>/submit")
@roles(Role.PLANNER)
def submit(plan_id: str) -> Response:
    """Hand it to the head; what stands against that is shown as it is found."""
    with edge.working() as work:
        plans.submit(work, plan_id)
    return _back(plan_id)


@blueprint.post("/<plan_id>/check")
@roles(Role.PLANNER)
def check(plan_id: str) -> Response:
    """Have the rules look again."""
    with edge.working() as work:
        plan_checks.check(work, plan_id)
    return _back(plan_id)


@blueprint.post("/<plan_id>/drop-blocked")
@roles(Role.PLANNER)
def drop_blocked(plan_id: str) -> Response:
    """Take out every enterprise that a rule forbids."""
    with edge.working() as work:
        plans.drop_blocked(work, plan_id)
    return _back(plan_id)


@blueprint.post("/<plan_id>/findings/<finding_id>")
@roles(Role.PLANNER)
def explain(plan_id: str, finding_id: str) -> Response:
    """Give the reason that a finding wants."""
    with edge.working() as work:
        plan_checks.explain(work, plan_id, [(finding_id, _said("explanation"))])
    return _back(plan_id)


@blueprint.post("/<plan_id>/approve")
@roles(Role.HEAD)
@limiter.limit(SIGN_IN)
def approve(plan_id: str) -> Response:
    """Approve with a time code used for this alone."""
    proof = edge.prove_second_factor(request.form.get("totp"))
    with edge.working() as work:
        decisions.approve(work, plan_id, version=_version(), proof=proof)
    return _back(plan_id)


@blueprint.post("/<plan_id>/return")
@roles(Role.HEAD)
def give_back(plan_id: str) -> Response:
    """Return it to its planner with the reason."""
    with edge.working() as work:
        decisions.send_back(work, plan_id, version=_version(), reason=_said("reason"))
    return _back(plan_id)


@blueprint.post("/<plan_id>/file")
@roles(Role.PLANNER, Role.HEAD)
def file(plan_id: str) -> Response:
    """File it: number, tasks, codes."""
    with edge.working() as work:
        filed = filing.file(work, plan_id).id
    return _back(filed)


def _page(work: Work, view: PlanView | None) -> str:
    wanted = frame.wanted()
    shown = {
        "view": view,
        "kept": frame.kept(wanted),
        "rules": RULES,
        "most_typed": MOST_TARGETS,
    }
    if frame.is_fragment() and view is not None:
        line = views_plans.line(work, view.plan.id)
        return frame.beside(work, "console/plan.html", "console/plan_row.html", line, **shown)
    return frame.page(
        work,
        "console/plans.html",
        wanted=wanted,
        page=views_plans.lines(work, wanted),
        counts=views_plans.counts(work),
        sees_many=frame.sees_many(work.who),
        **shown,
    )


def _shown() -> Shown:
    """Which of the plan's enterprises the address asks for."""
    effect = request.args.get("effect", "")
    return Shown(
        text=request.args.get("target", "").strip()[: frame.LONGEST_SEARCH],
        effect=effect if effect in views_plan.EFFECTS else "",
        after=_place("after"),
        changes=_place("changes"),
        version=_place("version"),
    )


def _place(name: str) -> int:
    """A number in the address; 0 for anything else."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < DIGITS else 0


def _said(field: str) -> str:
    """A text that must not be empty."""
    text = request.form.get(field, "").strip()
    if not text:
        raise BadInput("Nothing was written.", errors={f"/{field}": "Required."})
    return text[:LONGEST_TEXT]


def _version() -> int:
    """The version the person was looking at."""
    told = request.form.get("version", "")
    if not told.isdecimal():
        raise BadInput("It does not say which version.", errors={"/version": "Required."})
    return int(told)


def _back(plan_id: str) -> Response:
    address = url_for("console_plans.one", plan_id=plan_id, **frame.kept(frame.wanted()))
    return redirect(address, HTTPStatus.SEE_OTHER)
