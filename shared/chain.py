"""The hash chain of one visit on one tablet: sealing, linking and checking events.

An event here is the raw JSON object as it came, since what is hashed is every member but `hash`,
`sig` and `officer_sig`. Both signatures are over the 32 raw bytes of the hash. This module never
repairs an event, and never looks into a payload.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared import base64url, crypto
from shared.canonical import canonical
from shared.errors import BadInput, DomainError, Untrusted

Event = Mapping[str, Any]

UNSIGNED = frozenset({"hash", "sig", "officer_sig"})
NO_PREVIOUS = ""


class ChainBroken(Untrusted):
    """An event that does not stand where it says; the subclasses say in which way."""

    code = "chain_broken"


class HashMismatch(ChainBroken):
    """The hash is not that of the event."""

    code = "hash_mismatch"


class OtherChain(ChainBroken):
    """Of another visit or tablet than the event before."""

    code = "other_chain"


class SeqGap(ChainBroken):
    """An event is missing before this one."""

    code = "seq_gap"


class PrevMismatch(ChainBroken):
    """Follows another event than the one before."""

    code = "prev_mismatch"


class DeviceSeqBackwards(ChainBroken):
    """The tablet's count over all visits went backwards."""

    code = "device_seq_backwards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with one event of a chain."""

    index: int
    event_id: str
    code: str


def event_hash(event: Event, *, written: bytes = b"") -> str:
    """The hex hash of an event; raises `UnknownSuite`, or `BadJson` if it has no JSON form.

    `written` is the canonical form of all of it, where that is known already.
    """
    suite = crypto.get(event.get("suite"))
    body = _cut(event, written) if written else None
    if body is None:
        body = canonical({name: event[name] for name in event if name not in UNSIGNED})
    return suite.digest(body).hex()


def _cut(event: Event, written: bytes) -> bytes | None:
    """The canonical form without what is not hashed; None where that cannot be told for sure.

    Its members stand in one order, each as it would alone: what is left is the form of the rest.
    A member that can be found just once is the event's own, and none inside its payload; `suite`
    stands behind it, and so a comma.
    """
    for name in UNSIGNED:
        if name not in event:
            continue
        value = event[name]
        if type(value) is not str or '"' in value or "\\" in value:
            return None
        member = f'"{name}":"{value}",'.encode()
        if written.count(member) != 1:
            return None
        written = written.replace(member, b"")
    return written


def seal(
    draft: Event, device_key: crypto.Signer, officer_key: crypto.Signer | None = None
) -> dict[str, Any]:
    """A finished event from one that has everything but its hash and signatures."""
    digest = event_hash(draft)
    event = {name: draft[name] for name in draft if name not in UNSIGNED}
    event["hash"] = digest
    event["sig"] = base64url.encode(device_key.sign(bytes.fromhex(digest)))
    if officer_key is not None:
        event["officer_sig"] = base64url.encode(officer_key.sign(bytes.fromhex(digest)))
    return event


def check_link(event: Event, previous: Event | None) -> None:
    """Return if `event` is whole and follows `previous` (None: it is the first of its chain).

    Raises a `ChainBroken` that says in which way it does not, or `UnknownSuite`. Signatures are
    not looked at: one newer signature covers many links.
    """
    if event.get("hash") != event_hash(event):
        raise HashMismatch("The hash is not that of the event.", event=event.get("id"))
    if previous is None:
        _check_first(event)
    else:
        _check_after(event, previous)


def signature_ok(event: Event, public: str) -> bool:
    """Whether the tablet's `sig` over `hash` is that of `public`; the hash is not recomputed."""
    return _signed(event, "sig", public)


def officer_signature_ok(event: Event, public: str) -> bool:
    """Whether `officer_sig` over `hash` is that of the officer's `public` key."""
    return _signed(event, "officer_sig", public)


def verify_chain(events: Sequence[Event], public: str) -> tuple[Fault, ...]:
    """Every fault of a whole chain in its order: hashes, links and all tablet signatures."""
    faults: list[Fault] = []
    for index, event in enumerate(events):
        name = str(event.get("id"))
        try:
            check_link(event, events[index - 1] if index else None)
        except DomainError as error:
            faults.append(Fault(index=index, event_id=name, code=error.code))
        if not signature_ok(event, public):
            faults.append(Fault(index=index, event_id=name, code="bad_signature"))
    return tuple(faults)


def covered_by_newest(events: Sequence[Event], public: str, *, after: Event | None = None) -> int:
    """How many leading events the newest signature that verifies covers.

    The links must hold from `after` (the last event already held, None at a chain's start) up to
    that event: its hash covers every one before it. Usually one signature is checked; if it does
    not hold the next older one is, and so on. 0 when nothing can be taken.
    """
    linked = _linked(events, after)
    for count in range(linked, 0, -1):
        if signature_ok(events[count - 1], public):
            return count
    return 0


def _linked(events: Sequence[Event], after: Event | None) -> int:
    previous = after
    for count, event in enumerate(events):
        try:
            check_link(event, previous)
        except DomainError:
            return count
        previous = event
    return len(events)


def _check_first(event: Event) -> None:
    if event.get("seq") != 1:
        raise SeqGap("A chain begins with 1.", seq=event.get("seq"))
    if event.get("prev") != NO_PREVIOUS:
        raise PrevMismatch("The first event has nothing before it.")


def _check_after(event: Event, previous: Event) -> None:
    if any(event.get(name) != previous.get(name) for name in ("visit_id", "device_id")):
        raise OtherChain("Of another visit or tablet than the event before.")
    if event.get("seq") != _number(previous, "seq") + 1:
        raise SeqGap("An event is missing before this one.", seq=event.get("seq"))
    if event.get("prev") != previous.get("hash"):
        raise PrevMismatch("Follows another event than the one before.")
    if _number(event, "device_seq") <= _number(previous, "device_seq"):
        raise DeviceSeqBackwards("The tablet's own count went backwards.")


def _number(event: Event, name: str) -> int:
    value = event.get(name)
    return value if isinstance(value, int) else -1


def _signed(event: Event, name: str, public: str) -> bool:
    try:
        suite = crypto.get(event.get("suite"))
        signature = base64url.decode(str(event.get(name)))
        return suite.verify(public, signature, bytes.fromhex(str(event.get("hash"))))
    except (BadInput, ValueError, Untrusted):
        return False
