"""By which channels, in which order, somebody of an enterprise wants to be told of its notices.

Phone and e-mail stand with the contact and are not changed here: codes go there. A robot or a
webhook is told number, agency, date and link alone, like every other channel.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.models import Contact, ContactWay
from server.notify import outside, webhook
from server.notify.letter import ChannelName
from server.services import audit, contact_ways, field_encryption
from server.services.field_encryption import Field
from server.services.scoping import one, require_role
from server.work import Work
from shared import webhooks
from shared.errors import BadInput
from shared.roles import Role

ENTERPRISE = (Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
OWN_ADDRESS = (ChannelName.WECOM, ChannelName.DINGTALK, ChannelName.WEBHOOK)
LONGEST = outside.LONGEST_URL
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One channel of somebody. `place` 0: not used; `secret` signs the calls of a webhook."""

    channel: ChannelName
    place: int
    masked: str
    secret: str = ""

    @property
    def is_own(self) -> bool:
        """Whether its address is written down here."""
        return self.channel in OWN_ADDRESS


def mine(work: Work) -> tuple[Way, ...]:
    """The channels somebody of an enterprise may choose among, in the chosen order."""
    contact = _me(work)
    rows = {ChannelName(row.channel): row for row in contact_ways.kept(work, contact.id)}
    personal = contact_ways.addresses(work, contact)
    found = []
    for channel in (*personal, *OWN_ADDRESS):
        row = rows.get(channel)
        address = personal.get(channel) or (contact_ways.opened(work, contact, row) if row else "")
        found.append(
            Way(
                channel=channel,
                place=row.place if row else 0,
                masked=contact_ways.masked(channel, address) if address else "",
                secret=webhook.unpacked(address)[1]
                if address and channel is ChannelName.WEBHOOK
                else "",
            )
        )
    return tuple(sorted(found, key=lambda way: (way.place == 0, way.place)))


def choose(work: Work, places: Mapping[ChannelName, int], typed: Mapping[ChannelName, str]) -> None:
    """Write down an order, and addresses that were typed; those left empty stay as they are.

    All at 0 means by phone and e-mail at once, as before. `BadInput` by channel.
    """
    contact = _me(work, lock=True)
    rows = {ChannelName(row.channel): row for row in contact_ways.kept(work, contact.id)}
    personal = contact_ways.addresses(work, contact)
    wrong: dict[str, str] = {}
    for channel in (*personal, *OWN_ADDRESS):
        row = rows.get(channel) or ContactWay(
            id=work.ids(), contact_id=contact.id, channel=channel, place=0
        )
        text = typed.get(channel, "").strip() if channel in OWN_ADDRESS else ""
        address = _address(work, channel, text) if text else ""
        if text and not address:
            wrong[f"/{channel}"] = "Not an address of this kind."
            continue
        if address:
            row.address_sealed = field_encryption.seal(
                work, address, Field.CONTACT_WAY, owner=row.id
            )
        row.place = places.get(channel, 0)
        if row.place and channel in OWN_ADDRESS and row.address_sealed is None:
            wrong[f"/{channel}"] = "An address is missing."
        work.session.add(row)
    if wrong:
        raise BadInput("Not every address can be used.", errors=wrong)
    used = sorted((place, channel) for channel, place in places.items() if place)
    channels = ",".join(channel for _, channel in used)
    audit.write(work, "contact.ways_chosen", "contact", contact.id, channels=channels)


def _me(work: Work, *, lock: bool = False) -> Contact:
    require_role(work.who, *ENTERPRISE)
    return one(work.session.get(Contact, work.who.id, with_for_update=lock or None))


def _address(work: Work, channel: ChannelName, text: str) -> str:
    """An address as it is kept; "" for what is none of this channel's."""
    if channel is ChannelName.WEBHOOK:
        listed = work.settings.webhook_networks
        if not outside.readable(text, listed):
            return ""
        return webhook.packed(text, webhooks.secret_of(work.chance(SECRET_BYTES)))
    if len(text) > LONGEST:
        return ""
    from server.notify import bots  # apprise takes half a second to load

    if channel is ChannelName.WECOM:
        return bots.wecom_address(text)
    return bots.dingtalk_address(text)
