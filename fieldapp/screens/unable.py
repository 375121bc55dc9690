"""无法检查: why, shown by what."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.ending import EndingState


class UnableScreen(BoundScreen):
    """`camera` is the model of the photo sheet that lies over all screens."""

    state = ObjectProperty(EndingState(), rebind=True)
    camera = ObjectProperty(None, allownone=True)

    def photograph(self) -> None:
        """Take a photo of the place."""
        self.camera.begin()


load(__file__)
