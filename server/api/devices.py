"""Tablets: enrolled by a one-time code, looked after, taken out of use."""

from typing import Any

from flask import request
from flask.views import MethodView

from server import edge
from server.access import roles
from server.api import device_schemas as schemas
from server.api.frame import Blueprint, Header
from server.limits import ENROL, limiter
from server.models import DeviceOrder
from server.services import devices, enrolment, epochs, tablet_settings
from server.services.devices import AlreadyOutOfUse, OwnProposal
from server.services.enrolment import (
    DeviceBarred,
    EnrolmentExpired,
    EnrolmentUsed,
    EnrolmentWrong,
    Issued,
)
from server.services.key_certificates import OfficerKeyTaken
from shared.errors import NotFound, TooMany
from shared.roles import Role

blueprint = Blueprint("devices", __name__, url_prefix="/devices")
READERS = (Role.AGENCY_ADMIN, Role.SUPERVISION)
REPEATED = Header(
    name="Idempotency-Key",
    pattern="^[\x20-\x7e]{1,200}$",
    required=False,
    description="Any text: this may be a repetition; the same keys get the first answer again.",
)


@blueprint.route("/enrolments")
class Enrolments(MethodView):
    @roles(Role.AGENCY_ADMIN)
    @blueprint.arguments(schemas.EnrolmentRequestSchema)
    @blueprint.response(201, schemas.IssuedSchema)
    @blueprint.fails(NotFound, DeviceBarred)
    def post(self, sent: dict[str, Any]) -> Issued:
        """Issue a one-time enrolment of an officer, good for fifteen minutes."""
        with edge.working() as work:
            return enrolment.issue(work, sent["officer_id"], sent["device_id"])


@blueprint.route("/enrol")
class Enrol(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.arguments(schemas.EnrolSchema)
    @blueprint.heads(REPEATED)
    @blueprint.response(201, schemas.EnrolledSchema)
    @blueprint.leads_to("devices.OneDevice.get", device_id="device_id")
    @blueprint.leads_to("devices.Officers.post", device_id="device_id")
    @blueprint.fails(
        EnrolmentWrong, EnrolmentUsed, EnrolmentExpired, DeviceBarred, OfficerKeyTaken, TooMany
    )
    @limiter.limit(ENROL)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Let a new tablet with its first officer in; a code is good once.

        Only a request with an `Idempotency-Key` and the very same keys gets the first answer again.
        """
        with edge.working() as work:
            attempt = enrolment.enrol(work, sent, again=_may_repeat())
            told: dict[str, Any] = {"epoch": epochs.current(work)}
            if attempt.enrolled is not None:
                told["settings"] = tablet_settings.of(work, attempt.enrolled.device)
        enrolled = attempt.accepted()
        return {
            **schemas.joined(enrolled),
            "device_id": enrolled.device.id,
            "device_certificate": enrolled.device.certificate,
            **told,
        }


@blueprint.route("/<device_id>/officers")
class Officers(MethodView):
    @roles(Role.DEVICE)
    @blueprint.arguments(schemas.JoinSchema)
    @blueprint.heads(REPEATED)
    @blueprint.response(201, schemas.JoinedSchema)
    @blueprint.fails(
        NotFound, EnrolmentWrong, EnrolmentUsed, EnrolmentExpired, DeviceBarred, OfficerKeyTaken
    )
    @limiter.limit(ENROL)
    def post(self, sent: dict[str, Any], device_id: str) -> dict[str, Any]:
        """Let a further officer in on this tablet; a repeated request as when enrolling it."""
        with edge.working() as work:
            attempt = enrolment.join(work, device_id, sent, again=_may_repeat())
        return schemas.joined(attempt.accepted())


@blueprint.route("")
class Devices(MethodView):
    @roles(*READERS)
    @blueprint.arguments(schemas.DevicePageQuerySchema, location="query")
    @blueprint.response(200, schemas.DevicePageSchema)
    @blueprint.leads_to("devices.OneDevice.get", device_id="devices/0/id")
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Tablets you may know."""
        with edge.reading() as work:
            found = devices.of_agency(work, **asked)
        full = len(found) == asked["limit"]
        return {"devices": found, "next": found[-1].id if full else None}


@blueprint.route("/<device_id>")
class OneDevice(MethodView):
    @roles(*READERS)
    @blueprint.response(200, schemas.DeviceSchema)
    @blueprint.fails(NotFound)
    @blueprint.leads_to("devices.Retire.post", device_id="id")
    @blueprint.leads_to("devices.Lost.post", device_id="id")
    def get(self, device_id: str) -> dict[str, Any]:
        """A tablet, with what is known to be on it and not here."""
        with edge.reading() as work:
            device = devices.find(work, device_id)
            return schemas.shown(device, devices.unsynced(work, device))


@blueprint.route("/<device_id>/retire")
class Retire(MethodView):
    @roles(Role.AGENCY_ADMIN)
    @blueprint.arguments(schemas.DeviceReasonSchema)
    @blueprint.response(200, schemas.DeviceOrderSchema)
    @blueprint.fails(NotFound, AlreadyOutOfUse)
    def post(self, sent: dict[str, Any], device_id: str) -> DeviceOrder:
        """Take a tablet out of use: it hands in what it has, then wipes itself."""
        with edge.working() as work:
            return devices.retire(work, device_id, sent["reason"])


@blueprint.route("/<device_id>/lost")
class Lost(MethodView):
    @roles(Role.AGENCY_ADMIN)
    @blueprint.arguments(schemas.DeviceReasonSchema)
    @blueprint.response(201, schemas.ProposalSchema)
    @blueprint.fails(NotFound, AlreadyOutOfUse)
    @blueprint.leads_to("devices.ConfirmLost.post", device_id="device_id", order_id="id")
    def post(self, sent: dict[str, Any], device_id: str) -> dict[str, Any]:
        """Propose to declare a tablet lost; a second administrator must confirm it."""
        with edge.working() as work:
            order = devices.propose_lost(work, device_id, sent["reason"])
            return schemas.proposal(order, devices.unsynced(work, devices.find(work, device_id)))


@blueprint.route("/<device_id>/lost/<order_id>/confirm")
class ConfirmLost(MethodView):
    @roles(Role.AGENCY_ADMIN)
    @blueprint.response(200, schemas.DeviceOrderSchema)
    @blueprint.fails(NotFound, OwnProposal)
    def post(self, device_id: str, order_id: str) -> DeviceOrder:
        """Confirm as the second administrator: the tablet wipes itself at its next contact."""
        with edge.working() as work:
            return devices.confirm_lost(work, device_id, order_id)


def _may_repeat() -> bool:
    return bool(request.headers.get(REPEATED.name))
