"""Working days by year over the interface: in force, a new version, an earlier one again."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Length, Range

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.whole_number import WholeNumber
from server.models import HolidayYear
from server.services import calendars, holidays
from shared import workdays
from shared.errors import BadInput, Conflict, NotFound
from shared.localtime import beginning_of
from shared.roles import Role

MOST_DAYS = 366
READERS = (
    Role.PLANNER,
    Role.HEAD,
    Role.AGENCY_ADMIN,
    Role.SUPERVISION,
    Role.ASSESSOR,
    Role.PLATFORM_ADMIN,
)

blueprint = Blueprint("holidays", __name__, url_prefix="/holidays")


class AnnouncedSchema(ma.Schema):
    """What is said of a whole year, and by what."""

    year = WholeNumber(required=True, validate=Range(2000, 2100))
    source = ma.fields.String(required=True, validate=Length(1, holidays.LONGEST_SOURCE))


class NewHolidaysSchema(AnnouncedSchema):
    """Days off, and weekend days worked for them; `as_of` is the notice's day.

    `replaces` is the version it was compared with, 0 for none.
    """

    off = ma.fields.List(ma.fields.Date(), required=True, validate=Length(max=MOST_DAYS))
    work = ma.fields.List(ma.fields.Date(), required=True, validate=Length(max=MOST_DAYS))
    as_of = ma.fields.Date(required=True)
    replaces = WholeNumber(required=True, validate=Range(0, 9999))


class RestoreSchema(ma.Schema):
    """`version` 0 is no announcement at all."""

    version = WholeNumber(required=True, validate=Range(0, 9999))
    replaces = WholeNumber(required=True, validate=Range(1, 9999))


class HolidaysSchema(AnnouncedSchema):
    """`withdrawn`: the year is announced no longer, and has its weekends alone."""

    version = ma.fields.Integer(required=True)
    off = ma.fields.List(ma.fields.String(), required=True)
    work = ma.fields.List(ma.fields.String(), required=True)
    withdrawn = ma.fields.Boolean(required=True)
    as_of = ma.fields.AwareDateTime(required=True)
    recorded_at = ma.fields.AwareDateTime(required=True)


@blueprint.route("")
class Holidays(MethodView):
    @roles(*READERS)
    @blueprint.response(200, HolidaysSchema(many=True))
    def get(self) -> list[HolidayYear]:
        """Every year's version in force, in order."""
        with edge.reading() as work:
            return calendars.in_force(work)

    @roles(Role.PLATFORM_ADMIN)
    @blueprint.arguments(NewHolidaysSchema)
    @blueprint.response(201, HolidaysSchema)
    @blueprint.fails(BadInput, Conflict)
    @blueprint.leads_to("holidays.Restore.post", year="year")
    def post(self, sent: dict[str, Any]) -> HolidayYear:
        """Put a year's announcement in force; deadlines counted before stay as they are."""
        told = workdays.HolidayYear(
            year=sent["year"], off=frozenset(sent["off"]), work=frozenset(sent["work"])
        )
        with edge.working() as work:
            return holidays.record(
                work,
                told,
                source=sent["source"],
                as_of=beginning_of(sent["as_of"]),
                replaces=sent["replaces"],
            )


@blueprint.route("/<int(fixed_digits=4):year>/restore")
class Restore(MethodView):
    @roles(Role.PLATFORM_ADMIN)
    @blueprint.arguments(RestoreSchema)
    @blueprint.response(201, HolidaysSchema)
    @blueprint.fails(NotFound, Conflict)
    @blueprint.leads_to("holidays.Restore.post", year="year")
    def post(self, sent: dict[str, Any], year: int) -> HolidayYear:
        """Put an earlier version in force again, as a new one."""
        with edge.working() as work:
            return holidays.restore(work, year, sent["version"], replaces=sent["replaces"])
