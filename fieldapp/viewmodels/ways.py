"""From a lock to the button that lifts it: read off the flow's table, by the act it names.

A refusal of the flow says which act would lift it; here is the screen of that act, and what else a
person can do about a lock that no act of the visit lifts.
"""

from collections.abc import Iterable

from fieldapp.language import _, say
from fieldapp.viewmodels.parts import NO_ACTION, Action, Why
from fieldapp.viewmodels.places import PLACE_OF, Place
from shared.events.kinds import EventKind, names
from shared.flow.ask import Refusal

WAY = "way."
"""Begins the key of every button that only leads somewhere."""

LIFTED_BY_A_ROUND = frozenset({"certificate_status_old", "lease_over"})
"""Locks that a round with the server lifts."""


def why(refusals: Iterable[Refusal], *, here: Place | None = None, offsite: bool = False) -> Why:
    """The first refusal in one line, with the way out of it; empty when there is none."""
    first = next(iter(refusals), None)
    if first is None:
        return Why()
    out = way_out(first.code, first.lifted_by, here=here, offsite=offsite)
    return Why(say(first.reason), out)


def way_out(
    code: str, lifted_by: EventKind | None, *, here: Place | None, offsite: bool = False
) -> Action:
    """The button to where a lock is lifted; nothing when that is here, or nowhere."""
    if lifted_by is not None:
        label = _("去“{act}”").format(act=say(names(offsite=offsite)[lifted_by]))
        return _to(PLACE_OF.get(lifted_by), label, here)
    if code in LIFTED_BY_A_ROUND:
        return _to(Place.SYNC, _("去同步"), here)
    return NO_ACTION


def _to(place: Place | None, label: str, here: Place | None) -> Action:
    if place is None or place is here:
        return NO_ACTION
    return Action(key=f"{WAY}{place}", label=label, icon="next")


def place_of(key: str) -> Place:
    """Where such a button leads."""
    return Place(key.removeprefix(WAY))
