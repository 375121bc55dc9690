"""Members of a batch, each read by itself: whole and of this tablet, or with what is wrong with it.

It looks at nothing that was stored, and one member never spoils another.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from shared import chain
from shared.canonical import canonical, plainly
from shared.crypto import sha256_hex
from shared.errors import BadInput, NewerApp
from shared.events.envelope import Event, read_event, read_plainly
from shared.events.fields import EARLIEST, LATEST

LONGEST_DETAIL = 500
LONGEST_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why something goes to the quarantine: a stable code, and words for people."""

    code: str
    detail: str = ""


class Arrival(NamedTuple):
    """One member. `id`, `hash` and `visit_id` are what it claims; `canonical` all of it."""

    id: str | None
    hash: str | None
    visit_id: str | None
    canonical: bytes
    raw_hash: str
    event: Event | None
    fault: Fault | None


def read(raw: Any, sender: str) -> Arrival:
    """What arrived from the tablet `sender`; raises `BadJson` only for what is no JSON at all."""
    event = read_plainly(raw)
    as_it_came = None if event is None else plainly(raw)
    if event is None or as_it_came is None or not _is_a_time(event):
        return _read_closely(raw, sender)
    return Arrival(
        id=event.id,
        hash=event.hash,
        visit_id=event.visit_id,
        canonical=as_it_came,
        raw_hash=sha256_hex(as_it_came),
        event=event,
        fault=_integrity(event, sender, as_it_came),
    )


def _read_closely(raw: Any, sender: str) -> Arrival:
    """The same of whatever came; what is plain to see comes out as `read` has it."""
    as_it_came = canonical(raw)
    event, fault = _event(raw)
    if event is not None:
        fault = _integrity(event, sender, as_it_came)
    return _arrival(as_it_came, raw, event, fault)


def reopen(as_it_came: bytes, raw: Any) -> Arrival:
    """An arrival that was stored after `read` had found nothing against it."""
    event, _ = _event(raw)
    return _arrival(as_it_came, raw, event, None)


def _arrival(as_it_came: bytes, raw: Any, event: Event | None, fault: Fault | None) -> Arrival:
    return Arrival(
        id=_claimed(raw, "id"),
        hash=_claimed(raw, "hash"),
        visit_id=_claimed(raw, "visit_id"),
        canonical=as_it_came,
        raw_hash=sha256_hex(as_it_came),
        event=event,
        fault=fault,
    )


def _event(raw: Any) -> tuple[Event | None, Fault | None]:
    try:
        event = read_event(raw)
    except NewerApp as newer:
        return None, Fault(code="newer_app", detail=str(newer))
    except BadInput as bad:
        words = "; ".join(f"{pointer}: {said}" for pointer, said in bad.errors.items())
        return None, Fault(code="unreadable", detail=words[:LONGEST_DETAIL])
    if not _is_a_time(event):
        return None, Fault(code="unreadable", detail="/at/wall: Not a time of our age.")
    return event, None


def _is_a_time(event: Event) -> bool:
    try:
        return EARLIEST <= event.at.corrected <= LATEST
    except OverflowError:
        return False


def _integrity(event: Event, sender: str, written: bytes) -> Fault | None:
    if event.device_id != sender:
        return Fault(code="other_device", detail=f"Says it is of {event.device_id}.")
    if chain.event_hash(event.raw, written=written) != event.hash:
        return Fault(code="hash_mismatch")
    return None


def _claimed(raw: Any, name: str) -> str | None:
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_ID else None
