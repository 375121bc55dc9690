"""The thresholds the county has decided on. Holidays come with the founding of any database."""

from server.seed import county
from server.services import parameters
from server.work import Work
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


def add(work: Work) -> None:
    """Record each of them for the county, from today on."""
    today = local_day(work.now)
    for key, value in VALUES.items():
        parameters.record(work, key, value, valid_from=today, region=county.REGION, basis=BASIS)
