"""痕 · 检查表: one point at a time."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.checklist import ChecklistState


class ChecklistScreen(BoundScreen):
    """`camera` is the model of the photo sheet that lies over all screens."""

    state = ObjectProperty(ChecklistState(), rebind=True)
    camera = ObjectProperty(None, allownone=True)

    def photograph(self) -> None:
        """Take a photo for the point on the screen."""
        self.camera.begin(point_id=self.model.point_id(), about=self.state.title)


load(__file__)
