"""The ruling desk: one queue of all that waits for supervision, and each matter beside it."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.models import Visit
from server.services import desk, desk_rulings, desk_versions, gaps
from server.services.desk import Line, Matter, Show, Wanted
from server.services.desk_rulings import Decision
from server.services.desk_versions import Versions
from server.services.scoping import one as there
from server.web.console import frame
from server.work import Work
from shared import rfc3339
from shared.errors import BadInput, NotFound

blueprint = Blueprint("console_desk", __name__, url_prefix="/console/desk")


@blueprint.get("/")
@roles(*frame.QUARANTINE)
def show() -> str:
    """The queue, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/<matter>/<matter_id>")
@roles(*frame.QUARANTINE)
def one(matter: str, matter_id: str) -> str:
    """One matter: beside the queue, or by itself for htmx."""
    with edge.reading() as work:
        return _page(work, there(desk.line(work, _matter(matter), matter_id)))


@blueprint.post("/<matter>/<matter_id>")
@roles(*frame.QUARANTINE)
def rule(matter: str, matter_id: str) -> Response:
    """Ratify, reject or ask again, with a reason."""
    decision = request.form.get("decision", "")
    if decision not in set(Decision):
        raise BadInput("Not a decision.", errors={"/decision": "ratify, reject or ask_again"})
    with edge.working() as work:
        desk_rulings.rule(
            work,
            _matter(matter),
            matter_id,
            Decision(decision),
            request.form.get("reason", ""),
        )
    flash(_("已处理，并记入操作日志。"))
    address = url_for("console_desk.show", **_kept(_wanted()))
    if frame.is_fragment():
        return Response(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return redirect(address, HTTPStatus.SEE_OTHER)


def _page(work: Work, line: Line | None) -> str:
    wanted = _wanted()
    shown: dict[str, Any] = {"opened": line, "kept": _kept(wanted)}
    if line is not None:
        shown |= {
            "versions": _versions(work, line),
            "decisions": desk_rulings.open_to(line),
            "spans": gaps.open_spans(work, line.thing) if line.matter is Matter.GAP else (),
        }
    if frame.is_fragment() and line is not None:
        return frame.beside(work, "console/matter.html", "console/matter_row.html", line, **shown)
    page = desk.lines(work, wanted)
    asked = desk.counts(work, Show.ASKED)
    return frame.page(
        work,
        "console/desk.html",
        wanted=wanted,
        page=page,
        further=_further(page),
        counts=desk.counts(work) if wanted.show is Show.OPEN else asked,
        asked=sum(count.count for count in asked.values()),
        agencies=desk.agencies(work),
        **shown,
    )


def _versions(work: Work, line: Line) -> Versions | None:
    if line.matter is Matter.RETARGET:
        return desk_versions.of_retarget(work, line.id)
    if isinstance(line.thing, Visit):
        return desk_versions.of_visit(work, line.thing)
    if line.matter in (Matter.FORK, Matter.QUARANTINE):
        return desk_versions.of_quarantined(work, line.thing)
    return None


def _matter(text: str) -> Matter:
    if text not in set(Matter):
        raise NotFound("No such thing.")
    return Matter(text)


def _wanted() -> Wanted:
    asked = request.args
    kind = asked.get("kind", "")
    return Wanted(
        show=Show.ASKED if asked.get("show") == Show.ASKED else Show.OPEN,
        matter=Matter(kind) if kind in set(Matter) else None,
        agency_id=asked.get("agency", "")[:64] or None,
        after=_after(asked.get("after", "")),
    )


def _after(text: str) -> tuple[datetime, str] | None:
    moment, _bar, id_ = text.partition("|")
    try:
        return (rfc3339.read(moment), id_) if id_ else None
    except BadInput:
        return None


def _further(page: desk.Page) -> str | None:
    if page.after is None:
        return None
    since, id_ = page.after
    return f"{rfc3339.write(since)}|{id_}"


def _kept(wanted: Wanted) -> dict[str, Any]:
    """The filter as an address carries it on; where a page begins is not carried."""
    kept = {"kind": wanted.matter, "agency": wanted.agency_id}
    found: dict[str, Any] = {name: str(value) for name, value in kept.items() if value}
    return found if wanted.show is Show.OPEN else {**found, "show": str(wanted.show)}
