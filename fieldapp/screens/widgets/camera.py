"""The camera's live picture. It shows frames and hands them on; it reads no code itself."""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle, SmoothLine
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from fieldapp.screens.kv import load
from fieldapp.theme.paint import paint

FRAMES_PER_SECOND = 12


CORNER = 0.16
"""Length of a corner mark, as a part of the frame's side."""


class FrameMark(Widget):
    """A square to hold the code into; what lies outside is darkened."""

    side = NumericProperty("320dp")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "side"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        side = min(self.side, self.width - dp(32), self.height - dp(32))
        left = self.x + (self.width - side) / 2
        low = self.y + (self.height - side) / 2
        right, high = left + side, low + side
        with self.canvas:
            Color(rgba=paint.shade)
            Rectangle(pos=self.pos, size=(self.width, low - self.y))
            Rectangle(pos=(self.x, high), size=(self.width, self.top - high))
            Rectangle(pos=(self.x, low), size=(left - self.x, side))
            Rectangle(pos=(right, low), size=(self.right - right, side))
            Color(rgba=paint.on_primary)
            arm = side * CORNER
            for x, y, across, up in (
                (left, low, arm, arm),
                (right, low, -arm, arm),
                (left, high, arm, -arm),
                (right, high, -arm, -arm),
            ):
                SmoothLine(points=(x + across, y, x, y, x, y + up), width=dp(2), joint="round")


class CameraView(Widget):
    """Asks `source` for a frame while `live`: uint8, (height, width, 3), top row first."""

    source = ObjectProperty(None, allownone=True)
    live = BooleanProperty(defaultvalue=False)
    texture = ObjectProperty(None, allownone=True)

    __events__ = ("on_frame",)

    def __init__(self, **kwargs: Any) -> None:
        self._tick: Any = None
        super().__init__(**kwargs)

    def on_frame(self, frame: Any) -> None:
        """A new picture is on the screen."""

    def on_live(self, *_: object) -> None:
        if self._tick is not None:
            self._tick.cancel()
        self._tick = (
            Clock.schedule_interval(self._show, 1 / FRAMES_PER_SECOND) if self.live else None
        )

    def _show(self, _elapsed: float) -> None:
        if self.source is None or self.get_root_window() is None:
            return  # the screen is not the one that is shown
        frame = self.source()
        if frame is None:
            return
        height, width = frame.shape[:2]
        if self.texture is None or self.texture.size != (width, height):
            texture = Texture.create(size=(width, height), colorfmt="rgb")
            texture.flip_vertical()
            self.texture = texture
        self.texture.blit_buffer(frame.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
        self.canvas.ask_update()
        self.dispatch("on_frame", frame)

    def cover(self) -> tuple[float, float, float, float]:
        """Where the picture goes so that it fills the widget: x, y, width, height."""
        width, height = self.texture.size if self.texture else (16, 9)
        scale = max(self.width / width, self.height / height)
        return (
            self.x + (self.width - width * scale) / 2,
            self.y + (self.height - height * scale) / 2,
            width * scale,
            height * scale,
        )


load(__file__)
