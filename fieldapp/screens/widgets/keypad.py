"""Figures to touch: a PIN is typed with gloves on, and never seen by a keyboard of another app."""

from kivy.graphics import Color, SmoothEllipse, SmoothLine
from kivy.metrics import dp
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from fieldapp.screens.kv import load
from fieldapp.screens.widgets.touch import Tap
from fieldapp.theme.paint import paint

ERASE = "erase"


class Key(Tap):
    key = StringProperty("")


class Keypad(BoxLayout):
    """Reports every key: a figure, or `ERASE`. It keeps nothing itself."""

    prefix = StringProperty("pin")

    __events__ = ("on_key",)

    def on_key(self, key: str) -> None:
        """A key was touched."""


class PinDots(Widget):
    """One dot for each figure given, never the figures; `least` places are always shown."""

    count = NumericProperty(0)
    least = NumericProperty(6)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("count", "least", "pos", "size"):
            self.fbind(name, self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        places = int(max(self.count, self.least))
        step, radius = dp(28), dp(7)
        left = self.x + (self.width - step * (places - 1)) / 2
        middle = self.y + self.height / 2
        with self.canvas:
            Color(rgba=paint.primary)
            for at in range(places):
                x = left + at * step
                if at < self.count:
                    size = (2 * radius, 2 * radius)
                    SmoothEllipse(pos=(x - radius, middle - radius), size=size)
                else:
                    SmoothLine(circle=(x, middle, radius), width=dp(0.8))


load(__file__)
