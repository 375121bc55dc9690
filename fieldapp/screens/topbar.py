"""The bar at the top of every screen."""

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from fieldapp.screens.kv import load
from fieldapp.viewmodels.topbar import TopBarState


class TopBar(BoxLayout):
    state = ObjectProperty(TopBarState(), rebind=True)
    model = ObjectProperty(None, allownone=True)

    __events__ = ("on_language", "on_look", "on_type")

    def on_language(self) -> None:
        """The other language was asked for."""

    def on_look(self) -> None:
        """The other palette was asked for."""

    def on_type(self) -> None:
        """The other size of type was asked for."""

    def show(self, state: TopBarState) -> None:
        """Draw this state."""
        self.state = state


load(__file__)
