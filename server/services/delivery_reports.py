"""What a gateway reports of a message it took over: in the addressee's hands, or come back.

    sent → delivered
      └→ failed (refused or returned): the next channel, or the desk

Safe to repeat: the first report of a kind counts, and one that comes late changes nothing.
"""

from enum import StrEnum

from server.models import OutboxMessage, OutboxState
from server.notify.letter import CARRIED_ON, Purpose
from server.services import audit, delivery, notices
from server.services.scoping import one, require_agency, require_role
from server.work import Work
from shared.roles import Role


class Reported(StrEnum):
    """What became of a message after it was taken over."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # by whoever it was for
    RETURNED = "returned"  # nobody there


def take(work: Work, message_id: str, reported: Reported) -> OutboxMessage:
    """Note a report of a message of the agency that reads; `NotFound` for any other."""
    require_role(work.who, Role.CLIENT)
    row = one(work.session.get(OutboxMessage, message_id, with_for_update=True))
    require_agency(work, row.agency_id)
    if row.purpose not in CARRIED_ON or row.state != OutboxState.SENT:
        return row
    audit.write(work, "message.reported", "outbox_message", row.id, reported=str(reported))
    if reported is not Reported.DELIVERED:
        delivery.came_back(work, row, str(reported))
    elif row.purpose == Purpose.RESULT_NOTICE:
        notices.delivered(work, row.document_id or "")
    return row
