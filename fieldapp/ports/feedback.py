"""Small signs to the person. They never fail and never carry case data: lock screens show them."""

from typing import Protocol


class Feedback(Protocol):
    def vibrate(self, milliseconds: int) -> None: ...

    def notify(self, title: str, text: str) -> None: ...
