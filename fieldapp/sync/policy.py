"""What may go over which network, and at what charge. Pure.

Records are small and the law waits for them: they go over anything. Evidence is megabytes: not
over a roaming network, not over a metered one where the server's setting says so, and not with the
last of the battery, unless a person says that it shall. What the system says of its network is a
hint; a person's touch always tries.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from fieldapp.ports.connectivity import Link

LEAST_BATTERY = 15
"""Per cent. Below it the visit that is under way needs the battery more than an upload."""

WIFI_ONLY = "wifi_only_media"


class Wish(Enum):
    """Who wants the round: the clock, a person, or a person who sends evidence at any price."""

    BY_ITSELF = "by_itself"
    NOW = "now"
    EVERYTHING = "everything"


class Wait(Enum):
    """Why evidence waits although there is something to send."""

    NO_NETWORK = "no_network"
    ROAMING = "roaming"
    WIFI_ONLY = "wifi_only"
    BATTERY = "battery"


def round_is_worth_it(link: Link, wish: Wish) -> bool:
    """Whether to try at all: without a network nobody is asked, unless a person wants to."""
    return link.online or wish is not Wish.BY_ITSELF


def evidence_waits(
    link: Link, battery_percent: int | None, settings: Mapping[str, Any], wish: Wish
) -> Wait | None:
    """Why no evidence is sent now, or None when it is."""
    if wish is Wish.EVERYTHING:
        return None
    if link.roaming:
        return Wait.ROAMING
    if link.metered and settings.get(WIFI_ONLY) is True:
        return Wait.WIFI_ONLY
    if battery_percent is not None and battery_percent < LEAST_BATTERY:
        return Wait.BATTERY
    return None
