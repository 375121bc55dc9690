"""Days off and working weekends as decreed, a year at a time."""

from collections.abc import Sequence
from itertools import groupby

from server.models import HolidayYear
from server.services import publishing
from server.services.imports import columns
from server.services.imports.columns import Column
from server.services.imports.kinds import Context, Kind, Tally, note_origins
from server.services.imports.staging import Staged, Values
from server.services.publishing import EVERYBODY
from server.work import Work
from shared.roles import Role
from shared.text import Text

KINDS = {"休息": "off", "上班": "work"}


def _year(values: Values) -> str:
    return str(values["day"])[:4]


def publish(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """The years of the file become what it says of them; every tablet hears of it."""
    stored: list[tuple[str, Staged]] = []
    years = 0
    for year, group in groupby(rows, key=lambda each: _year(each[1])):
        days = list(group)
        years += 1
        told = {
            name: sorted(values["day"] for _, values in days if values["kind"] == name)
            for name in ("off", "work")
        }
        row = work.session.get(HolidayYear, int(year))
        if row is not None and (sorted(row.off), sorted(row.work)) == (told["off"], told["work"]):
            continue
        if row is None:
            row = HolidayYear(year=int(year))
            work.session.add(row)
        row.off, row.work = told["off"], told["work"]
        row.source, row.recorded_at = context.source_of(days[0][1]), work.now
        publishing.publish(work, "holidays", year, {"id": year, **told}, {EVERYBODY})
        stored.append((year, days[0]))
    work.session.flush()
    note_origins(work, context, "holidays", stored)
    return Tally(len(stored), years - len(stored))


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
    check=None,
    publish=publish,
)
