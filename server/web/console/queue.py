"""The first page: what waits, each pile one click from its list, and the week below."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import PEOPLE, roles
from server.services import views_queue
from server.services.views_queue import Waiting
from server.web.console import frame
from shared.localtime import local_day

blueprint = Blueprint("console_queue", __name__, url_prefix="/console")


@dataclass(frozen=True, slots=True)
class Tile:
    """How a pile is shown, and where its list is."""

    text: LazyString
    hint: LazyString
    icon: str
    endpoint: str
    query: Mapping[str, str]


TILES: Mapping[Waiting, Tile] = {
    Waiting.TO_APPROVE: Tile(
        _("待审批"),
        _("已提交、等您批准的计划"),
        "hourglass",
        "console_plans.show",
        {"status": "submitted"},
    ),
    Waiting.RETURNED: Tile(
        _("退回待改"),
        _("被退回、等您修改的计划"),
        "arrow-back-up",
        "console_plans.show",
        {"status": "returned"},
    ),
    Waiting.EMERGENCIES: Tile(
        _("紧急待补批"),
        _("先检查、等您补批的紧急任务"),
        "alert-triangle",
        "console_tasks.show",
        {"status": "emergency"},
    ),
    Waiting.QUARANTINED: Tile(
        _("隔离待处理"),
        _("无法核实、等您处理的事件"),
        "lock",
        "console_quarantine.show",
        {},
    ),
    Waiting.TO_RULE: Tile(
        _("待裁定"),
        _("不合规、等您裁定的检查"),
        "scale",
        "console_visits.show",
        {"show": "to_rule"},
    ),
    Waiting.UNDELIVERED: Tile(
        _("死信"), _("各渠道都没送到的告知"), "mail-exclamation", "console_delivery.show", {}
    ),
    Waiting.EXPIRING: Tile(
        _("证件将到期"),
        _("60 天内到期的执法证"),
        "id-badge",
        "console_officers.show",
        {"show": "expiring"},
    ),
    Waiting.TO_CONFIRM: Tile(
        _("平板待确认"),
        _("等第二名管理员确认的报失"),
        "device-tablet",
        "console_devices.show",
        {"show": "to_confirm"},
    ),
}


@blueprint.get("/")
@roles(*PEOPLE)
def show() -> str:
    """The work queue."""
    with edge.reading() as work:
        return frame.page(
            work,
            "console/queue.html",
            tiles=TILES,
            week=views_queue.week(work),
            today=local_day(work.now),
        )


@blueprint.get("")
@roles(*PEOPLE)
def without_slash() -> Response:
    """`/console` typed by hand."""
    return redirect(url_for("console_queue.show"))
