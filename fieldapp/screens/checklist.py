"""痕 · 检查表: one point at a time."""

from kivy.clock import Clock
from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.checklist import ChecklistState


class ChecklistScreen(BoundScreen):
    state = ObjectProperty(ChecklistState(), rebind=True)

    def show(self, state: ChecklistState) -> None:
        """Draw this state; what unfolds for a nonconformity is scrolled into view."""
        unfolds = state.unfolded and not self.state.unfolded
        moved = state.number != self.state.number
        super().show(state)
        if unfolds or moved:
            Clock.schedule_once(lambda _elapsed: self._scroll(bottom=state.unfolded), 0)

    def _scroll(self, *, bottom: bool) -> None:
        self.ids.page.scroll_y = 0 if bottom else 1

    def photograph(self) -> None:
        """Take a photo for the point on the screen."""
        self.camera.begin(point_id=self.model.point_id(), about=self.state.title)

    def record(self) -> None:
        """Record sound for the point on the screen."""
        self.sounding.begin(point_id=self.model.point_id(), about=self.state.title)

    def attach(self) -> None:
        """Attach a file to the point on the screen."""
        self.attaching.begin(point_id=self.model.point_id(), about=self.state.title)


load(__file__)
