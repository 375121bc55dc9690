"""The two scans of a joint visit, as this tablet makes and reads them (protocol §2 and §5).

Nothing is stored here: what a code says becomes an event only when an officer takes the step.
"""

from collections.abc import Iterable

from fieldapp.errors import OtherEnterprise, OtherVisit, OwnCode
from fieldapp.flow.desk import Desk
from shared import scan, tablet_codes
from shared.reference import Task
from shared.scan import TabletCode
from shared.tablet_codes import TabletHead
from shared.tokens import TokenType, TokenUnreadable, TokenWrongType


def code(desk: Desk, typ: TokenType, place: TabletHead) -> str:
    """The token this tablet shows, signed by its own key."""
    held = desk.held
    identity = held.identities.get()
    return tablet_codes.make(
        typ,
        place,
        certificate=identity.certificate,
        key=identity.key,
        now=held.timekeeper.now(),
        time_known=held.timekeeper.moment().server_offset_ms is not None,
    )


def read(desk: Desk, text: str, typ: TokenType) -> TabletHead:
    """Another tablet's code. Raises `TokenRefused` in one of its kinds, or `OwnCode`."""
    found = scan.decode(text)
    if not isinstance(found, TabletCode):
        raise TokenUnreadable("Not a code of another tablet.")
    if found.typ is not typ:
        raise TokenWrongType("A code for another step.", typ=found.typ)
    held = desk.held
    revoked = {name for of, name in held.reference.references().revoked if of == "device"}
    place = tablet_codes.read(
        found.token,
        typ,
        held.identities.key_set(),
        held.timekeeper.now(),
        revoked_devices=revoked,
    )
    if place.device_id == held.identities.get().device_id:
        raise OwnCode("This tablet's own code.")
    return place


def refuse_lead(desk: Desk, lead: TabletHead, tasks: Iterable[Task]) -> None:
    """Raise where these tasks cannot join that visit."""
    if desk.held.journal.head(lead.visit_id) is not None:
        raise OtherVisit("This tablet is in that visit already.", visit=lead.visit_id)
    for task in tasks:
        if lead.uscc and lead.uscc != task.uscc:
            raise OtherEnterprise("Another enterprise.", expected=task.uscc, seen=lead.uscc)
