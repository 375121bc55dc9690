"""What every channel promises: take a letter over, or say whether trying again makes sense."""

from typing import Protocol

from server.notify.letter import Letter
from shared.errors import DomainError


class NotTaken(DomainError):
    """The channel did not take the letter this time; another try may. `why` is safe to log."""

    code = "not_taken"


class NeverTaken(DomainError):
    """The channel will never take a letter for this address; another channel must."""

    code = "never_taken"


class Channel(Protocol):
    def send(self, letter: Letter) -> None:
        """Return when the letter was taken over; raises `NotTaken` or `NeverTaken`.

        Their text says codes and classes only, never an address or a word of the letter.
        Sending the same letter twice must be harmless: `message_id` tells.
        """
        ...
