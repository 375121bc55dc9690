"""The tablet's camera: preview frames for the code reader, and photos as they were taken.

A photo's bytes are handed over unchanged and only in memory: never through a file.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Frame: TypeAlias = npt.NDArray[np.uint8]
else:
    Frame = Any  # numpy is imported by whoever makes or reads a picture, not at the start
"""One preview picture: uint8, shape (height, width, 3), RGB, top row first."""


MOST_PIXELS = 12_000_000
"""A larger photo only takes longer to upload; the server may want smaller ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    data: bytes
    media_type: str = "image/jpeg"


class Camera(Protocol):
    def start(self) -> None:
        """Begin the preview. Raises `CameraFailed`."""
        ...

    def frame(self) -> Frame | None:
        """The newest preview picture, or None when there is none yet."""
        ...

    def photo(self, *, most_pixels: int = MOST_PIXELS) -> Photo:
        """Take a picture of at most so many pixels. Raises `CameraFailed`.

        It is taken that small, or made so before anybody has seen or hashed it.
        """
        ...

    def stop(self) -> None: ...

    def has_torch(self) -> bool:
        """Whether there is a light that can be switched on now: the camera runs and has one."""
        ...

    def torch(self, *, on: bool) -> None:
        """Switch the light; it goes off with the camera. Raises `CameraFailed`."""
        ...


class Decoder(Protocol):
    def decode(self, frame: Frame) -> tuple[str, ...]:
        """The texts of every QR code in the frame; never follows or interprets them."""
        ...
