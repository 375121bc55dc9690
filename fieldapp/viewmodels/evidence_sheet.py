"""What the sheets over the screens share: evidence for the visit, or for one point of its form."""

from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import SILENT
from fieldapp.viewmodels.step import Step
from shared.events.kinds import EventKind


def nobody(*_: object) -> None:
    """Nobody asked to be told of what became evidence."""


class EvidenceSheet(Step):
    """A sheet is open for one point, or for the visit as a whole; one way to make evidence each."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty)
        self._open = False
        self._about = ""
        self._point_id: str | None = None

    @property
    def is_open(self) -> bool:
        return self._open

    def _opens(self, point_id: str | None, about: str) -> bool:
        """Open it, unless it is, or the visit takes no evidence now."""
        if self._open or self.visit.flow is None or self.visit.why(EventKind.EVIDENCE_ADDED):
            return False
        self._open, self._point_id, self._about = True, point_id, about
        self.said = SILENT
        return True
