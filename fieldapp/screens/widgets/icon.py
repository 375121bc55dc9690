"""Small drawn signs on a grid of 24 by 24. No font has them all, and no picture file is needed."""

from kivy.graphics import Color, SmoothLine
from kivy.metrics import dp
from kivy.properties import ColorProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from fieldapp.theme.paint import paint

Stroke = tuple[float, ...]
"""x, y, x, y, … with y downwards, as drawn on paper; three numbers are a circle (x, y, radius)."""

SIGNS: dict[str, tuple[Stroke, ...]] = {
    "check": ((5, 12.5, 10, 17.5, 19.5, 7),),
    "cross": ((6, 6, 18, 18), (18, 6, 6, 18)),
    "lock": (
        (6, 11, 18, 11, 18, 20, 6, 20, 6, 11),
        (8.5, 11, 8.5, 8, 9.5, 5.6, 12, 4.5, 14.5, 5.6, 15.5, 8, 15.5, 11),
    ),
    "stop": ((8, 3, 16, 3, 21, 8, 21, 16, 16, 21, 8, 21, 3, 16, 3, 8, 8, 3), (8, 12, 16, 12)),
    "warn": ((12, 4, 21.5, 20, 2.5, 20, 12, 4), (12, 10, 12, 14.5), (12, 17.2, 0.4)),
    "info": ((12, 12, 9), (12, 11, 12, 16.5), (12, 7.6, 0.4)),
    "clock": ((12, 12, 9), (12, 7, 12, 12, 15.5, 14)),
    "sync": (
        (4.5, 11, 6, 7.5, 9, 5.3, 12.5, 5, 16, 6.2, 19, 9.5),
        (19.5, 4.5, 19, 9.5, 14, 9),
        (19.5, 13, 18, 16.5, 15, 18.7, 11.5, 19, 8, 17.8, 5, 14.5),
        (4.5, 19.5, 5, 14.5, 10, 15),
    ),
    "back": ((14.5, 5, 7.5, 12, 14.5, 19),),
    "next": ((9.5, 5, 16.5, 12, 9.5, 19),),
    "down": ((5, 9.5, 12, 16.5, 19, 9.5),),
    "camera": (
        (3, 8, 7.5, 8, 9, 5, 15, 5, 16.5, 8, 21, 8, 21, 19, 3, 19, 3, 8),
        (12, 13.2, 3.6),
    ),
    "mic": (
        (9, 6, 9, 12, 10, 14, 12, 15, 14, 14, 15, 12, 15, 6, 14, 4, 12, 3, 10, 4, 9, 6),
        (5.5, 11.5, 6.5, 15, 9, 17.5, 12, 18, 15, 17.5, 17.5, 15, 18.5, 11.5),
        (12, 18, 12, 21.5),
        (8.5, 21.5, 15.5, 21.5),
    ),
    "clip": (
        (20, 11, 11.5, 19.5, 8, 20.5, 5, 19, 3.8, 15.5, 5.5, 12.5, 13.5, 4.5, 17, 4, 18.8, 7.5),
        (18.8, 7.5, 10.8, 16, 8.6, 15.8, 8.6, 13.8, 15, 7.4),
    ),
    "play": ((8, 5, 19, 12, 8, 19, 8, 5),),
    "scan": (
        (4, 9, 4, 4, 9, 4),
        (15, 4, 20, 4, 20, 9),
        (20, 15, 20, 20, 15, 20),
        (9, 20, 4, 20, 4, 15),
        (4, 12, 20, 12),
    ),
    "person": (
        (12, 8, 3.8),
        (4.5, 20.5, 5.5, 17, 8.5, 14.8, 12, 14.2, 15.5, 14.8, 18.5, 17, 19.5, 20.5),
    ),
    "people": (
        (9, 8.5, 3.2),
        (3, 20, 3.6, 16, 6.5, 14, 11.5, 14, 14.4, 16, 15, 20),
        (16.5, 8.5, 2.4),
        (17, 14, 19.8, 15.2, 21, 20),
    ),
    "pen": ((4, 20, 5, 15.5, 16, 4.5, 19.5, 8, 8.5, 19, 4, 20), (13.5, 7, 17, 10.5)),
    "paper": (
        (6, 3, 14, 3, 19, 8, 19, 21, 6, 21, 6, 3),
        (14, 3, 14, 8, 19, 8),
        (9, 13, 16, 13),
        (9, 17, 16, 17),
    ),
    "list": (
        (9, 6, 20, 6),
        (9, 12, 20, 12),
        (9, 18, 20, 18),
        (4.5, 6, 0.5),
        (4.5, 12, 0.5),
        (4.5, 18, 0.5),
    ),
    "place": (
        (
            12,
            21,
            6.5,
            13.5,
            5.6,
            10,
            6.5,
            6.5,
            9,
            4.2,
            12,
            3.4,
            15,
            4.2,
            17.5,
            6.5,
            18.4,
            10,
            17.5,
            13.5,
            12,
            21,
        ),
        (12, 10, 2.2),
    ),
    "door": (
        (6, 21, 6, 3, 16, 3, 16, 9),
        (16, 16, 16, 21, 6, 21),
        (12, 12.5, 21, 12.5),
        (18, 9.5, 21, 12.5, 18, 15.5),
    ),
    "sun": (
        (12, 12, 4),
        (12, 2.5, 12, 5),
        (12, 19, 12, 21.5),
        (2.5, 12, 5, 12),
        (19, 12, 21.5, 12),
        (5.3, 5.3, 7, 7),
        (17, 17, 18.7, 18.7),
        (5.3, 18.7, 7, 17),
        (17, 7, 18.7, 5.3),
    ),
    "seal": (
        (12, 3, 20, 6, 20, 12, 18, 16.5, 12, 21, 6, 16.5, 4, 12, 4, 6, 12, 3),
        (8.5, 12, 11.2, 14.7, 16, 9.5),
    ),
    "erase": ((4, 7, 20, 7), (9, 7, 9, 4, 15, 4, 15, 7), (6, 7, 7, 21, 17, 21, 18, 7)),
    "globe": (
        (12, 12, 9),
        (3, 12, 21, 12),
        (12, 3, 9, 7, 8, 12, 9, 17, 12, 21, 15, 17, 16, 12, 15, 7, 12, 3),
    ),
    "home": ((4, 11, 12, 4, 20, 11), (6, 9.5, 6, 20, 18, 20, 18, 9.5)),
    "plus": ((12, 5, 12, 19), (5, 12, 19, 12)),
    "dot": ((12, 12, 3),),
    "sliders": (
        (3, 7, 12.5, 7),
        (17.5, 7, 21, 7),
        (15, 7, 2.5),
        (3, 17, 6.5, 17),
        (11.5, 17, 21, 17),
        (9, 17, 2.5),
    ),
}


class Icon(Widget):
    """Draws `sign` in `color`, `stroke` dp wide, as large as the widget's shorter side."""

    sign = StringProperty("")
    color = ColorProperty(paint.ink)
    stroke = NumericProperty(1.6)

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("size_hint", (None, None))
        kwargs.setdefault("size", (dp(24), dp(24)))
        super().__init__(**kwargs)
        for name in ("sign", "color", "stroke", "pos", "size"):
            self.fbind(name, self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        side = min(self.width, self.height)
        unit = side / 24
        left = self.x + (self.width - side) / 2
        top = self.y + (self.height + side) / 2
        with self.canvas:
            Color(rgba=self.color)
            for stroke in SIGNS.get(self.sign, ()):
                width = dp(self.stroke) * unit
                if len(stroke) == 3:
                    x, y, radius = stroke
                    circle = (left + x * unit, top - y * unit, radius * unit)
                    SmoothLine(circle=circle, width=width)
                    continue
                points = [
                    left + value * unit if at % 2 == 0 else top - value * unit
                    for at, value in enumerate(stroke)
                ]
                SmoothLine(points=points, width=width, cap="round", joint="round")
