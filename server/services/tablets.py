"""A tablet as a push must know it: its standing, its key, and the keys of the officers on it.

The row is locked, so that two pushes of one tablet come one after the other. Who may enrol or
retire a tablet is decided elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select

from server import past_session
from server.asking_ahead import Question
from server.database import rows_of
from server.models import Agency, Device, DeviceOfficer, DeviceStatus
from server.services import epochs
from server.services.scoping import one
from server.work import Work
from shared import rfc3339
from shared.chain import officer_signature_ok, signature_ok
from shared.events.envelope import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerKey:
    public: str
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablet:
    """`admitted` tells that supervision lets in what it sent, although it is out of use."""

    row: Device
    agency: Agency
    region: str
    epoch: str
    officers: Mapping[str, Sequence[OfficerKey]]
    admitted: bool = False

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def barred(self) -> str:
        """Why everything it sends goes to the quarantine; empty while it is in use."""
        if self.admitted or self.row.status == DeviceStatus.ACTIVE:
            return ""
        return f"device_{self.row.status}"

    def signed(self, event: Event) -> bool:
        """Whether the tablet's own signature holds."""
        return signature_ok(event.raw, self.row.public_key)

    def officer_fault(self, event: Event) -> str:
        """What is wrong with the officer's signature: a code, or empty when nothing is.

        An event without one has nothing wrong here: whether it needs one is the schema's matter.
        """
        if event.officer_sig is None:
            return ""
        keys = self.officers.get(event.officer_id, ())
        if not keys:
            return "officer_key_unknown"
        signers = [key for key in keys if officer_signature_ok(event.raw, key.public)]
        if not signers:
            return "officer_signature_bad"
        at = event.at.corrected
        if all(key.revoked_at is not None and key.revoked_at <= at for key in signers):
            return "officer_key_revoked"
        return ""

    def facts(self) -> dict[str, object]:
        """What the projection must remember of the tablet, as JSON."""
        return {
            "agency_id": self.row.agency_id,
            "region": self.region,
            "officers": {
                officer: [[rfc3339.write(k.valid_from), rfc3339.write(k.valid_to)] for k in keys]
                for officer, keys in sorted(self.officers.items())
            },
        }


def lock(work: Work, device_id: str, region: str) -> Tablet:
    """The tablet, nobody else's to push for until this transaction ends; `NotFound`."""
    return with_keys(work, lock_row(work, device_id, region))


def lock_row(work: Work, device_id: str, region: str) -> Tablet:
    """The same without its officers' keys."""
    found = past_session.rows(work.session, _TABLET, {"device": device_id})
    row, agency, epoch = one(found[0] if found else None)
    work.hold(agency)  # asked for again where the result is told, after all that came with it
    there = epochs.there(epoch)
    return Tablet(row=row, agency=agency, region=region, epoch=there, officers={})


def question(device_id: str) -> Question:
    """What `lock_row` asks of PostgreSQL."""
    return past_session.columns_of(_TABLET), {"device": device_id}


def with_keys(work: Work, tablet: Tablet) -> Tablet:
    """The tablet with the keys of the officers on it."""
    officers: dict[str, list[OfficerKey]] = {}
    for officer_id, public, valid_from, valid_to, revoked_at in rows_of(
        work.session, KEYS, {"device": tablet.id}
    ):
        key = OfficerKey(
            public=public, valid_from=valid_from, valid_to=valid_to, revoked_at=revoked_at
        )
        officers.setdefault(officer_id, []).append(key)
    return replace(tablet, officers=officers)


# Put together once: every push asks them.
_TABLET = (
    select(Device, Agency, epochs.NEWEST.scalar_subquery())
    .join(Agency, Agency.id == Device.agency_id)
    .where(Device.id == bindparam("device"))
    .with_for_update(of=Device)
)
KEYS = (
    select(
        DeviceOfficer.officer_id,
        DeviceOfficer.public_key,
        DeviceOfficer.valid_from,
        DeviceOfficer.valid_to,
        DeviceOfficer.revoked_at,
    )
    .where(DeviceOfficer.device_id == bindparam("device"))
    .order_by(DeviceOfficer.valid_from, DeviceOfficer.id)
)
