"""What holds content together: cards, bars, banners, the scroll of a page."""

from kivy.properties import ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from fieldapp.screens.kv import load
from fieldapp.theme.paint import paint
from fieldapp.viewmodels.parts import NO_ACTION, SILENT


class Card(BoxLayout):
    fill = ColorProperty(paint.paper)
    edge = ColorProperty(paint.line)
    corner = NumericProperty("12dp")


class Page(ScrollView):
    """Scrolls up and down; what it holds is as high as it needs."""


class Banner(Card):
    """A message with its sign; as high as its words, and gone without any."""

    said = ObjectProperty(SILENT, rebind=True)


class ActionBar(BoxLayout):
    """The bottom of a screen: the reason, then the one big button and what else may be done."""

    action = ObjectProperty(NO_ACTION, rebind=True)
    others = ObjectProperty(())

    __events__ = ("on_act", "on_other")

    def on_act(self) -> None:
        """The big button was pressed while open."""

    def on_other(self, key: str) -> None:
        """One of the others was pressed while open."""


class FactLine(BoxLayout):
    item = ObjectProperty(None, rebind=True, allownone=True)


class Pill(BoxLayout):
    words = StringProperty("")
    tone = StringProperty("")
    sign = StringProperty("")


load(__file__)
