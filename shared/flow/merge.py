"""Bringing the chains of several tablets of one visit into one order (protocol §2, §6).

Happened-before by quoted heads first; what that leaves open goes by server-corrected time, then
device id. Wall clocks alone never decide.
"""

from collections.abc import Iterable, Mapping, Sequence

from shared.events.envelope import Event
from shared.events.kinds import EventKind as Kind

QUOTING = frozenset({Kind.JOINED, Kind.MEMBER_JOINED, Kind.MEMBER_DONE, Kind.SEALED})
"""Kinds that may build on another tablet's head; all others never do."""


def quotes(event: Event) -> tuple[tuple[str, str], ...]:
    """The other tablets' heads an event builds on, as (device id, hash)."""
    payload = event.payload
    if event.kind is Kind.JOINED:
        quoted: Iterable[Mapping[str, object]] = (payload["lead"],)
    elif event.kind in (Kind.MEMBER_JOINED, Kind.MEMBER_DONE):
        quoted = (payload["member"],)
    elif event.kind is Kind.SEALED:
        quoted = payload["quoted"]
    else:
        quoted = ()
    return tuple((str(q["device_id"]), str(q["head"])) for q in quoted)


def missing_heads(chains: Mapping[str, Sequence[Event]]) -> tuple[tuple[str, str], ...]:
    """Quoted heads that have not arrived: no result may go out before they do."""
    wanted = [
        quote
        for chain in chains.values()
        for event in chain
        if event.kind in QUOTING
        for quote in quotes(event)
    ]
    if not wanted:
        return ()
    arrived = {(device, event.hash) for device, chain in chains.items() for event in chain}
    return tuple(quote for quote in dict.fromkeys(wanted) if quote not in arrived)


def order(chains: Mapping[str, Sequence[Event]]) -> tuple[Event, ...]:
    """Return all events in one order, the same whatever order the chains came in.

    Each chain is in `seq` order. A quote of something that never arrived, or a circle of quotes
    (which only a forger makes), holds nothing up. One tablet alone has its own order.
    """
    if len(chains) == 1:
        return tuple(*chains.values())
    place = {
        (device, event.hash): index
        for device, chain in chains.items()
        for index, event in enumerate(chain)
    }
    position = dict.fromkeys(chains, 0)
    ordered: list[Event] = []

    def ready(device: str) -> bool:
        event = chains[device][position[device]]
        return all(
            place.get(quote, -1) < position[quote[0]] if quote in place else True
            for quote in quotes(event)
        )

    while left := [device for device in chains if position[device] < len(chains[device])]:
        free = [device for device in left if ready(device)] or left
        nearest = min(free, key=lambda d: (chains[d][position[d]].at.corrected, d))
        ordered.append(chains[nearest][position[nearest]])
        position[nearest] += 1
    return tuple(ordered)
