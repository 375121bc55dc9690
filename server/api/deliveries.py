"""What could not be delivered: dead letters and notices that reached nobody, and a second start."""

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from server import edge
from server.access import roles
from server.api.frame import Blueprint
from server.api.plan_schemas import Word
from server.models import NoticeState, OutboxMessage, OutboxState
from server.notify.letter import ChannelName, Purpose
from server.services import dead_letters, delivery_reports, notices
from server.services.delivery_reports import Reported
from shared.errors import Conflict, NotFound
from shared.roles import Role

blueprint = Blueprint("deliveries", __name__, url_prefix="/deliveries")
READERS = (Role.PLANNER, Role.HEAD, Role.AGENCY_ADMIN, Role.SUPERVISION, Role.ASSESSOR)
RETRIERS = (Role.AGENCY_ADMIN, Role.SUPERVISION)


class DeadLetterSchema(ma.Schema):
    id = ma.fields.String(required=True)
    purpose = Word(Purpose, required=True)
    number = ma.fields.String(required=True)
    enterprise_name = ma.fields.String(required=True)
    channel = Word(ChannelName, required=True)
    masked_address = ma.fields.String(required=True)
    attempts = ma.fields.Integer(required=True)
    why = ma.fields.String(required=True)
    dead_at = ma.fields.AwareDateTime(required=True)


class DeadLettersSchema(ma.Schema):
    messages = ma.fields.List(ma.fields.Nested(DeadLetterSchema), required=True)


class UndeliveredSchema(ma.Schema):
    notice_id = ma.fields.String(required=True)
    document_id = ma.fields.String(required=True)
    number = ma.fields.String(required=True)
    agency_name = ma.fields.String(required=True)
    issued_on = ma.fields.Date(required=True)
    due_on = ma.fields.Date(required=True)
    state = Word(NoticeState, required=True)
    why = ma.fields.String(required=True)


class UndeliveredOnesSchema(ma.Schema):
    notices = ma.fields.List(ma.fields.Nested(UndeliveredSchema), required=True)


class MessageSchema(ma.Schema):
    id = ma.fields.String(required=True)
    state = Word(OutboxState, required=True)
    attempts = ma.fields.Integer(required=True)


class ReportSchema(ma.Schema):
    outcome = Word(Reported, required=True)


class WrittenSchema(ma.Schema):
    messages = ma.fields.Integer(required=True, metadata={"description": "How many were written."})


@blueprint.route("/dead")
class Dead(MethodView):
    @roles(*READERS)
    @blueprint.response(200, DeadLettersSchema)
    @blueprint.leads_to("deliveries.Retry.post", message_id="messages/0/id")
    def get(self) -> dict[str, Any]:
        """Messages no channel took, the newest first."""
        with edge.reading() as work:
            return {"messages": dead_letters.listed(work)}


@blueprint.route("/undelivered")
class Undelivered(MethodView):
    @roles(*READERS)
    @blueprint.response(200, UndeliveredOnesSchema)
    @blueprint.leads_to("deliveries.Announce.post", document_id="notices/0/document_id")
    def get(self) -> dict[str, Any]:
        """Notices that reached nobody, the newest first."""
        with edge.reading() as work:
            return {"notices": notices.undelivered_ones(work)}


@blueprint.route("/<message_id>/retry")
class Retry(MethodView):
    @roles(*RETRIERS)
    @blueprint.response(200, MessageSchema)
    @blueprint.fails(NotFound, Conflict)
    def post(self, message_id: str) -> OutboxMessage:
        """Send a dead letter anew from its first try."""
        with edge.working() as work:
            return dead_letters.try_again(work, message_id)


@blueprint.route("/<message_id>/report")
class Report(MethodView):
    @roles(Role.CLIENT)
    @blueprint.arguments(ReportSchema)
    @blueprint.response(200, MessageSchema)
    @blueprint.fails(NotFound)
    def post(self, sent: dict[str, str], message_id: str) -> OutboxMessage:
        """Tell what became of a message that was taken over. Safe to repeat.

        For a gateway: `message_id` is the part of the Message-ID before `@`, or the `id` a
        short message came with. What came back is sent on by the next channel.
        """
        with edge.working() as work:
            return delivery_reports.take(work, message_id, Reported(sent["outcome"]))


@blueprint.route("/notices/<document_id>/announce")
class Announce(MethodView):
    @roles(*RETRIERS)
    @blueprint.response(200, WrittenSchema)
    @blueprint.fails(NotFound, Conflict)
    def post(self, document_id: str) -> dict[str, int]:
        """Write to the contacts an enterprise has by now."""
        with edge.working() as work:
            return {"messages": dead_letters.announce_again(work, document_id)}
