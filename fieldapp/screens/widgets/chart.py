"""Points around a middle, drawn to scale with circles of distance."""

from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Ellipse, Line, Rectangle
from kivy.metrics import dp, sp
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from fieldapp.theme.paint import paint
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.charting import Chart as Data
from fieldapp.viewmodels.charting import Dot

DOT, MIDDLE = 14, 7


class Chart(Widget):
    """Nothing to touch: the list beside it is touched."""

    chart = ObjectProperty(Data())

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("chart", "pos", "size"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        radius = min(self.width, self.height) / 2 - dp(DOT)
        if not self.chart.dots or radius <= 0:
            return
        x, y = self.center
        with self.canvas:
            for metres in self.chart.rings_m:
                Color(*paint.line)
                ring = radius * metres / self.chart.reach_m
                Line(circle=(x, y, ring), width=dp(paint.hair))
                _write(moments.distance(metres), x, y - ring + dp(10), paint.quiet, paint.paper)
            Color(*paint.information)
            _disc(x, y, dp(MIDDLE))
            for dot in self.chart.dots:
                Color(*paint.primary)
                at = x + dot.x * radius, y + dot.y * radius
                _disc(*at, dp(DOT))
                _write(said(dot), *at, paint.on_primary)


def said(dot: Dot) -> str:
    """The number its row bears; for several, the first one's and that there are more."""
    return dot.keys[0] if len(dot.keys) == 1 else f"{dot.keys[0]}+"


def _disc(x: float, y: float, radius: float) -> None:
    Ellipse(pos=(x - radius, y - radius), size=(radius * 2, radius * 2))


def _write(
    text: str, x: float, y: float, ink: tuple[float, ...], ground: tuple[float, ...] | None = None
) -> None:
    label = CoreLabel(text=text, font_size=sp(15), bold=True)
    label.refresh()
    size = label.texture.size
    place = x - size[0] / 2, y - size[1] / 2
    if ground:
        Color(*ground)
        Rectangle(pos=place, size=size)
    Color(*ink)
    Rectangle(texture=label.texture, pos=place, size=size)
