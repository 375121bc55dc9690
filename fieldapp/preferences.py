"""What may be chosen on this tablet, within what the platform allows; how it looks is in `looks`.

A choice only ever narrows what the server set: it cannot send evidence where the server forbids
it, nor take a photo larger than the server wants.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from fieldapp.store.facts import Facts
from fieldapp.store.opening import Store

NAME = "preferences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """`image_pixels` 0 takes photos as large as the platform allows."""

    wifi_only: bool = False
    sound: bool = True
    vibration: bool = True
    image_pixels: int = 0


def kept(store: Store) -> Preferences:
    """What was chosen; what nobody chose is as it comes."""
    stored: Mapping[str, Any] = Facts(store).get(NAME) or {}
    known = {field.name for field in fields(Preferences)}
    return Preferences(**{name: value for name, value in stored.items() if name in known})


def keep(store: Store, preferences: Preferences) -> None:
    """Remember it until it is changed again."""
    with store.transaction() as tx:
        Facts(store).put(tx, NAME, asdict(preferences))
