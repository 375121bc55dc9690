"""What every page of the console stands in: the menu of this person's roles, with what waits.

It only shows what a role may open; who may is said on each view and checked before it runs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from server.access import PEOPLE
from server.models import Agency
from server.principal import Principal
from server.services import (
    complaint_desk,
    rating_figures,
    rectifications,
    tickets,
    views_enterprises,
    views_items,
    views_queue,
    views_recusals,
    visit_times,
    webhooks,
)
from server.services.listing import Filter
from server.services.views_queue import Pile, Waiting
from server.work import Work
from shared.roles import Role

PLANS = (Role.PLANNER, Role.HEAD, Role.SUPERVISION, Role.ASSESSOR)
TASKS = (Role.OFFICER, *PLANS)
VISITS = TASKS
QUARANTINE = (Role.SUPERVISION,)
DELIVERY = (Role.PLANNER, Role.HEAD, Role.AGENCY_ADMIN, Role.SUPERVISION)
DEVICES = (Role.AGENCY_ADMIN,)
PEOPLE_DESK = (Role.AGENCY_ADMIN, Role.PLATFORM_ADMIN)
RULES = (Role.PLANNER, Role.HEAD, Role.AGENCY_ADMIN, Role.SUPERVISION, Role.ASSESSOR)
PARAMETERS = (*RULES, Role.PLATFORM_ADMIN)
CERTIFICATES = (Role.AGENCY_ADMIN, Role.HEAD)
MERGES = PLANS
LONGEST_SEARCH = 100
IMPORTS = (Role.PLANNER, Role.AGENCY_ADMIN, Role.PLATFORM_ADMIN)
AUDIT = (Role.AGENCY_ADMIN, Role.SUPERVISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of the menu: where it leads, for whom, and which pile it counts."""

    endpoint: str
    text: LazyString
    icon: str
    roles: tuple[Role, ...]
    counts: Waiting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    url: str
    text: LazyString
    icon: str
    current: bool
    counts: Waiting | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: LazyString | str
    entries: tuple[Entry, ...]


PLACES: Sequence[tuple[LazyString | str, Sequence[Place]]] = (
    (
        "",
        (Place(endpoint="console_queue.show", text=_("工作台"), icon="home", roles=PEOPLE),),
    ),
    (
        _("检查"),
        (
            Place(
                endpoint="console_plans.show",
                text=_("检查计划"),
                icon="clipboard-list",
                roles=PLANS,
                counts=Waiting.TO_APPROVE,
            ),
            Place(endpoint="console_rules.show", text=_("检查规则"), icon="scale", roles=RULES),
            Place(
                endpoint="console_parameters.show",
                text=_("规则参数"),
                icon="adjustments",
                roles=PARAMETERS,
            ),
            Place(
                endpoint="console_holidays.show",
                text=_("工作日历"),
                icon="calendar-event",
                roles=PARAMETERS,
            ),
            Place(
                endpoint="console_draws.show",
                text=_("双随机抽取"),
                icon="dice-5",
                roles=PLANS,
            ),
            Place(
                endpoint="console_tasks.show",
                text=_("检查任务"),
                icon="qrcode",
                roles=TASKS,
                counts=Waiting.EMERGENCIES,
            ),
            Place(
                endpoint="console_times.show",
                text=_("约定时间"),
                icon="calendar-event",
                roles=visit_times.READERS,
                counts=Waiting.TIMES,
            ),
            Place(endpoint="console_merges.show", text=_("综合查一次"), icon="users", roles=MERGES),
            Place(
                endpoint="console_visits.show",
                text=_("入企检查"),
                icon="clipboard-check",
                roles=VISITS,
                counts=Waiting.TO_RULE,
            ),
            Place(
                endpoint="console_desk.show",
                text=_("裁定台"),
                icon="gavel",
                roles=QUARANTINE,
                counts=Waiting.DESK,
            ),
            Place(
                endpoint="console_rectifications.waiting",
                text=_("整改复查"),
                icon="tools",
                roles=rectifications.READERS,
            ),
            Place(
                endpoint="console_requests.show",
                text=_("企业诉求"),
                icon="message-report",
                roles=tickets.READERS,
            ),
            Place(
                endpoint="console_complaints.show",
                text=_("12345 转办"),
                icon="phone",
                roles=complaint_desk.READERS,
                counts=Waiting.COMPLAINTS,
            ),
            Place(
                endpoint="console_ratings.show",
                text=_("企业评价"),
                icon="mood-smile",
                roles=rating_figures.READERS,
            ),
            Place(
                endpoint="console_rating_ledger.entries",
                text=_("差评台账"),
                icon="mood-sad",
                roles=(Role.SUPERVISION,),
                counts=Waiting.BAD_RATINGS,
            ),
            Place(
                endpoint="console_delivery.show",
                text=_("告知送达"),
                icon="send",
                roles=DELIVERY,
                counts=Waiting.UNDELIVERED,
            ),
        ),
    ),
    (
        _("管理"),
        (
            Place(
                endpoint="console_devices.show",
                text=_("平板"),
                icon="device-tablet",
                roles=DEVICES,
                counts=Waiting.TO_CONFIRM,
            ),
            Place(
                endpoint="console_agencies.show",
                text=_("执法主体"),
                icon="building-bank",
                roles=(Role.PLATFORM_ADMIN,),
            ),
            Place(
                endpoint="console_items.show",
                text=_("检查事项"),
                icon="list-check",
                roles=views_items.READERS,
            ),
            Place(
                endpoint="console_enterprises.show",
                text=_("企业名录"),
                icon="building-store",
                roles=views_enterprises.READERS,
            ),
            Place(
                endpoint="console_officers.show",
                text=_("执法证件"),
                icon="id-badge",
                roles=CERTIFICATES,
                counts=Waiting.EXPIRING,
            ),
            Place(
                endpoint="console_recusals.show",
                text=_("回避"),
                icon="user-x",
                roles=views_recusals.READERS,
            ),
            Place(
                endpoint="console_people.show",
                text=_("账号与角色"),
                icon="users",
                roles=PEOPLE_DESK,
            ),
            Place(
                endpoint="console_imports.show",
                text=_("导入名单"),
                icon="file-import",
                roles=IMPORTS,
            ),
            Place(
                endpoint="console_webhooks.show",
                text=_("对外通知"),
                icon="send",
                roles=webhooks.READERS,
            ),
            Place(endpoint="console_audit.show", text=_("操作日志"), icon="history", roles=AUDIT),
        ),
    ),
)


