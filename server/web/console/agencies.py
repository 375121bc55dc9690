"""Inspecting agencies: added, confirmed once their name is public, revoked. The platform's desk."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.models import AgencyType
from server.services import agencies, views_agencies
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.work import Work
from shared.errors import BadInput, OutOfOrder
from shared.localtime import local_day
from shared.roles import Role

blueprint = Blueprint("console_agencies", __name__, url_prefix="/console/agencies")


@blueprint.get("/")
@roles(Role.PLATFORM_ADMIN)
def show() -> str:
    """The list."""
    wanted = frame.wanted()
    with edge.reading() as work:
        return frame.page(
            work,
            "console/agencies.html",
            wanted=wanted,
            kept=frame.kept(wanted),
            page=views_agencies.lines(work, wanted),
        )


@blueprint.get("/new")
@roles(Role.PLATFORM_ADMIN)
def create_form() -> str:
    """An empty form."""
    with edge.reading() as work:
        return _form(work, Fields.empty())


@blueprint.post("/new")
@roles(Role.PLATFORM_ADMIN)
def create() -> Response | tuple[str, int]:
    """Add an agency, confirmed at once if its name is public already."""
    typed = fields.typed()
    try:
        with edge.working() as work:
            _add(work, typed)
    except BadInput as refused:
        with edge.reading() as work:
            return _form(work, typed.refused(refused)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("机关已登记。接着为它建一个机关管理员账号。"))
    return redirect(url_for("console_agencies.show"), HTTPStatus.SEE_OTHER)


@blueprint.get("/<agency_id>")
@roles(Role.PLATFORM_ADMIN)
def one(agency_id: str) -> str:
    """One agency."""
    with edge.reading() as work:
        return _one(work, agency_id, Fields.empty())


@blueprint.post("/<agency_id>")
@roles(Role.PLATFORM_ADMIN)
def decide(agency_id: str) -> Response | tuple[str, int]:
    """Change, confirm, revoke or reinstate it."""
    typed = fields.typed()
    decided = DEEDS.get(typed["do"], _confirm)
    try:
        with edge.working() as work:
            decided(work, agency_id, typed)
    except (BadInput, OutOfOrder) as refused:
        with edge.reading() as work:
            page = _one(work, agency_id, typed.refused(refused))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已记下。"))
    return redirect(url_for("console_agencies.one", agency_id=agency_id), HTTPStatus.SEE_OTHER)


def _change(work: Work, agency_id: str, typed: Fields) -> None:
    told = {
        "name": typed.text("name", 120),
        "phone": typed.text("phone", 40),
        "supervision_phone": typed.text("supervision_phone", 40),
        "field": typed.maybe("field", 40),
    }
    typed.require_good()
    agencies.change(work, agency_id, **told)


def _confirm(work: Work, agency_id: str, typed: Fields) -> None:
    day = typed.day("day")
    typed.require_good()
    agencies.confirm(work, agency_id, day or local_day(work.now))


def _revoke(work: Work, agency_id: str, typed: Fields) -> None:
    day, reason = typed.day("day"), typed.text("reason", agencies.LONGEST_REASON)
    typed.require_good()
    agencies.revoke(work, agency_id, day or local_day(work.now), reason)


def _reinstate(work: Work, agency_id: str, typed: Fields) -> None:
    reason = typed.text("reason", agencies.LONGEST_REASON)
    typed.require_good()
    agencies.reinstate(work, agency_id, reason)


DEEDS = {"change": _change, "confirm": _confirm, "revoke": _revoke, "reinstate": _reinstate}
"""By what the button says."""


def _add(work: Work, typed: Fields) -> None:
    name, abbr = typed.text("name", 120), typed.text("abbr", 20)
    region, region_abbr = typed.region("region"), typed.text("region_abbr", 20)
    kind = AgencyType(typed.choice("kind", list(AgencyType), AgencyType.ADMINISTRATIVE))
    phone, supervision_phone = typed.text("phone", 40), typed.text("supervision_phone", 40)
    field, published_on = typed.maybe("field", 40), typed.maybe_day("published_on")
    typed.require_good()
    row = agencies.add(
        work,
        name=name,
        abbr=abbr,
        region=region,
        region_abbr=region_abbr,
        kind=kind,
        phone=phone,
        supervision_phone=supervision_phone,
        field=field,
    )
    if published_on is not None:
        agencies.confirm(work, row.id, published_on)


def _form(work: Work, typed: Fields) -> str:
    return frame.page(
        work,
        "console/agency_new.html",
        typed=typed,
        kinds=list(AgencyType),
        today=local_day(work.now),
    )


def _one(work: Work, agency_id: str, typed: Fields) -> str:
    return frame.page(
        work,
        "console/agency.html",
        agency=views_agencies.one(work, agency_id),
        typed=typed,
        today=local_day(work.now),
    )
