"""What every step of a visit does alike: ask the flow, act, and say what went wrong."""

from collections.abc import Mapping
from typing import Any

from fieldapp.flow.evidencing import EvidenceDraft
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import SILENT, Said
from fieldapp.viewmodels.saying import problem
from fieldapp.viewmodels.visit import Visit
from shared.errors import DomainError
from shared.events.envelope import Event
from shared.events.kinds import EventKind


class Step:
    """A view-model of a visit. `enter` and `leave` frame the time its screen is shown."""

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        self.said: Said = SILENT

    @property
    def visit(self) -> Visit:
        """The visit in hand; no step is shown without one."""
        if self.duty.visit is None:
            raise RuntimeError("No visit in hand.")
        return self.duty.visit

    def enter(self) -> None:
        """The screen is shown."""
        self.said = SILENT
        self.refresh()

    def leave(self) -> None:
        """The screen is hidden."""

    def refresh(self) -> None:
        """Show the state as it is now."""
        raise NotImplementedError

    def tick(self) -> None:
        """A second has passed while the screen is shown."""

    def take(
        self,
        kind: EventKind,
        payload: Mapping[str, Any] | None = None,
        *,
        officer_id: str = "",
        evidence: EvidenceDraft | None = None,
    ) -> Event | None:
        """Make an act; None when it was refused, and then the screen says why."""
        try:
            event = self.visit.take(kind, payload, officer_id=officer_id, evidence=evidence)
        except DomainError as error:
            self.said = problem(error)
            return None
        self.said = SILENT
        self.duty.changed()
        return event

    def onward(self) -> None:
        """Go where the next step is made."""
        self.duty.go(self.visit.due())
