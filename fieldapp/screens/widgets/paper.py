"""A document as it will look on paper, and a reader that knows when its end has been seen."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from fieldapp.screens.kv import load
from fieldapp.screens.widgets.frames import Page
from fieldapp.viewmodels.papers import EMPTY_BLOCK

SETTLED_S = 0.15
"""How long the layout must have been still before the end counts as reached."""


class PaperBlock(BoxLayout):
    item = ObjectProperty(EMPTY_BLOCK, rebind=True)


class PaperReader(Page):
    """Shows `blocks`; `on_end` comes once their end has been on the screen."""

    role = StringProperty("")
    document = StringProperty("")
    """Another document begins at its top; the same one, changed, stays where it was read."""
    blocks = ObjectProperty(())
    ended = BooleanProperty(defaultvalue=False)

    __events__ = ("on_end",)

    def __init__(self, **kwargs: Any) -> None:
        self._look = Clock.create_trigger(self._judge, SETTLED_S)
        super().__init__(**kwargs)
        for name in ("scroll_y", "size", "viewport_size"):
            self.fbind(name, self._moved)

    def begin(self) -> None:
        """Read anew, from the top: whoever comes back to a paper has not seen its end yet."""
        self.scroll_y = 1
        self.ended = False
        self._moved()

    def on_end(self) -> None:
        """The last line has been on the screen."""

    def on_blocks(self, *_: object) -> None:
        self.ended = False
        self._moved()

    def on_document(self, *_: object) -> None:
        self.scroll_y = 1

    def _moved(self, *_: object) -> None:
        self._look.cancel()
        self._look()

    def _judge(self, _elapsed: float) -> None:
        if self.ended or not self.blocks or not self.get_root_window():
            return
        hidden = self.viewport_size[1] - self.height
        if hidden <= 0 or self.scroll_y * hidden <= self.height * 0.03:
            self.ended = True
            self.dispatch("on_end")


load(__file__)
