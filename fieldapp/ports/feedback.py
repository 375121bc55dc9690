"""Small signs to the person. They never fail and never carry case data: lock screens show them."""

from typing import Protocol


class Feedback(Protocol):
    def vibrate(self, milliseconds: int) -> None: ...

    def sound(self, *, fine: bool) -> None:
        """One short tone: high when something was right, low when it was wrong."""
        ...

    def notify(self, title: str, text: str) -> None: ...
