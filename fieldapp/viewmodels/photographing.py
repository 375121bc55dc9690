"""Taking a photo for the visit or one point of its form: a live picture, a shutter, evidence."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.ports.camera import Frame
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.evidence_sheet import EvidenceSheet, nobody
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.saying import problem
from shared.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographingState:
    open: bool = False
    about: str = ""
    shoot: Action = NO_ACTION
    cancel: Action = NO_ACTION
    said: Said = SILENT


class PhotographingViewModel(EvidenceSheet):
    """`kept` is told of every photo that became evidence."""

    def __init__(
        self,
        duty: Duty,
        show: Callable[[PhotographingState], None],
        *,
        kept: Callable[[], None] = nobody,
    ) -> None:
        super().__init__(duty)
        self._show = show
        self._kept = kept

    def begin(self, *, point_id: str | None = None, about: str = "") -> None:
        """Open the camera for a point, or for the visit as a whole."""
        if not self._opens(point_id, about):
            return
        try:
            self.duty.ports.camera.start()
        except DomainError as error:
            self.said = problem(error)
        self.refresh()

    def frame(self) -> Frame | None:
        return self.duty.ports.camera.frame()

    def shoot(self) -> None:
        """Take the photo and keep it as evidence."""
        flow = self.visit.flow
        if not self._open or flow is None:
            return
        try:
            photo = self.duty.photo()
            flow.add_photo(photo, officer_id=self.visit.officer_id, point_id=self._point_id)
        except DomainError as error:
            self.said = problem(error)
            self.refresh()
            return
        self.cancel()
        self.duty.changed()
        self._kept()

    def cancel(self) -> None:
        """Close the camera."""
        if self._open:
            self._open = False
            if self.duty.place is not Place.SCAN:  # there the camera goes on looking for codes
                self.duty.ports.camera.stop()
            self.refresh()

    def refresh(self) -> None:
        self._show(
            PhotographingState(
                open=self._open,
                about=self._about or _("本次检查的现场照片"),
                shoot=Action(key="photo.shoot", label=_("拍照"), icon="camera"),
                cancel=Action(key="photo.cancel", label=_("取消"), icon="cross"),
                said=self.said,
            )
        )
