"""The signing panel's part of a view-model: forwards what is chosen, typed and drawn to a draft."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from fieldapp.viewmodels.taking import Mode, Stroke, Taking
from fieldapp.viewmodels.visit import Visit

OWNER = "法定代表人"


class Signer:
    """Holds the draft; `changed` is called after every change of it."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.taking = Taking()

    def begin(self, taking: Taking) -> None:
        """Start over, without telling."""
        self.taking = taking

    def mode(self, key: str) -> None:
        """Sign, refuse or absent."""
        if key != self.taking.mode:
            self._set(replace(self.taking, mode=Mode(key), reason=""))

    def name(self, name: str) -> None:
        self._set(replace(self.taking, name=name))

    def owner(self, name: str, legal_rep: str) -> None:
        """A suggested name was touched; the legal representative's brings the capacity along."""
        capacity = OWNER if name == legal_rep else self.taking.capacity
        if capacity == OWNER and name != legal_rep:
            capacity = ""
        self._set(replace(self.taking, name=name, capacity=capacity))

    def capacity(self, capacity: str) -> None:
        self._set(replace(self.taking, capacity=capacity))

    def drawn(self, strokes: Sequence[Stroke]) -> None:
        self._set(replace(self.taking, strokes=tuple(strokes)))

    def again(self) -> None:
        """重签: wipe the pad."""
        self._set(self.taking.signed_again())

    def reason(self, reason: str) -> None:
        self._set(replace(self.taking, reason=reason))

    def witness(self, witness: str) -> None:
        self._set(replace(self.taking, witness=witness))

    def _set(self, taking: Taking) -> None:
        if taking != self.taking:
            self.taking = taking
            self._changed()


def as_before(visit: Visit) -> Taking:
    """The person who signed the notice, who most likely signs what follows; never the strokes."""
    notice = visit.state.notice
    if notice is None or not notice.name:
        return Taking()
    return Taking(name=notice.name, capacity=notice.capacity or "")


def suggested(visit: Visit) -> tuple[str, ...]:
    """Names to touch instead of typing; nobody's presence is asked for (R48)."""
    notice = visit.state.notice
    owner = visit.enterprise.legal_rep if visit.enterprise else ""
    return tuple(name for name in (notice.name if notice else "", owner) if name)
