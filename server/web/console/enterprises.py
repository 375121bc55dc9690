"""Enterprises: found by name, pinyin or code, each with its premises, counters and history.

The register is the platform's: its administrators write it, everybody else reads.
"""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import enterprises, views_enterprises
from server.services.enterprises import EnterpriseDraft, PremiseDraft
from server.services.views_enterprises import READERS, EnterpriseView
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.work import Work
from shared.errors import BadInput, Conflict
from shared.roles import Role

SOURCE = "console"
STATUSES = ("operating", "suspended", "closed", "moved_out", "cancelled", "revoked")

blueprint = Blueprint("console_enterprises", __name__, url_prefix="/console/enterprises")


@blueprint.get("/")
@roles(*READERS)
def show() -> str:
    """The list."""
    wanted = frame.wanted()
    with edge.reading() as work:
        return frame.page(
            work,
            "console/enterprises.html",
            wanted=wanted,
            kept=frame.kept(wanted),
            page=views_enterprises.lines(work, wanted),
            may_change=Role.PLATFORM_ADMIN in work.who.roles,
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
    """Note an enterprise with its first premise."""
    typed = fields.typed()
    try:
        with edge.working() as work:
            firm, place = _enterprise(typed, work), _premise(typed)
            typed.require_good()
            code = enterprises.register(work, firm, place).uscc
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            return _form(work, typed.refused(refused)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("企业已登记。"))
    return _back(code)


@blueprint.get("/<uscc>")
@roles(*READERS)
def one(uscc: str) -> str:
    """One enterprise."""
    with edge.reading() as work:
        return _one(work, views_enterprises.one(work, uscc), Fields.empty())


@blueprint.post("/<uscc>")
@roles(Role.PLATFORM_ADMIN)
def change(uscc: str) -> Response | tuple[str, int]:
    """Put right what the register says."""
    typed = fields.typed()
    try:
        with edge.working() as work:
            draft = _enterprise(typed, work, uscc=uscc)
            typed.require_good()
            enterprises.note(work, draft)
    except BadInput as refused:
        return _refused(uscc, typed.refused(refused))
    flash(_("企业信息已更改，持有它的平板下次联网时更新。"))
    return _back(uscc)


@blueprint.post("/<uscc>/premises")
@roles(Role.PLATFORM_ADMIN)
def put_premise(uscc: str) -> Response | tuple[str, int]:
    """A further place of the enterprise, or where one of them really is."""
    typed = fields.typed()
    try:
        with edge.working() as work:
            draft = _premise(typed)
            typed.require_good()
            if typed["premise_id"]:
                enterprises.change_premise(work, typed["premise_id"], draft)
            else:
                enterprises.add_premise(work, uscc, draft)
    except BadInput as refused:
        return _refused(uscc, typed.refused(refused))
    flash(_("场所已登记，持有它的平板下次联网时更新。"))
    return _back(uscc)


@blueprint.post("/<uscc>/premises/<premise_id>/close")
@roles(Role.PLATFORM_ADMIN)
def close_premise(uscc: str, premise_id: str) -> Response | tuple[str, int]:
    """Close a place: past visits keep it, tasks that lead there are flagged."""
    typed = fields.typed()
    reason = typed.text("reason", enterprises.LONGEST_REASON)
    try:
        typed.require_good()
        with edge.working() as work:
            enterprises.close_premise(work, premise_id, reason)
    except BadInput as refused:
        return _refused(uscc, typed.refused(refused))
    flash(_("场所已关闭，不能再排进计划。已备案的任务不变，任务页会提示。"))
    return _back(uscc)


@blueprint.post("/<uscc>/premises/<premise_id>/reopen")
@roles(Role.PLATFORM_ADMIN)
def reopen_premise(uscc: str, premise_id: str) -> Response:
    """Put a closed place back in use."""
    with edge.working() as work:
        enterprises.reopen_premise(work, premise_id)
    flash(_("场所已恢复使用。"))
    return _back(uscc)


def _enterprise(typed: Fields, work: Work, *, uscc: str = "") -> EnterpriseDraft:
    return EnterpriseDraft(
        uscc=uscc or typed.credit_code("uscc"),
        name=typed.text("name", 200),
        address=typed.text("address", 300),
        region=typed.region("region"),
        legal_rep=typed.maybe("legal_rep", 60),
        industry=typed.maybe("industry", 60),
        grade=typed.maybe("grade", 10),
        status=typed.choice("status", STATUSES, "operating"),
        source=SOURCE,
        as_of=work.now,
    )


def _premise(typed: Fields) -> PremiseDraft:
    return PremiseDraft(
        name=typed.maybe("premise_name", 200) or _("经营场所"),
        address=typed.text("address", 300),
        region=typed.region("region"),
        lat=typed.number("lat", -90, 90),
        lon=typed.number("lon", -180, 180),
        radius_m=typed.count("radius_m", 10, 5000, 300),
    )


def _form(work: Work, typed: Fields) -> str:
    return frame.page(work, "console/enterprise_new.html", typed=typed, statuses=STATUSES)


def _one(work: Work, view: EnterpriseView, typed: Fields) -> str:
    return frame.page(
        work,
        "console/enterprise.html",
        view=view,
        typed=typed,
        statuses=STATUSES,
        may_change=Role.PLATFORM_ADMIN in work.who.roles,
    )


def _refused(uscc: str, typed: Fields) -> tuple[str, int]:
    with edge.reading() as work:
        page = _one(work, views_enterprises.one(work, uscc), typed)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _back(uscc: str) -> Response:
    return redirect(url_for("console_enterprises.one", uscc=uscc), HTTPStatus.SEE_OTHER)
