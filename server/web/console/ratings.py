"""Ratings: for an agency the sums of closed quarters, for supervision the ledger of bad ones."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import rating_figures, rating_ledger
from server.services.rating_ledger import Call, Source, State
from server.web.console import frame
from server.work import Work
from shared.errors import BadInput
from shared.roles import Role

blueprint = Blueprint("console_ratings", __name__, url_prefix="/console/ratings")
ledger = Blueprint("console_rating_ledger", __name__, url_prefix="/console/rating-ledger")


@blueprint.get("/")
@roles(*rating_figures.READERS)
def show() -> str:
    """Quarters that are over."""
    with edge.reading() as work:
        return frame.page(work, "console/ratings.html", quarters=rating_figures.of_agency(work))


@ledger.get("/")
@roles(Role.SUPERVISION)
def entries() -> str:
    """What is not closed, or what is in one state; and how much of the year's is closed."""
    state = request.args.get("status", "")
    with edge.reading() as work:
        return frame.page(
            work,
            "console/rating_ledger.html",
            lines=rating_ledger.listed(work, state),
            figure=rating_ledger.figure(work),
            state=state if state in set(State) else "",
            states=tuple(State),
        )


@ledger.get("/<entry_id>")
@roles(Role.SUPERVISION)
def entry(entry_id: str) -> str:
    """One bad rating and what was done about it."""
    with edge.reading() as work:
        return _page(work, entry_id, None)


@ledger.post("/<entry_id>")
@roles(Role.SUPERVISION)
def act(entry_id: str) -> Response | str:
    """Take the next step; or look where it came from, which is put on record."""
    do = request.form.get("do", "")
    if do == "source":
        with edge.working() as work:
            found = rating_ledger.open_source(work, entry_id, request.form.get("reason", ""))
        with edge.reading() as work:
            return _page(work, entry_id, found)
    if do not in STEPS:
        raise BadInput("Not a step.", errors={"/do": ", ".join(STEPS)})
    with edge.working() as work:
        STEPS[do](work, entry_id)
    flash(_("已处理，并记入操作日志。"))
    return redirect(url_for("console_rating_ledger.entry", entry_id=entry_id), HTTPStatus.SEE_OTHER)


def _page(work: Work, entry_id: str, source: Source | None) -> str:
    line, row = rating_ledger.read(work, entry_id)
    return frame.page(
        work,
        "console/rating_entry.html",
        line=line,
        entry=row,
        source=source,
        outcomes=tuple(Call),
    )


def _handle(work: Work, entry_id: str) -> None:
    rating_ledger.handle(work, entry_id, request.form.get("text", ""))


def _call(work: Work, entry_id: str) -> None:
    said = request.form
    rating_ledger.call_back(work, entry_id, said.get("outcome", ""), said.get("note", ""))


STEPS: Mapping[str, Callable[[Work, str], None]] = {
    "handle": _handle,
    "call": _call,
    "close": rating_ledger.close,
}
