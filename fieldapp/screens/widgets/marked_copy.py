"""The marked copy of a photo, from bytes in memory; nothing where there is none."""

from io import BytesIO

from kivy.core.image import Image as CoreImage
from kivy.properties import ObjectProperty
from kivy.uix.image import Image


class MarkedCopy(Image):
    """`data` is a JPEG."""

    data = ObjectProperty(b"")

    def on_data(self, *_: object) -> None:
        shown = CoreImage(BytesIO(self.data), ext="jpg", nocache=True) if self.data else None
        self.texture = shown.texture if shown else None
        self.opacity = 1 if shown else 0
