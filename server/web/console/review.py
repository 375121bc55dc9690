"""The head's desk: what waits, every task listed; clean plans approved together, any returned.

One form for all: what is ticked is approved with one time code, or returned, each plan with its own
reason or the common one. What is refused is said above the list, and what was ticked or written
stays.
"""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.errors import status_of
from server.limits import SIGN_IN, limiter
from server.sentences import sentence
from server.services import triage, views_review
from server.services.views_review import SHOWN, ReviewFilter
from server.web.console import frame
from server.web.language import said
from server.work import Work
from shared.errors import BadInput, DomainError
from shared.plans.model import PlanKind
from shared.roles import Role

LONGEST_REASON = 1000
OWN_REASON = "reason-"
"""Before a plan's id: the field of its own reason."""

blueprint = Blueprint("console_review", __name__, url_prefix="/console/review")


@blueprint.get("/")
@roles(Role.HEAD)
def show() -> str:
    """What waits for this head."""
    with edge.reading() as work:
        return _page(work)


@blueprint.post("/approve")
@roles(Role.HEAD)
@limiter.limit(SIGN_IN)
def approve() -> Response | tuple[str, int]:
    """Approve what is ticked, with a time code used for this alone: all of it or none."""
    try:
        chosen = _chosen()
        proof = edge.prove_second_factor(request.form.get("totp"))
        with edge.working() as work:
            made = triage.approve(work, chosen, proof=proof, reason=_reason("approve_reason"))
    except DomainError as refused:
        return _refused(refused)
    flash(_("已批准 %(n)s 份计划，可以备案了。", n=len(made)))
    return _back()


@blueprint.post("/return")
@roles(Role.HEAD)
def give_back() -> Response | tuple[str, int]:
    """Return what is ticked, each with a reason of its own or else the common one."""
    try:
        chosen = [(id_, version, _reason_for(id_)) for id_, version in _chosen()]
        if not all(reason for _, _, reason in chosen):
            raise BadInput("It is returned for a reason.", errors={"/reason": "Required."})
        with edge.working() as work:
            triage.send_back(work, chosen)
    except DomainError as refused:
        return _refused(refused)
    flash(_("已退回 %(n)s 份计划。", n=len(chosen)))
    return _back()


def _page(work: Work, *, problem: str = "", about: str = "") -> str:
    wanted = _wanted()
    return frame.page(
        work,
        "console/review.html",
        wanted=wanted,
        view=views_review.review(work, wanted),
        kinds=list(PlanKind),
        shown=SHOWN,
        kept=_kept(wanted),
        picked=set(request.form.getlist("plan")),
        written=request.form,
        own_reason=OWN_REASON,
        problem=problem,
        about=about,
        at_once=views_review.AT_ONCE,
    )


def _refused(refused: DomainError) -> tuple[str, int]:
    with edge.reading() as work:
        told = said(sentence(refused.code))
        about = str(refused.facts.get("plan", ""))
        return _page(work, problem=told, about=about), status_of(type(refused))


def _chosen() -> list[tuple[str, int]]:
    """The ticked plans, each with the version that was seen."""
    found = []
    for told in request.form.getlist("plan")[: views_review.AT_ONCE]:
        plan_id, _colon, version = told.partition(":")
        if not (version.isascii() and version.isdecimal()):
            raise BadInput("It does not say which version.", errors={"/plan": "Required."})
        found.append((plan_id, int(version[:9])))
    if not found:
        raise BadInput("Nothing is ticked.", errors={"/plan": "Required."})
    return found


def _reason(field: str) -> str:
    return request.form.get(field, "").strip()[:LONGEST_REASON]


def _reason_for(plan_id: str) -> str:
    return _reason(f"{OWN_REASON}{plan_id}") or _reason("reason")


def _wanted() -> ReviewFilter:
    asked = request.args
    return ReviewFilter(
        show=asked.get("show", ""),
        kind=asked.get("kind", ""),
        planner=asked.get("planner", ""),
        text=asked.get("text", "").strip()[: frame.LONGEST_SEARCH],
    )


def _kept(wanted: ReviewFilter) -> dict[str, Any]:
    """The filter as an address carries it on."""
    every = {name: getattr(wanted, name) for name in ("show", "kind", "planner", "text")}
    return {name: value for name, value in every.items() if value}


def _back() -> Response:
    address = url_for("console_review.show", **_kept(_wanted()))
    return redirect(address, HTTPStatus.SEE_OTHER)
