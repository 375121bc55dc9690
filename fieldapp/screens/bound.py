"""What every screen is: a state to draw, and a model to forward touches to."""

from typing import Any

from kivy.properties import ObjectProperty
from kivy.uix.screenmanager import Screen


class BoundScreen(Screen):
    """A subclass gives `state` its empty value, so that its .kv can be read before there is one."""

    state = ObjectProperty(None, rebind=True)
    model = ObjectProperty(None, allownone=True)
    camera = ObjectProperty(None, allownone=True)
    """The model of the photo sheet that lies over all screens, as those for sound and files do."""
    sounding = ObjectProperty(None, allownone=True)
    attaching = ObjectProperty(None, allownone=True)

    def show(self, state: Any) -> None:
        """Draw this state."""
        self.state = state
