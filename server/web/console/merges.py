"""综合查一次: joint visits proposed beside each other; supervision searches, the heads decide."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import merge_searches, merges, views_merges
from server.services.views_merges import MergeView
from server.web.console import frame
from server.work import Work
from shared.errors import BadInput
from shared.roles import Role

blueprint = Blueprint("console_merges", __name__, url_prefix="/console/merges")


@blueprint.get("/")
@roles(*frame.MERGES)
def show() -> str:
    """The list, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/<proposal_id>")
@roles(*frame.MERGES)
def one(proposal_id: str) -> str:
    """One proposal: beside the list, or by itself for htmx."""
    with edge.reading() as work:
        return _page(work, views_merges.one(work, proposal_id))


@blueprint.post("/searches")
@roles(Role.SUPERVISION)
def search() -> Response:
    """Have the planned visits of the region looked at."""
    with edge.working() as work:
        merge_searches.ask(work, since=_day("since"), until=_day("until"))
    return redirect(url_for("console_merges.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<proposal_id>/accept")
@roles(Role.HEAD)
def accept(proposal_id: str) -> Response:
    """Accept for the tasks of one's own agency."""
    with edge.working() as work:
        merges.accept(work, proposal_id)
    return _back(proposal_id)


@blueprint.post("/<proposal_id>/decline")
@roles(Role.HEAD)
def decline(proposal_id: str) -> Response:
    """Decline it for all."""
    with edge.working() as work:
        merges.decline(work, proposal_id, request.form.get("reason", ""))
    return _back(proposal_id)


@blueprint.post("/<proposal_id>/dissolve")
@roles(Role.HEAD)
def dissolve(proposal_id: str) -> Response:
    """Take a joint visit apart that nobody has begun."""
    with edge.working() as work:
        merges.dissolve(work, proposal_id, request.form.get("reason", ""))
    return _back(proposal_id)


def _back(proposal_id: str) -> Response:
    kept = frame.kept(frame.wanted())
    address = url_for("console_merges.one", proposal_id=proposal_id, **kept)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise BadInput("Not a day.", errors={f"/{name}": "YYYY-MM-DD"}) from None


def _page(work: Work, view: MergeView | None) -> str:
    wanted = frame.wanted()
    shown = {"view": view, "kept": frame.kept(wanted)}
    if frame.is_fragment() and view is not None:
        row = "console/merge_row.html"
        return frame.beside(work, "console/merge.html", row, view.line, **shown)
    return frame.page(
        work,
        "console/merges.html",
        wanted=wanted,
        page=views_merges.lines(work, wanted),
        search=views_merges.search(work),
        may_search=work.who.is_any((Role.SUPERVISION,)),
        **shown,
    )