COUNTED = frozenset(place.counts for _, places in PLACES for place in places if place.counts)


def page(work: Work, template: str, **shown: object) -> str:
    """A whole page of the console."""
    piles = views_queue.piles(work)
    return render_template(
        template,
        menu=tuple(_groups(work, piles)),
        piles=piles,
        me=work.who,
        agency_name=_agency_name(work),
        **shown,
    )


def is_fragment() -> bool:
    """Whether only the part beside the list is wanted."""
    return request.headers.get("HX-Request") == "true"


def beside(work: Work, thing: str, row: str, line: object, **shown: object) -> str:
    """That part alone: the template `thing`, its `line` drawn by `row`, and today's counts."""
    return render_template(
        "console/beside.html",
        thing=thing,
        row=row,
        line=line,
        # A count that stands in no line of the menu has no place to be swapped into.
        piles={w: pile for w, pile in views_queue.piles(work).items() if w in COUNTED},
        me=work.who,
        sees_many=sees_many(work.who),
        **shown,
    )


def wanted() -> Filter:
    """What of a list the address asks for."""
    return Filter(
        status=request.args.get("status", ""),
        text=request.args.get("text", "").strip()[:LONGEST_SEARCH],
        before=request.args.get("before", ""),
    )


def kept(shown: Filter) -> dict[str, Any]:
    """The filter as an address carries it on; where a page begins is not carried."""
    return {k: v for k, v in (("status", shown.status), ("text", shown.text)) if v}


def sees_many(who: Principal) -> bool:
    """Whether this person's lists hold things of several agencies."""
    return who.is_any((Role.SUPERVISION, Role.ASSESSOR))


def _groups(work: Work, piles: dict[Waiting, Pile]) -> Iterator[Group]:
    for title, places in PLACES:
        entries = tuple(
            Entry(
                url=url_for(place.endpoint),
                text=place.text,
                icon=place.icon,
                current=_is_current(place.endpoint),
                counts=place.counts if place.counts in piles else None,
                count=piles[place.counts].count if place.counts in piles else 0,
            )
            for place in places
            if work.who.is_any(place.roles)
        )
        if entries:
            yield Group(title=title, entries=entries)


def _is_current(endpoint: str) -> bool:
    return endpoint.partition(".")[0] in request.blueprints


def _agency_name(work: Work) -> str | None:
    if work.who.agency_id is None:
        return None
    return work.session.scalar(select(Agency.name).where(Agency.id == work.who.agency_id))
