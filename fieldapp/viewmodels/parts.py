"""The small values that states are made of. They carry sentences, never rules."""

from dataclasses import dataclass, replace


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
    """A message on the screen: `tone` fine, information, caution or problem."""

    text: str = ""
    tone: str = "information"


SILENT = Said()
