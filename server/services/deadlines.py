"""Deadlines that count working days, as many as a dated parameter says (R60)."""

from datetime import date

from server.models import Agency
from server.services import calendars, parameters
from server.work import Work


def within(work: Work, agency: Agency, parameter: str, *, since: date) -> date:
    """The last of the working days after `since` that `parameter` grants in this agency then."""
    workdays = int(parameters.values(work, agency, since)[parameter])
    return calendars.load(work).add_workdays(since, workdays)[0]
