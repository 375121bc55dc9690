"""The thresholds the county has decided on, and the holidays as they were announced."""

from server.models import HolidayYear
from server.seed import county
from server.services import parameters
from server.work import Work
from shared import workdays
from shared.localtime import local_day

BASIS = "泉河县涉企行政检查年度频次上限公告（演示）"
VALUES = {
    "yearly_cap": 4,
    # What the county's published list exempts (R27).
    "trigger_rules": {
        "complaint_12345": {"counts": False, "blocks": False},
        "assigned": {"counts": False, "blocks": False},
        "rectification": {"counts": False, "blocks": False},
        "self_request": {"counts": False, "blocks": False},
        "emergency": {"counts": False, "blocks": False},
    },
    "geofence_m": 300,
    "min_officers": 2,
    "open_visit_hours": 12,
    "lease_days": 7,
}
SOURCE = "国务院办公厅节假日安排通知（chinesecalendar）"
YEARS_AHEAD = 1


def add(work: Work) -> None:
    """Add both; a year that is not yet announced is left out, and counted by its weekends."""
    today = local_day(work.now)
    for key, value in VALUES.items():
        parameters.record(work, key, value, valid_from=today, region=county.REGION, basis=BASIS)
    for year in range(today.year, today.year + YEARS_AHEAD + 1):
        announced = workdays.seed(year)
        if announced is not None:
            said = announced.as_object()
            work.session.add(
                HolidayYear(
                    year=year,
                    off=said["off"],
                    work=said["work"],
                    source=SOURCE,
                    recorded_at=work.now,
                )
            )
