"""Visits: the list beside the visit as its chain tells it, and the ruling of supervision."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import case_export, rulings, views_visit, views_visits, visit_papers
from server.services import evidence as files
from server.services.rulings import Decision
from server.services.views_visit import VisitView
from server.services.views_visits import Filter, Show
from server.web.console import frame, visit_map
from server.web.downloads import attached
from server.work import Work
from shared.errors import BadInput
from shared.roles import Role

CASE = (Role.HEAD, Role.SUPERVISION)

blueprint = Blueprint("console_visits", __name__, url_prefix="/console/visits")


@blueprint.get("/")
@roles(*frame.VISITS)
def show() -> str:
    """The list, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/<visit_id>")
@roles(*frame.VISITS)
def one(visit_id: str) -> str:
    """One visit: beside the list, or by itself for htmx."""
    with edge.reading() as work:
        return _page(work, views_visit.one(work, visit_id))


@blueprint.get("/evidence/<evidence_id>")
@roles(*frame.VISITS)
def evidence(evidence_id: str) -> Response:
    """On to an address that takes no cookie and holds for a few minutes."""
    with edge.reading() as work:
        link = files.link(work, files.find(work, evidence_id))
    return redirect(url_for("evidence.Content", token=link), HTTPStatus.FOUND)


@blueprint.get("/<visit_id>/case")
@roles(*CASE)
def case(visit_id: str) -> Response:
    """The case file, which anybody can check with the platform's public key alone."""
    with edge.working() as work:
        exported = case_export.of_visit(work, visit_id)
    return attached(exported.archive, "application/zip", f"case-{visit_id}.zip")


@blueprint.post("/<visit_id>/ruling")
@roles(Role.SUPERVISION)
def rule(visit_id: str) -> Response:
    """Ratify an irregular visit, or not."""
    decision = request.form.get("ruling", "")
    if decision not in set(Decision):
        raise BadInput("Not a decision.", errors={"/ruling": "ratify or reject"})
    with edge.working() as work:
        rulings.rule(work, visit_id, Decision(decision), request.form.get("reason", ""))
    address = url_for("console_visits.one", visit_id=visit_id, **_kept(_wanted()))
    return redirect(address, HTTPStatus.SEE_OTHER)


def _page(work: Work, view: VisitView | None) -> str:
    wanted = _wanted()
    shown = {
        "view": view,
        "kept": _kept(wanted),
        "map": visit_map.drawn(view) if view else None,
        "musts": visit_map.musts(view) if view else (),
        "may_rule_quarantine": Role.SUPERVISION in work.who.roles,
        "may_export": work.who.is_any(CASE),
        "may_ask": work.who.is_any(CASE),
        "may_write": view is not None and visit_papers.may_write(work, view.visit.id),
        "may_rule": view is not None and _may_rule(work, view),
    }
    if frame.is_fragment() and view is not None:
        line = views_visits.line(work, view.visit.id)
        return frame.beside(work, "console/visit.html", "console/visit_row.html", line, **shown)
    return frame.page(
        work,
        "console/visits.html",
        wanted=wanted,
        page=views_visits.lines(work, wanted),
        counts=views_visits.counts(work),
        sees_many=frame.sees_many(work.who),
        **shown,
    )


def _may_rule(work: Work, view: VisitView) -> bool:
    """Whether the buttons are there; the service itself decides again."""
    waits = view.visit.irregular and view.visit.ruling is None
    return waits and Role.SUPERVISION in work.who.roles


def _wanted() -> Filter:
    asked = request.args.get("show", "")
    return Filter(
        show=Show(asked) if asked in set(Show) else Show.ALL,
        text=request.args.get("text", "").strip()[:100],
        before=request.args.get("before", ""),
    )


def _kept(wanted: Filter) -> dict[str, Any]:
    kept = {"text": wanted.text} if wanted.text else {}
    return kept if wanted.show is Show.ALL else {**kept, "show": str(wanted.show)}
