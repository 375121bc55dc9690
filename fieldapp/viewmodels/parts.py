"""The small values that states are made of. They carry sentences, never rules."""

from dataclasses import dataclass, replace
from typing import Self


class Why(str):
    """Why a button is locked, in one line, and the `way` to the one that lifts it, if any does."""

    __slots__ = ("way",)
    way: "Action"

    def __new__(cls, text: str = "", way: "Action | None" = None) -> Self:
        made = super().__new__(cls, text)
        made.way = way or NO_ACTION
        return made

    def __eq__(self, other: object) -> bool:
        """The same words with another way are drawn anew; beside plain text the words count."""
        same = str.__eq__(self, other) is True
        return same and (not isinstance(other, Why) or self.way == other.way)

    def __hash__(self) -> int:
        return str.__hash__(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button. `reason` says why it is locked and is empty while it may be pressed."""

    key: str = ""
    label: str = ""
    reason: str = ""
    icon: str = ""
    busy: str = ""
    """What is going on while the button waits; nothing may be pressed then."""

    @property
    def open(self) -> bool:
        return not self.reason and not self.busy

    @property
    def way(self) -> "Action":
        """The button that leads to where the lock is lifted; none where that is on this screen."""
        return self.reason.way if isinstance(self.reason, Why) else NO_ACTION

    def locked(self, reason: str) -> "Action":
        return replace(self, reason=reason)


NO_ACTION = Action()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several: a segment or a chip. `tone` colours it when it is chosen."""

    key: str
    label: str
    chosen: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and its value, in a list of facts."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message on the screen: `tone` fine, information, caution or problem; `way` leads on."""

    text: str = ""
    tone: str = "information"
    way: Action = NO_ACTION


SILENT = Said()


def locked_because(reason: str) -> Said:
    """Says why something is locked, and leads to where that is lifted."""
    return Said(text=reason, tone="caution", way=Action(reason=reason).way)
