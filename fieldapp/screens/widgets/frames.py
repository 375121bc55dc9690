"""What holds content together: cards, bars, banners, the scroll of a page."""

from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from fieldapp.screens.kv import load
from fieldapp.screens.widgets.gaps import no_height
from fieldapp.screens.widgets.repeat import Strip
from fieldapp.screens.widgets.touch import PlainButton
from fieldapp.viewmodels.parts import NO_ACTION, SILENT


class Card(BoxLayout):
    fill = ColorProperty("#FFFFFF")
    edge = ColorProperty("#FFFFFF")
    corner = NumericProperty("12dp")


class Page(ScrollView):
    """Scrolls up and down; what it holds is as high as it needs."""


class Banner(Card):
    """A message with its sign; as high as its words, and gone without any."""

    said = ObjectProperty(SILENT, rebind=True)

    def on_kv_post(self, _base: object) -> None:
        self.ids.words.fbind("height", self._grow)
        self.ids.way.fbind("height", self._grow)
        for name in ("said", "parent"):
            self.fbind(name, self._grow)
        self._grow()

    def _grow(self, *_: object) -> None:
        empty = no_height(self)
        content = max(self.ids.words.height, self.ids.way.height)
        self.height = content + self.padding[1] * 2 if self.said.text else empty


class Foot(BoxLayout):
    """The bottom of a screen: the reason, then the one big button and what else may be done."""

    action = ObjectProperty(NO_ACTION, rebind=True)
    others = ObjectProperty(())
    stacked = BooleanProperty(defaultvalue=False)
    """In large type the others lie above the big one: side by side their words would not fit."""

    __events__ = ("on_act", "on_other")

    def on_act(self) -> None:
        """The big button was pressed while open."""

    def on_other(self, key: str) -> None:
        """One of the others was pressed while open."""


class OtherAction(PlainButton):
    item = ObjectProperty(NO_ACTION, rebind=True)


class FactLine(Strip):
    """A name and its value."""


class CardLine(Card):
    """A row in a card of its own."""

    item = ObjectProperty(None, rebind=True, allownone=True)


class Pill(BoxLayout):
    words = StringProperty("")
    tone = StringProperty("")
    sign = StringProperty("")


load(__file__)
