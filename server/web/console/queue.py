"""The first page: what waits, each pile one click from its list, the week and trends below."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, url_for
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import OF_CASES, PEOPLE, roles
from server.services import views_queue, views_trends
from server.services.views_queue import Waiting
from server.services.views_trends import Week
from server.web import chart, formats
from server.web.chart import Chart
from server.web.console import frame
from server.web.downloads import attached
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One chart: what it says in words, how its numbers are written, and what it is drawn of."""

    title: str
    now: str
    detail: str
    unit: str
    chart: Chart


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
    Waiting.DESK: Tile(
        _("裁定台"), _("等监督决定的一切，最早的在前"), "gavel", "console_desk.show", {}
    ),
    Waiting.QUARANTINED: Tile(
        _("隔离待处理"),
        _("无法核实、等您处理的事件"),
        "lock",
        "console_desk.show",
        {"kind": "quarantine"},
    ),
    Waiting.FORKS: Tile(
        _("两个版本"),
        _("同一位置、同一编号有两个事件"),
        "arrows-split",
        "console_desk.show",
        {"kind": "fork"},
    ),
    Waiting.HELD: Tile(
        _("等前面的事件"),
        _("已收到、前面的还没来"),
        "hourglass",
        "console_desk.show",
        {"kind": "hold"},
    ),
    Waiting.GAPS: Tile(
        _("编号缺口"),
        _("平板编过号、没有传来的事件"),
        "alert-triangle",
        "console_desk.show",
        {"kind": "gap"},
    ),
    Waiting.RETARGETS: Tile(
        _("改派请求"),
        _("扫到另一家企业、没有进门的检查"),
        "arrows-split",
        "console_desk.show",
        {"kind": "retarget"},
    ),
    Waiting.LATE: Tile(
        _("逾期未补批"),
        _("负责人逾期未补批的紧急检查"),
        "alert-octagon",
        "console_desk.show",
        {"kind": "late_approval"},
    ),
    Waiting.BAD_RATINGS: Tile(
        _("差评待销号"),
        _("要核查、回访、销号的差评"),
        "mood-sad",
        "console_rating_ledger.entries",
        {},
    ),
    Waiting.COMPLAINTS: Tile(
        _("12345 转办"), _("转来的、等您办理的投诉举报"), "phone", "console_complaints.show", {}
    ),
    Waiting.TIMES: Tile(
        _("检查时间"), _("企业想约的时间，等您答复"), "calendar-event", "console_times.show", {}
    ),
    Waiting.LATE_RECTIFICATIONS: Tile(
        _("整改超期"),
        _("过了期限还没有改正的检查"),
        "tools",
        "console_rectifications.waiting",
        {},
    ),
    Waiting.TO_RULE: Tile(
        _("待裁定"),
        _("不合规、等您裁定的检查"),
        "scale",
        "console_desk.show",
        {"kind": "visit"},
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
            trends=_trends(views_trends.weeks(work)) if work.who.is_any(OF_CASES) else (),
            today=local_day(work.now),
        )


@blueprint.get("/trends.csv")
@roles(*OF_CASES)
def numbers() -> Response:
    """What the trends are drawn of."""
    with edge.reading() as work:
        weeks = views_trends.weeks(work)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(("monday", "visits", "irregular", "results_due", "receipted_in_time"))
    sheet.writerows((w.monday, w.visits, w.irregular, w.due, w.in_time) for w in weeks)
    return attached(written.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", "trends.csv")


@blueprint.get("")
@roles(*PEOPLE)
def without_slash() -> Response:
    """`/console` typed by hand."""
    return redirect(url_for("console_queue.show"))


def _trends(weeks: Sequence[Week]) -> tuple[Trend, ...]:
    labels = [formats.day(week.monday) for week in weeks]
    last = weeks[-1]
    irregular = [week.irregular_percent for week in weeks]
    in_time = [week.in_time_percent for week in weeks]
    return (
        Trend(
            title=gettext("每周入企检查"),
            now=gettext("本周 %(n)s 次", n=last.visits),
            detail=gettext("近 12 周共 %(n)s 次", n=sum(week.visits for week in weeks)),
            unit="",
            chart=chart.bars(labels, [week.visits for week in weeks], least=5),
        ),
        Trend(
            title=gettext("不合规检查占比"),
            now=_share(gettext("本周"), last.irregular, last.visits),
            detail=_share(gettext("近 12 周"), *_sum(weeks, "irregular", "visits")),
            unit="%",
            chart=chart.bars(labels, irregular, least=10),
        ),
        Trend(
            title=gettext("结果按期签收占比"),
            now=_share(gettext("本周"), last.in_time, last.due),
            detail=_share(gettext("近 12 周"), *_sum(weeks, "in_time", "due")),
            unit="%",
            chart=chart.bars(labels, in_time, least=100),
        ),
    )


def _sum(weeks: Sequence[Week], some: str, all_: str) -> tuple[int, int]:
    return sum(getattr(w, some) for w in weeks), sum(getattr(w, all_) for w in weeks)


def _share(when: str, some: int, all_: int) -> str:
    if not all_:
        return gettext("%(when)s没有", when=when)
    return gettext(
        "%(when)s %(percent)s%%（%(some)s / %(all)s）",
        when=when,
        percent=f"{100 * some / all_:.1f}".removesuffix(".0"),
        some=some,
        all=all_,
    )
