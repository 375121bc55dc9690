"""Deadlines that count working days, as many as a dated parameter says (R60)."""

from datetime import date

from server.models import Agency, Document
from server.services import calendars, parameters
from server.work import Work
from shared.localtime import local_day


def within(work: Work, agency: Agency, parameter: str, *, since: date) -> date:
    """The last of the working days after `since` that `parameter` grants in this agency then."""
    workdays = int(parameters.values(work, agency, since)[parameter])
    return calendars.load(work).add_workdays(since, workdays)[0]


def to_object(work: Work, result: Document) -> date:
    """The last day for an objection to a result, as it was counted when it was issued (R60)."""
    at = result.issued_at or result.made_at
    workdays = int(result.content["objection_within_workdays"])
    return calendars.known_at(work, at).add_workdays(local_day(at), workdays)[0]
