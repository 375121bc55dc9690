"""Where the tablet is. Never a guess: no fix is None, and a mocked one says so."""

from typing import Protocol

from shared.events.envelope import Fix


class Location(Protocol):
    def fix(self) -> Fix | None:
        """The last position with its accuracy and age, or None. Must return at once."""
        ...
