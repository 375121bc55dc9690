"""Where a person signs with a finger. Gives strokes as the events record them."""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, SmoothLine
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from fieldapp.screens.kv import load
from fieldapp.theme.paint import paint

GRID = 1000
"""x and y run from 0 to this over the pad, y downwards as on paper."""

MOST_POINTS = 2000

Stroke = list[list[int]]


class SignaturePad(Widget):
    """`strokes` is a list of strokes, each a list of `[x, y, milliseconds]`."""

    role = StringProperty("")
    strokes = ObjectProperty(())
    hint = StringProperty("")
    sealed = BooleanProperty(defaultvalue=False)

    __events__ = ("on_stroke",)

    def __init__(self, **kwargs: Any) -> None:
        self._begun: float | None = None
        self._current: Stroke = []
        super().__init__(**kwargs)
        for name in ("pos", "size", "strokes"):
            self.fbind(name, self._draw)

    def on_stroke(self, strokes: tuple[Stroke, ...]) -> None:
        """A stroke has ended; `strokes` are all of them."""

    def on_touch_down(self, touch: Any) -> bool:
        if self.disabled or not self.collide_point(*touch.pos):
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        if not self.strokes or self._begun is None:
            self._begun = Clock.get_boottime()
        self._current = [self._point(touch)]
        self._draw()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        point = self._point(touch)
        if point[:2] != self._current[-1][:2] and len(self._current) < MOST_POINTS:
            self._current.append(point)
            self._draw()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        done, self._current = self._current, []
        self.dispatch("on_stroke", (*self.strokes, done))
        self._draw()
        return True

    def _point(self, touch: Any) -> list[int]:
        x = (touch.x - self.x) / max(self.width, 1)
        y = (self.top - touch.y) / max(self.height, 1)
        elapsed = Clock.get_boottime() - (self._begun or 0.0)
        return [_on_grid(x), _on_grid(y), int(elapsed * 1000)]

    def _draw(self, *_: object) -> None:
        ink = self.canvas.after
        ink.clear()
        with ink:
            Color(rgba=paint.ink)
            for stroke in (*self.strokes, self._current):
                self._line(stroke)

    def _line(self, stroke: Stroke) -> None:
        points = [
            value
            for x, y, _ in stroke
            for value in (self.x + x * self.width / GRID, self.top - y * self.height / GRID)
        ]
        if len(points) == 2:
            SmoothLine(circle=(points[0], points[1], dp(1)), width=dp(1.4))
        elif points:
            SmoothLine(points=points, width=dp(1.4), cap="round", joint="round")


def _on_grid(fraction: float) -> int:
    return max(0, min(GRID, round(fraction * GRID)))


load(__file__)
