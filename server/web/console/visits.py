"""Visits: the list beside the visit as its chain tells it, and the ruling of supervision."""

from flask import Blueprint, request

from server import edge
from server.access import roles
from server.services import views_visit, views_visits
from server.services.views_visit import VisitView
from server.services.views_visits import Filter, Show
from server.web.console import frame, visit_map
from server.work import Work

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


def _page(work: Work, view: VisitView | None) -> str:
    wanted = _wanted()
    shown = {
        "view": view,
        "kept": _kept(wanted),
        "map": visit_map.drawn(view) if view else None,
        "musts": visit_map.musts(view) if view else (),
    }
    if frame.is_fragment() and view is not None:
        return frame.fragment("console/visit.html", me=work.who, **shown)
    return frame.page(
        work,
        "console/visits.html",
        wanted=wanted,
        page=views_visits.lines(work, wanted),
        counts=views_visits.counts(work),
        sees_many=frame.sees_many(work.who),
        **shown,
    )


def _wanted() -> Filter:
    asked = request.args.get("show", "")
    return Filter(
        show=Show(asked) if asked in set(Show) else Show.ALL,
        text=request.args.get("text", "").strip()[:100],
        before=request.args.get("before", ""),
    )


def _kept(wanted: Filter) -> dict[str, str]:
    kept = {"text": wanted.text} if wanted.text else {}
    return kept if wanted.show is Show.ALL else {**kept, "show": str(wanted.show)}
