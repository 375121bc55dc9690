"""回避: who may not go where. Officers declare their own, the agency's desk anybody's (R09)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import recusals, views_enterprises, views_recusals
from server.services.recusals import LONGEST, MAY_END
from server.services.views_recusals import MAY_DECLARE, READERS
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.work import Work
from shared.errors import BadInput
from shared.localtime import local_day

OFFERED = 6
"""So many enterprises that are called alike are named when what was typed fits several."""

blueprint = Blueprint("console_recusals", __name__, url_prefix="/console/recusals")


@blueprint.get("/")
@roles(*READERS)
def show() -> str:
    """The list, and a form for those who may declare; the address may name the enterprise."""
    with edge.reading() as work:
        return _page(work, Fields.empty(enterprise=request.args.get("uscc", "")))


@blueprint.post("/")
@roles(*MAY_DECLARE)
def declare() -> Response | tuple[str, int]:
    """Keep an officer away from an enterprise."""
    typed = fields.typed()
    ground, until = typed.text("ground", LONGEST), typed.maybe_day("until")
    try:
        with edge.working() as work:
            uscc = _enterprise(work, typed)
            typed.require_good()
            row = recusals.declare(
                work, officer_id=typed["officer_id"], uscc=uscc, ground=ground, until=until
            )
            waiting = recusals.tasks_in_the_way(work, row)
    except BadInput as refused:
        with edge.reading() as work:
            return _page(work, typed.refused(refused)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("回避已登记。以后的计划安排此人到这家企业会被阻断。"))
    if waiting:
        flash(_("此人在这家企业还有 %(n)s 个未开始的任务，请变更计划换人。", n=waiting))
    return redirect(url_for("console_recusals.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<recusal_id>/end")
@roles(*MAY_END)
def end(recusal_id: str) -> Response:
    """Let one end; it stays on record."""
    with edge.working() as work:
        recusals.end(work, recusal_id, request.form.get("reason", ""))
    flash(_("回避已解除，记录保留。"))
    return redirect(url_for("console_recusals.show"), HTTPStatus.SEE_OTHER)


def _enterprise(work: Work, typed: Fields) -> str:
    """The code of the one enterprise that what was typed fits."""
    text = typed.text("enterprise", 200)
    if not text:
        return ""
    found = views_enterprises.named(work, text, OFFERED)
    if len(found) == 1:
        return found[0].uscc
    if found:
        names = _("、").join(f"{firm.name} {firm.uscc}" for firm in found)
        typed.wrong["enterprise"] = _("不止一家：%(names)s。请填信用代码。", names=names)
    else:
        typed.wrong["enterprise"] = _("没有这样的企业，请填名称或统一社会信用代码。")
    return ""


def _page(work: Work, typed: Fields) -> str:
    wanted = frame.wanted()
    may_declare = work.who.is_any(MAY_DECLARE)
    return frame.page(
        work,
        "console/recusals.html",
        typed=typed,
        wanted=wanted,
        kept=frame.kept(wanted),
        page=views_recusals.lines(work, wanted),
        may_declare=may_declare,
        officers=views_recusals.officers(work) if may_declare else (),
        sees_many=frame.sees_many(work.who),
        today=local_day(work.now),
    )
