"""The draw desk: freeze a pool, commit, reveal, void; the drawn become a plan in draft."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as Reply

from server import edge
from server.access import roles
from server.models import DrawStatus, InspectionItem
from server.sentences import sentence
from server.services import draws, views_draws
from server.services.draw_pools import List
from server.services.draws import DrawDraft
from server.services.listing import Filter
from server.services.views_draws import DrawView
from server.web.console import frame
from server.web.downloads import attached
from server.web.language import said
from server.web.typed import required, required_day
from server.work import Work
from shared.errors import BadInput, Conflict, DomainError
from shared.roles import Role

PARTIES = (Role.PLANNER, Role.HEAD, Role.SUPERVISION)
LONGEST = 1000
GRADES = ("A", "B", "C", "D")

blueprint = Blueprint("console_draws", __name__, url_prefix="/console/draws")


@blueprint.get("/")
@roles(*frame.PLANS)
def show() -> str:
    """The list, nothing opened."""
    with edge.reading() as work:
        return _page(work, None)


@blueprint.get("/new")
@roles(Role.PLANNER)
def create_form() -> str:
    """An empty form."""
    with edge.reading() as work:
        return _form(work)


@blueprint.post("/new")
@roles(Role.PLANNER)
def create() -> Reply | tuple[str, int]:
    """Freeze the pool."""
    try:
        draft = _draft()
        with edge.working() as work:
            row = draws.freeze(work, draft)
    except BadInput as refused:
        with edge.reading() as work:
            return _form(work, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("名录已冻结，摘要已公示。请双方提交承诺。"))
    return _back(row.id)


@blueprint.get("/<draw_id>")
@roles(*frame.PLANS)
def one(draw_id: str) -> str:
    """One draw: beside the list, or by itself for htmx."""
    with edge.reading() as work:
        return _page(work, views_draws.one_draw(work, draw_id))


@blueprint.post("/<draw_id>/commitment")
@roles(*PARTIES)
def commit(draw_id: str) -> Reply | tuple[str, int]:
    """Hand in a commitment."""
    return _acted(
        draw_id, lambda work: draws.commit(work, draw_id, required("commitment", LONGEST).lower())
    )


@blueprint.post("/<draw_id>/secret")
@roles(*PARTIES)
def reveal(draw_id: str) -> Reply | tuple[str, int]:
    """Reveal a secret; the second one holds the draw."""
    return _acted(
        draw_id, lambda work: draws.reveal(work, draw_id, required("secret", LONGEST).lower())
    )


@blueprint.post("/<draw_id>/void")
@roles(*PARTIES)
def void(draw_id: str) -> Reply | tuple[str, int]:
    """End it without result."""
    return _acted(draw_id, lambda work: draws.void(work, draw_id, required("reason", LONGEST)))


@blueprint.get("/<draw_id>/file")
@roles(*frame.PLANS)
def file(draw_id: str) -> Response:
    """The published file, for those who may know it at once."""
    with edge.reading() as work:
        data = draws.file_of(work, draws.get(work, draw_id))
    return attached(data, "text/plain; charset=utf-8", f"draw-{draw_id}.txt")


def _acted(draw_id: str, act: Any) -> Reply | tuple[str, int]:
    try:
        with edge.working() as work:
            act(work)
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            page = _page(work, views_draws.one_draw(work, draw_id), refused=refused)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _back(draw_id)


def _page(work: Work, view: DrawView | None, *, refused: DomainError | None = None) -> str:
    wanted = Filter(
        status=_status(),
        text=request.args.get("text", "").strip()[:100],
        before=request.args.get("before", ""),
    )
    problem = said(sentence(refused.code)) if refused else ""
    if frame.is_fragment() and view is not None:
        line = views_draws.line(work, view.draw.id)
        row = "console/draw_row.html"
        return frame.beside(work, "console/draw.html", row, line, view=view, problem=problem)
    return frame.page(
        work,
        "console/draws.html",
        wanted=wanted,
        page=views_draws.lines(work, wanted),
        sees_many=frame.sees_many(work.who),
        may_create=Role.PLANNER in work.who.roles,
        view=view,
        problem=problem,
    )


def _form(work: Work, *, refused: BadInput | None = None) -> str:
    items = work.session.execute(
        select(InspectionItem.id, InspectionItem.name)
        .where(InspectionItem.agency_id == work.who.agency_id)
        .order_by(InspectionItem.code)
    ).all()
    return frame.page(
        work,
        "console/draw_new.html",
        items=items,
        grades=GRADES,
        problem=said(sentence(refused.code)) if refused else "",
        wrong=refused.errors if refused else {},
        filled=request.form,
    )


def _draft() -> DrawDraft:
    weights = {grade: _number(f"weight_{grade}", 1) for grade in GRADES}
    return DrawDraft(
        title=required("title", LONGEST),
        count=_number("count", 0),
        item_ids=tuple(request.form.getlist("item_ids")),
        window_from=required_day("window_from"),
        window_to=required_day("window_to"),
        of=List(
            industries=tuple(_lines("industries")),
            rest_days=_number("rest_days", 0),
            stated=dict(_stated()),
        ),
        weights={grade: weight for grade, weight in weights.items() if weight != 1},
        replaces=request.form.get("replaces") or None,
    )


def _stated() -> list[tuple[str, str]]:
    """One per line: code, then the reason."""
    found = []
    for line in _lines("stated"):
        uscc, _space, reason = line.partition(" ")
        if not reason.strip():
            raise BadInput("A reason is missing.", errors={"/stated": uscc})
        found.append((uscc.strip().upper(), reason.strip()))
    return found


def _lines(field: str) -> list[str]:
    return [text.strip() for text in request.form.get(field, "").splitlines() if text.strip()]


def _number(field: str, otherwise: int) -> int:
    text = request.form.get(field, "").strip()
    if not text:
        return otherwise
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise BadInput("Not a number.", errors={f"/{field}": "0 – 999999"})
    return int(text)


def _status() -> str:
    asked = request.args.get("status", "")
    return asked if asked in set(DrawStatus) else ""


def _back(draw_id: str) -> Reply:
    return redirect(url_for("console_draws.one", draw_id=draw_id), HTTPStatus.SEE_OTHER)
