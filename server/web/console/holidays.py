"""The desk of working days: a year's announcement is read, compared, put in force, taken back.

Comparing stores nothing. What is put in force supersedes a version, and never edits it.
"""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import holidays, views_holidays
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.web.language import said
from server.work import Work
from shared import holiday_notice, workdays
from shared.errors import BadInput, Conflict
from shared.localtime import beginning_of, local_day
from shared.roles import Role
from shared.workdays import HolidayYear

blueprint = Blueprint("console_holidays", __name__, url_prefix="/console/holidays")


@blueprint.get("/")
@roles(*frame.PARAMETERS)
def show() -> str:
    """The years."""
    with edge.reading() as work:
        return frame.page(work, "console/holidays.html", lines=views_holidays.lines(work))


@blueprint.get("/<int(fixed_digits=4):year>")
@roles(*frame.PARAMETERS)
def one(year: int) -> str:
    """One of them, as it is in force or as an earlier version had it."""
    typed = Fields(request.args.copy())
    version = typed.maybe_count("version", 1, 9999)
    with edge.reading() as work:
        return _page(work, year, Fields.empty(), version=version)


@blueprint.post("/<int(fixed_digits=4):year>")
@roles(Role.PLATFORM_ADMIN)
def record(year: int) -> Response | str | tuple[str, int]:
    """Read a notice: compare it with what is in force, and record it when told to."""
    typed = fields.typed()
    try:
        told = _told(typed, year)
        if typed["act"] != "record" or typed["seen"].split() != _seen(told).split():
            with edge.reading() as work:
                return _page(work, year, typed, compared=told)
        as_of = typed.day("as_of")
        source = typed.text("source", holidays.LONGEST_SOURCE)
        replaces = typed.count("replaces", 0, 9999, 0)
        typed.require_good()
        with edge.working() as work:
            holidays.record(
                work,
                told,
                source=source,
                as_of=beginning_of(as_of or local_day(work.now)),
                replaces=replaces,
            )
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            return _page(work, year, typed.refused(refused)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已生效。以前算好的期限不变，今后按新的安排计算。"))
    return _back(year)


@blueprint.post("/<int(fixed_digits=4):year>/restore")
@roles(Role.PLATFORM_ADMIN)
def restore(year: int) -> Response | tuple[str, int]:
    """Put an earlier version in force again, as a new one; version 0 is no announcement."""
    typed = fields.typed()
    try:
        version = typed.count("version", 0, 9999, 0)
        replaces = typed.count("replaces", 0, 9999, 0)
        typed.require_good()
        with edge.working() as work:
            holidays.restore(work, year, version, replaces=replaces)
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            page = _page(work, year, Fields.empty().refused(refused))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已恢复，记为新的一版。以前算好的期限不变。"))
    return _back(year)


def _told(typed: Fields, year: int) -> HolidayYear:
    """What the notice says; the reasons stand beside it where it cannot be meant."""
    text = typed.text("text", holiday_notice.LONGEST)
    typed.require_good()
    told, wrong = holiday_notice.read(text, year)
    if wrong:
        typed.wrong["text"] = "；".join(said(fault) for fault in wrong)
    typed.require_good()
    return told


def _page(
    work: Work,
    year: int,
    typed: Fields,
    *,
    version: int | None = None,
    compared: HolidayYear | None = None,
) -> str:
    view = views_holidays.one(work, year, version)
    return frame.page(
        work,
        "console/holiday_year.html",
        view=view,
        typed=typed,
        compared=compared,
        seen=_seen(compared) if compared else "",
        changes=workdays.changes(view.told, compared) if compared else (),
        months=views_holidays.months(year, compared) if compared else view.months,
        written=holiday_notice.written(view.told) if view.told else "",
        longest=holiday_notice.LONGEST,
        today=local_day(work.now),
        may_record=Role.PLATFORM_ADMIN in work.who.roles,
    )


def _seen(told: HolidayYear) -> str:
    """What was compared: nothing else is recorded."""
    return holiday_notice.written(told)


def _back(year: int) -> Response:
    return redirect(url_for("console_holidays.one", year=year), HTTPStatus.SEE_OTHER)
