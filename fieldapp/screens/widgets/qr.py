"""A QR code drawn as sharp squares, dark on white whatever the theme: cameras must read it."""

from functools import lru_cache

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget

QUIET_ZONE = 4
"""Modules of white around the code, as ISO/IEC 18004 asks."""


class QrImage(ButtonBehavior, Widget):
    """Shows `code`, as large as whole pixels allow; nothing while it is empty."""

    code = StringProperty("")
    role = StringProperty("")
    module = NumericProperty(0)
    """Pixels on each side of one module of the code."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("code", "pos", "size"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        self.module = 0
        if not self.code:
            return
        texture = _texture(self.code)
        modules = texture.width
        self.module = max(int(min(self.width, self.height) // modules), 1)
        side = self.module * modules
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(
                texture=texture,
                pos=(
                    int(self.x + (self.width - side) / 2),
                    int(self.y + (self.height - side) / 2),
                ),
                size=(side, side),
            )


def _texture(code: str) -> Texture:
    side, squares = _squares(code)
    texture = Texture.create(size=(side, side), colorfmt="luminance")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(squares, colorfmt="luminance", bufferfmt="ubyte")
    return texture


@lru_cache(maxsize=4)
def _squares(code: str) -> tuple[int, bytes]:
    """How many modules wide, and their brightness from below. Remembered: a layout draws often."""
    import segno  # late: the list of tasks is drawn without it

    matrix = segno.make(code, error="l", micro=False).matrix_iter(border=QUIET_ZONE)
    rows = [bytes(0 if dark else 255 for dark in row) for row in matrix]
    return len(rows), b"".join(reversed(rows))
