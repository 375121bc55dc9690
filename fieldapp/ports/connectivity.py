"""Whether there is a network and what it costs. It sends nothing, and its word is only a hint."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`online` means that the system reached the internet, not that our server answers."""

    online: bool
    metered: bool
    roaming: bool


NO_LINK = Link(online=False, metered=False, roaming=False)
FREE_LINK = Link(online=True, metered=False, roaming=False)


class Connectivity(Protocol):
    def link(self) -> Link: ...


@dataclass(frozen=True, slots=True)
class FixedConnectivity:
    """Always the same answer: for a desk, which is always connected, and for tests."""

    answer: Link = FREE_LINK

    def link(self) -> Link:
        return self.answer
