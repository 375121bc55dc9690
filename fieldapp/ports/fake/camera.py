"""A camera and a code reader that see what the test holds before them."""

import numpy as np

from fieldapp.errors import CameraFailed
from fieldapp.ports.camera import MOST_PIXELS, Frame, Photo


class FakeCamera:
    """`view` is the preview, `photos` are taken in order; without any left the camera fails."""

    def __init__(self, *photos: bytes) -> None:
        self.view: Frame | None = np.zeros((4, 4, 3), dtype=np.uint8)
        self.photos = list(photos)
        self.on = False
        self.asked_pixels = 0
        self.light: bool | None = None
        """Whether its light is on; None for a camera without one."""

    def start(self) -> None:
        self.on = True

    def stop(self) -> None:
        self.on = False
        if self.light:
            self.light = False

    def has_torch(self) -> bool:
        return self.on and self.light is not None

    def torch(self, *, on: bool) -> None:
        if not self.has_torch():
            raise CameraFailed("There is no light here.")
        self.light = on

    def frame(self) -> Frame | None:
        return self.view if self.on else None

    def photo(self, *, most_pixels: int = MOST_PIXELS) -> Photo:
        self.asked_pixels = most_pixels
        if not self.photos:
            raise CameraFailed("The camera has nothing to show.")
        return Photo(data=self.photos.pop(0))


class FakeDecoder:
    """Finds the texts in `codes` in any frame."""

    def __init__(self, *codes: str) -> None:
        self.codes = codes

    def decode(self, frame: Frame) -> tuple[str, ...]:
        return self.codes if frame.size else ()
