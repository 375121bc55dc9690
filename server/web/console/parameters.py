"""The desk of thresholds: what holds where, what it would have done last year, and from when next.

Trying a value stores nothing and can be sent as an address. Recording one is the platform's alone.
"""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import parameters, views_parameters, what_if
from server.services.what_if import Report
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.work import Work
from shared.errors import BadInput
from shared.localtime import local_day
from shared.roles import Role

LONGEST_VALUE, LONGEST_BASIS = 2000, 200

blueprint = Blueprint("console_parameters", __name__, url_prefix="/console/parameters")


@blueprint.get("/")
@roles(*frame.PARAMETERS)
def show() -> str:
    """Every threshold with the value in force."""
    text = request.args.get("text", "").strip()[: frame.LONGEST_SEARCH]
    with edge.reading() as work:
        return frame.page(
            work,
            "console/parameters.html",
            lines=views_parameters.lines(work, text),
            text=text,
        )


@blueprint.get("/<key>")
@roles(*frame.PARAMETERS)
def one(key: str) -> str | tuple[str, int]:
    """One of them; with a value in the address, what it would have stopped."""
    typed = Fields(request.args.copy())
    with edge.reading() as work:
        if "value" not in request.args:
            return _page(work, key, Fields.empty())
        try:
            report = _tried(work, key, typed)
        except BadInput as refused:
            return _page(work, key, typed.refused(refused)), HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(work, key, typed, report)


@blueprint.post("/<key>")
@roles(Role.PLATFORM_ADMIN)
def record(key: str) -> Response | tuple[str, int]:
    """Let a value hold from a day on; earlier rows stay for what was judged by them."""
    typed = fields.typed()
    try:
        text, basis = typed.text("value", LONGEST_VALUE), typed.text("basis", LONGEST_BASIS)
        since = typed.day("valid_from")
        region, agency_id = typed.maybe("region", 12), typed["agency_id"]
        typed.require_good()
        with edge.working() as work:
            parameters.record(
                work,
                key,
                parameters.read_typed(key, text),
                valid_from=since or local_day(work.now),
                region=region or None,
                agency_id=agency_id or None,
                basis=basis,
            )
    except BadInput as refused:
        with edge.reading() as work:
            return _page(work, key, typed.refused(refused)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已记录，从生效之日起适用；以前按旧值作出的判断不变。"))
    return redirect(url_for("console_parameters.one", key=key), HTTPStatus.SEE_OTHER)


def _tried(work: Work, key: str, typed: Fields) -> Report:
    last = local_day(work.now).year - 1
    year = typed.count("year", 2000, last + 1, last)
    typed.require_good()
    value = parameters.read_typed(key, typed["value"][:LONGEST_VALUE])
    agency_id = typed["agency"] or None
    return what_if.run(work, key, value, year=year, agency_id=agency_id, most=what_if.MOST_VISITS)


def _page(work: Work, key: str, typed: Fields, report: Report | None = None) -> str:
    today = local_day(work.now)
    return frame.page(
        work,
        "console/parameter.html",
        view=views_parameters.one(work, key),
        typed=typed,
        report=report,
        today=today,
        last_year=today.year - 1,
        may_record=Role.PLATFORM_ADMIN in work.who.roles,
        sees_lines=what_if.sees_visits(work),
    )
