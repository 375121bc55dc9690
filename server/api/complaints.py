"""Complaints of other systems, the 12345 hotline above all: handed over, and what came of them."""

from datetime import datetime
from typing import Any

import marshmallow as ma
from flask.views import MethodView
from marshmallow.validate import Length

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.plan_schemas import Word
from server.models import Desk
from server.services import complaint_desk, complaints
from server.services.complaints import AT_ONCE, Course, Line, Sent
from shared.errors import Conflict, NotFound
from shared.roles import Role

blueprint = Blueprint("complaints", __name__, url_prefix="/complaints")
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _words(most: int, about: str, *, least: int = 0) -> ma.fields.String:
    told = {"description": about}
    if least:
        return ma.fields.String(required=True, validate=Length(least, most), metadata=told)
    return ma.fields.String(load_default="", validate=Length(max=most), metadata=told)


def _lately(moment: datetime) -> None:
    """A day of this century: what is far off cannot even be said in another time zone."""
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise ma.ValidationError(f"{FIRST_YEAR} to {LAST_YEAR}.")


class PersonSchema(ma.Schema):
    name = _words(60, "Kept encrypted.")
    phone = _words(30, "Kept encrypted.")


class SentSchema(ma.Schema):
    no = _words(80, "Your own number of it: the same one is taken once.", least=1)
    received_at = ma.fields.AwareDateTime(required=True, validate=_lately)
    text = _words(4000, "What is complained of.", least=1)
    uscc = _words(18, "Kept as told where nobody has it.")
    premise_id = _words(64, "Of this platform, where you know it.")
    enterprise_name = _words(200, "As the caller says it.")
    address = _words(300, "As the caller says it.")
    contact = ma.fields.Nested(PersonSchema, load_default=None, allow_none=True)
    agency_id = _words(64, "Who should deal with it; otherwise your own agency.")
    act = _words(1, "1 to 8 for one of the eight forbidden acts of an inspection.")
    inspection_no = _words(80, "The inspection it is about: a task's or a document's number.")

    @ma.post_load
    def _sent(self, data: dict[str, Any], **_: Any) -> Sent:
        person = data.pop("contact") or {}
        return Sent(
            **data,
            contact_name=person.get("name", ""),
            contact_phone=person.get("phone", ""),
        )


class ResultSchema(ma.Schema):
    number = ma.fields.String(required=True)
    told_on = ma.fields.Date(required=True)


class ComplaintSchema(ma.Schema):
    """A complaint as its sender may know it. An inspection to come is never told of."""

    id = ma.fields.String(required=True)
    no = ma.fields.String(required=True)
    desk = Word(Desk, required=True)
    state = Word(Course, required=True)
    agency = ma.fields.String(
        required=True,
        metadata={"description": "Who deals with it."},
    )
    uscc = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Whom it was matched with."},
    )
    due_on = ma.fields.Date(required=True)
    taken_at = ma.fields.AwareDateTime(required=True)
    changed_at = ma.fields.AwareDateTime(required=True)
    result = ma.fields.Nested(
        ResultSchema,
        required=True,
        allow_none=True,
        metadata={"description": "That an inspection's result was told, never what was found."},
    )
    outcome = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": ", ".join(complaint_desk.OUTCOMES)},
    )
    answer = ma.fields.String(
        required=True, metadata={"description": "Why it was returned, likewise."}
    )


class ComplaintQuerySchema(ma.Schema):
    no = ma.fields.String(load_default="", validate=Length(max=80))
    before = ma.fields.String(
        load_default="",
        validate=Length(max=64),
        metadata={"description": "`next` of the page before this one."},
    )


class ComplaintsSchema(ma.Schema):
    complaints = ma.fields.List(ma.fields.Nested(ComplaintSchema), required=True)
    next = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "`before` of the next page."},
    )


@blueprint.route("")
class Complaints(MethodView):
    @roles(Role.CLIENT)
    @blueprint.arguments(ComplaintQuerySchema, location="query")
    @blueprint.response(200, ComplaintsSchema)
    @blueprint.leads_to("complaints.OneComplaint.get", complaint_id="complaints/0/id")
    def get(self, asked: dict[str, str]) -> dict[str, Any]:
        """What the system that asks handed over, the newest first."""
        with edge.reading() as work:
            found = complaints.page(work, **asked)
        full = len(found) == AT_ONCE
        return {
            "complaints": [_told(line) for line in found],
            "next": found[-1].complaint.id if full else None,
        }

    @roles(Role.CLIENT)
    @blueprint.arguments(SentSchema)
    @blueprint.response(200, ComplaintSchema)
    @blueprint.fails(Conflict)
    @blueprint.leads_to("complaints.OneComplaint.get", complaint_id="id")
    def post(self, sent: Sent) -> dict[str, Any]:
        """Hand a complaint over. Safe to repeat: one number is taken once.

        One about an inspection goes to supervision, never to the inspected agency: by `act`, by
        `inspection_no`, or by a number of ours in the text.
        """
        with edge.working() as work:
            return _told(complaints.take(work, sent))


@blueprint.route("/<complaint_id>")
class OneComplaint(MethodView):
    @roles(Role.CLIENT)
    @blueprint.response(200, ComplaintSchema)
    @blueprint.fails(NotFound)
    def get(self, complaint_id: str) -> dict[str, Any]:
        """What came of a complaint so far."""
        with edge.reading() as work:
            return _told(complaints.read(work, complaint_id))


def _told(line: Line) -> dict[str, Any]:
    row = line.complaint
    return {
        "id": row.id,
        "no": row.no,
        "desk": row.desk,
        "state": line.course,
        "agency": "" if row.desk == Desk.SUPERVISION else line.agency,
        "uscc": row.uscc,
        "due_on": row.due_on,
        "taken_at": row.taken_at,
        "changed_at": row.changed_at,
        "result": line.result,
        "outcome": None if line.withheld else row.outcome,
        "answer": "" if line.withheld else row.answer,
    }
