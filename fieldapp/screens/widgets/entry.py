"""A field to type in. It forwards every change; what it holds is the state's, not its own."""

import kivy
from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from fieldapp.screens.kv import load

# Otherwise Kivy starts other people's programs to find X11's second clipboard.
kivy.kivy_options["cutbuffer"] = ()


class Entry(BoxLayout):
    """`value` is shown while nobody types; `on_typed` tells what somebody typed."""

    role = StringProperty("")
    name = StringProperty("")
    value = StringProperty("")
    hint = StringProperty("")

    __events__ = ("on_typed",)

    def on_typed(self, text: str) -> None:
        """The text is now this."""

    def on_value(self, *_: object) -> None:
        field = self.ids.get("field")
        if field is not None and field.text != self.value:
            field.text = self.value

    def on_kv_post(self, _base: object) -> None:
        self.on_value()


load(__file__)
