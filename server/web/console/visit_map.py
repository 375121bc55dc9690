"""What the picture of a visit is drawn from: the five musts, and the points on the map.

Positions are WGS-84 on the map, whatever system the premise was measured in.
"""

import json
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from server.services.views_visit import VisitView
from server.web.words import event_name
from shared.events.kinds import EventKind
from shared.geo import Crs, Point, to_wgs84

TOLD = frozenset({EventKind.RESULT_GIVEN})
TRACED = frozenset(
    {
        EventKind.SIGNED,
        EventKind.REFUSED,
        EventKind.ABSENT,
        EventKind.UNABLE,
        EventKind.RECORD_SIGNED,
    }
)


@dataclass(frozen=True, slots=True)
class Must:
    """One of the five: its sign, its name, whether it is done, and the fact that shows it."""

    sign: str
    name: LazyString
    done: bool
    fact: str


def musts(view: VisitView) -> tuple[Must, ...]:
    """The five musts as this visit kept them; where nobody entered there was nothing to scan."""
    offsite = view.visit.offsite
    kinds = {entry.kind for entry in view.story.entries}
    no = view.tasks[0].plan_no if view.tasks else ""
    shown = len(view.story.officers)
    return (
        Must("报", _l("报备"), bool(no), "" if no else _("没有备案")),
        *(() if offsite else (Must("码", _l("扫码"), EventKind.SCANNED_IN in kinds, ""),)),
        Must("证", _l("亮证"), shown > 1, _("%(n)s 人确认", n=shown))
        if offsite
        else Must("证", _l("亮证"), shown > 1, _("%(n)s 人亮证", n=shown)),
        Must("痕", _l("留痕"), bool(kinds & TRACED), _("%(n)s 个事件", n=view.story.events)),
        Must("告", _l("告知"), bool(kinds & TOLD), ""),
    )


def drawn(view: VisitView) -> str | None:
    """The map's data as JSON for static/js/console.js; None when there is no point at all."""
    premise = _premise(view)
    points = [
        {
            "lat": point.lat,
            "lon": point.lon,
            "acc_m": round(point.acc_m),
            "label": event_name(point.kind),
        }
        for point in view.story.points
    ]
    if premise is None and not points:
        return None
    return json.dumps({"premise": premise, "points": points}, ensure_ascii=False)


def _premise(view: VisitView) -> dict[str, object] | None:
    place = view.premise
    if place is None or place.lat is None or place.lon is None:
        return None
    at = to_wgs84(Point(place.lat, place.lon), Crs(place.crs))
    return {"lat": at.lat, "lon": at.lon, "radius_m": place.radius_m, "label": place.name}
