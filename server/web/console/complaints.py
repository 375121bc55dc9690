"""Complaints other systems handed over: an agency's own, and supervision's about inspections."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.models import Desk
from server.services import complaint_desk, views_enterprises
from server.services.complaint_desk import OUTCOMES, Person
from server.web.console import frame
from server.work import Work
from shared.errors import BadInput

blueprint = Blueprint("console_complaints", __name__, url_prefix="/console/complaints")
FOUND_AT_ONCE = 8


@blueprint.get("/")
@roles(*complaint_desk.READERS)
def show() -> str:
    """What waits, or what is over."""
    done = request.args.get("status") == "done"
    with edge.reading() as work:
        lines = complaint_desk.listed(work, done=done)
        return frame.page(work, "console/complaints.html", lines=lines, done=done)


@blueprint.get("/<complaint_id>")
@roles(*complaint_desk.READERS)
def one(complaint_id: str) -> str:
    """One, with what may be done about it; `text` looks for the enterprise it is about."""
    with edge.reading() as work:
        return _page(work, complaint_id, None)


@blueprint.post("/<complaint_id>")
@roles(*complaint_desk.READERS)
def act(complaint_id: str) -> Response | str:
    """Do something about it; a plan drafted of it is opened for writing."""
    do = request.form.get("do", "")
    with edge.working() as work:
        if do == "person":
            person = complaint_desk.person(work, complaint_id)
            return _page(work, complaint_id, person)
        if do == "plan":
            plan_id = complaint_desk.plan(work, complaint_id).id
            flash(_("已起草核查计划，请选事项和人员，再提交负责人审批。"))
            address = url_for("console_plans.editor.edit_form", plan_id=plan_id)
            return redirect(address, HTTPStatus.SEE_OTHER)
        if do not in STEPS:
            raise BadInput("Not a step.", errors={"/do": ", ".join(STEPS)})
        step, done = STEPS[do]
        step(work, complaint_id)
    flash(done)
    here = do == "match"
    address = url_for(".one", complaint_id=complaint_id) if here else url_for(".show")
    return redirect(address, HTTPStatus.SEE_OTHER)


def _page(work: Work, complaint_id: str, person: Person | None) -> str:
    line = complaint_desk.read(work, complaint_id)
    row = line.complaint
    wanted = request.args.get("text", row.told_uscc or row.told_name)
    is_agencys = row.desk == Desk.AGENCY
    return frame.page(
        work,
        "console/complaint.html",
        line=line,
        person=person,
        wanted=wanted,
        found=views_enterprises.places(work, wanted, FOUND_AT_ONCE) if is_agencys else (),
        place=views_enterprises.places_by_id(work, [row.premise_id or ""]).get(
            row.premise_id or ""
        ),
        agencies=complaint_desk.agencies(work),
        outcomes=OUTCOMES,
    )


def _said(name: str) -> str:
    return request.form.get(name, "")


STEPS: Mapping[str, tuple[Callable[[Work, str], object], LazyString]] = {
    "match": (
        lambda work, id_: complaint_desk.match(work, id_, _said("premise_id")),
        _("已认定企业。"),
    ),
    "answer": (
        lambda work, id_: complaint_desk.answer(work, id_, _said("text"), _said("outcome")),
        _("已答复，来件系统可以读到。"),
    ),
    "return": (
        lambda work, id_: complaint_desk.send_back(work, id_, _said("text")),
        _("已退回，来件系统可以读到理由。"),
    ),
    "hand_on": (
        lambda work, id_: complaint_desk.hand_on(work, id_, _said("agency_id")),
        _("已转交。"),
    ),
    "to_supervision": (
        complaint_desk.to_supervision,
        _("已转交监督机关。本机关不再看得到。"),
    ),
}
