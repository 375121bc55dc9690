"""Where the enterprise signs for a content, refuses or is absent. It forwards to a `Signer`."""

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from fieldapp.screens.kv import load
from fieldapp.viewmodels.taking import NO_TAKING


class SigningPanel(BoxLayout):
    """`prefix` begins the roles of everything in it; `on_name` tells a touched suggestion."""

    taking = ObjectProperty(NO_TAKING, rebind=True)
    signer = ObjectProperty(None, allownone=True)
    prefix = StringProperty("")

    __events__ = ("on_name",)

    def on_name(self, name: str) -> None:
        """A suggested name was touched."""


load(__file__)
