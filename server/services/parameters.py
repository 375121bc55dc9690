"""Thresholds and tables in force: the nearest row wins, of the agency, its region, or everybody.

What no row says has a default of domain.md §1 and §7, so that an empty database is still lawful.
What the plan rules compare with is declared in shared/plans/limits.py, the rest here.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from server.asking_ahead import Question
from server.database import rows_of
from server.models import Agency, Parameter
from server.services import audit
from server.services.scoping import require_role
from server.work import Work
from shared.canonical import parse
from shared.errors import BadInput
from shared.localtime import local_day
from shared.plans.limits import PARAMETERS, Limits, read_limits, read_value, told
from shared.regions import significant
from shared.roles import Role

DEFAULTS: Mapping[str, Any] = {
    **{name: parameter.default for name, parameter in PARAMETERS.items()},
    "geofence_m": 300,
    "open_visit_hours": 12,
    "lease_days": 7,
    "retain_days": 30,
    "hold_days": 5,
    "late_sync_days": 10,
    "clock_offset_max_s": 60,
    "objection_workdays": 10,
    "rectify_workdays": 15,
    "rectify_remind_workdays": 3,  # so many before it is due
    "result_due_workdays": 5,
    "escalate_workdays": 3,  # without a receipt: the next channel
    "contact_enterprises": 3,  # more with one number, and each of them is looked into
    "bad_rating_workdays": 10,
    "objection_answer_workdays": 10,
    "complaint_answer_workdays": 15,
    "experience_answer_workdays": 15,
    "hotline_answer_workdays": 5,  # a complaint another system handed to an agency
    "hotline_visit_workdays": 5,  # and the days its inspection is drafted for
    # What an enterprise is told of beforehand: of these kinds, if also for one of these reasons.
    "announced_kinds": ["daily", "special"],
    "announced_triggers": ["annual_plan", "licence_verify", "self_request", "rectification"],
    "announce_workdays": 3,  # so many before the window
    # Of those, for which reasons the enterprise may ask for a half day, and how far ahead.
    "time_slot_triggers": ["annual_plan", "licence_verify", "self_request", "rectification"],
    "time_slot_workdays": 1,
    "draw_step_hours": 72,  # both parties commit, then reveal, within so many
    "push_batch": 200,  # events in one push, and never more
    "sync_interval_s": 300,
    "image_pixels": 12_000_000,
    "wifi_only_media": False,
    "app_least": "",  # below it no new visit begins
    "app_wanted": "",  # below it the tablet asks for an update
}
FOR_TABLETS = (
    "min_officers",
    "geofence_m",
    "open_visit_hours",
    "lease_days",
    "retain_days",
    "late_sync_days",
    "clock_offset_max_s",
    "objection_workdays",
    "rectify_workdays",
)


def values(work: Work, agency: Agency, day: date) -> dict[str, Any]:
    """Every parameter as it is in force for `agency` on `day`."""
    return nearest(rows_of(work.session, *question(agency.id, day)), agency.region)


class InForce(NamedTuple):
    """A row that holds, as plain values; `valid_from` is a day or its ISO text."""

    id: str
    key: str
    value: Any
    region: str | None
    agency_id: str | None
    valid_from: Any


def nearest(rows: Iterable[Any], region: str) -> dict[str, Any]:
    """Every parameter as these rows (`InForce`, or the like) have it for an agency of a region."""
    return {**DEFAULTS, **{row.key: row.value for row in _by_nearness(rows, region)}}


def question(agency_id: str, day: date) -> Question:
    """What `values` asks."""
    return plainly(), {"day": day, "agency": agency_id}


def of_region(work: Work, region: str, day: date) -> dict[str, Any]:
    """The same for what no one agency decides, of a region."""
    rows = _in_force(work, region, None, day)
    return {**DEFAULTS, **{key: row.value for key, row in rows.items()}}


def in_force(work: Work, agency: Agency, day: date) -> dict[str, Parameter]:
    """The rows that hold for `agency` on `day`, by key; none for what has its default."""
    return _in_force(work, agency.region, agency.id, day)


def _in_force(work: Work, region: str, agency_id: str | None, day: date) -> dict[str, Parameter]:
    rows = work.session.scalars(_on_a_day(), {"day": day, "agency": agency_id})
    return {row.key: row for row in _by_nearness(rows, region)}


def _by_nearness(rows: Iterable[Any], region: str) -> list[Any]:
    """Those of `rows` that hold in a region, the nearest last."""
    ours = [row for row in rows if row.region is None or _lies_in(region, row.region)]
    return sorted(ours, key=_nearness)


@cache
def plainly() -> Select[Any]:
    """Behind `values`: plain columns, without the rows a page shows, by `agency` and `day`."""
    return _on_a_day().with_only_columns(
        Parameter.id,
        Parameter.key,
        Parameter.value,
        Parameter.region,
        Parameter.agency_id,
        Parameter.valid_from,
    )


@cache
def _on_a_day() -> Select[Parameter]:
    """Put together once: every pull, every push and every check of a plan looks at them."""
    return select(Parameter).where(*holding(bindparam("agency")))


def holding(agency_id: Any) -> tuple[ColumnElement[bool], ...]:
    """That a row holds on `day` for everybody, a region, or that agency."""
    return (
        Parameter.valid_from <= bindparam("day"),
        or_(Parameter.valid_to.is_(None), Parameter.valid_to >= bindparam("day")),
        or_(Parameter.agency_id.is_(None), Parameter.agency_id == agency_id),
    )


def limits(work: Work, agency: Agency, day: date) -> Limits:
    """What the plan rules need of them."""
    rows = work.session.execute(plainly(), {"day": day, "agency": agency.id})
    return limits_among(rows, agency.region)


def limits_among(rows: Iterable[Any], region: str) -> Limits:
    """The same, of what `plainly` finds for an agency of that region."""
    return read_limits({row.key: row.value for row in _by_nearness(rows, region)})


def for_tablets(work: Work, agency: Agency, day: date) -> dict[str, Any]:
    """The reference object `rule_parameters` of an agency."""
    found = values(work, agency, day)
    return {"id": agency.id, "values": {name: found[name] for name in FOR_TABLETS}}


def record(
    work: Work,
    key: str,
    value: Any,
    *,
    valid_from: date,
    region: str | None = None,
    agency_id: str | None = None,
    basis: str = "",
) -> Parameter:
    """Let a value be in force from a day on; rows before it stay, for what was judged by them."""
    require_role(work.who, Role.PLATFORM_ADMIN, Role.SYSTEM)
    if key not in DEFAULTS:
        raise BadInput("No such parameter.", errors={"/key": key})
    _require_meant(key, value)
    _require_place(work, region, agency_id)
    if valid_from < local_day(work.now):
        raise BadInput("What was judged is not judged again.", errors={"/valid_from": "past"})
    row = Parameter(
        id=work.ids(),
        key=key,
        value=value,
        region=region,
        agency_id=agency_id,
        valid_from=valid_from,
        basis=basis,
        recorded_at=work.now,
        recorded_by=work.who.id,
    )
    work.session.add(row)
    work.session.flush()  # `values` asks past the session
    audit.write(
        work,
        "parameter.recorded",
        "parameter",
        row.id,
        key=key,
        after=told(value),
        day=valid_from.isoformat(),
    )
    return row


def read_typed(key: str, text: str) -> Any:
    """A value as somebody types it: JSON, and a word without its quotes where words are kept."""
    if isinstance(DEFAULTS.get(key), str) and not text.startswith('"'):
        return text
    try:
        return parse(text.encode())
    except BadInput as wrong:
        raise BadInput("Not a value.", errors={"/value": "JSON."}) from wrong


def _require_meant(key: str, value: Any) -> None:
    """Return if the threshold can have that value; `BadInput`."""
    if key in PARAMETERS:
        read_value(key, value)
    elif type(value) is not type(DEFAULTS[key]) or (isinstance(value, int) and value < 0):
        raise BadInput("No such value.", errors={"/value": type(DEFAULTS[key]).__name__})


def _require_place(work: Work, region: str | None, agency_id: str | None) -> None:
    if region is not None and not (region.isascii() and region.isdecimal()):
        raise BadInput("No such region.", errors={"/region": "Digits."})
    if agency_id is not None and work.session.get(Agency, agency_id) is None:
        raise BadInput("No such agency.", errors={"/agency_id": "Unknown agency."})


def _lies_in(inner: str, outer: str) -> bool:
    return inner.startswith(significant(outer))


def _nearness(row: Any) -> tuple[bool, int, Any, str]:
    region = significant(row.region) if row.region else ""
    return (row.agency_id is not None, len(region), row.valid_from, row.id)
