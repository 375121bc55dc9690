"""Days off and working weekends as decreed, a year at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from server.models import ImportRun
from server.principal import Principal, PrincipalKind
from server.services import calendars, holidays
from server.services.imports import columns
from server.services.imports.columns import Column
from server.services.imports.faults import Fault
from server.services.imports.kinds import Context, Kind, Tally, note_origins
from server.services.imports.staging import Staged, Values
from server.work import Work
from shared import workdays
from shared.roles import Role
from shared.text import Text

KINDS = {"休息": "off", "上班": "work"}


def _year(values: Values) -> str:
    return str(values["day"])[:4]


def check(_work: Work, _context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    """A year that cannot be meant, at its first row."""
    for told, (row, _) in _years(rows):
        for why in workdays.faults(told):
            yield Fault(row, "", why)


def publish(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """The years of the file become what it says of them; an older telling changes nothing."""
    as_importer = replace(work, who=_importer(work, context))
    stored: list[tuple[str, Staged]] = []
    years = list(_years(rows))
    days: list[tuple[str, Staged]] = []
    for told, (row, values) in years:
        before = holidays.newest(work, told.year)
        as_of = context.as_of_of(values)
        if before is not None and (before.as_of > as_of or calendars.announced(before) == told):
            continue
        holidays.record(as_importer, told, source=context.source_of(values), as_of=as_of)
        stored.append((str(told.year), (row, values)))
        days += [(v["day"], (n, v)) for n, v in rows if _year(v) == str(told.year)]
    work.session.flush()
    note_origins(work, context, "holidays", stored)
    note_origins(work, context, "holiday", days)
    return Tally(len(stored), len(years) - len(stored))


def _years(rows: Sequence[Staged]) -> Iterator[tuple[workdays.HolidayYear, Staged]]:
    for year, group in groupby(rows, key=lambda each: _year(each[1])):
        days = list(group)
        told = {
            kind: frozenset(
                date.fromisoformat(values["day"]) for _, values in days if values["kind"] == kind
            )
            for kind in ("off", "work")
        }
        yield workdays.HolidayYear(year=int(year), off=told["off"], work=told["work"]), days[0]


def _importer(work: Work, context: Context) -> Principal:
    """A version says who recorded it: who brought the file in."""
    by = work.session.get_one(ImportRun, context.run_id).by_id
    roles = frozenset({Role.PLATFORM_ADMIN})
    return Principal(kind=PrincipalKind.PERSON, id=by, roles=roles)


HOLIDAYS = Kind(
    name="holidays",
    title=Text("节假日", "Holidays"),
    roles=(Role.PLATFORM_ADMIN, Role.SYSTEM),
    columns=(
        Column(field="day", heading="日期", en="day", read=columns.day),
        Column(
            field="kind", heading="安排", en="休息 (off) or 上班 (worked)", read=columns.word(KINDS)
        ),
    ),
    key=lambda values: str(values["day"]),
    group=_year,
    check=check,
    publish=publish,
)
