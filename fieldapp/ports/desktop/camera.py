"""A camera that sees image files: for development, and for driving the real decoder in a demo."""

import io
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.errors import CameraFailed
from fieldapp.ports.camera import MOST_PIXELS, Frame, Photo

if TYPE_CHECKING:
    from PIL import Image

SETTING = "MINGCHA_FIELD_CAMERA"
JPEG_QUALITY = 90


class FolderCamera:
    """Shows the newest picture of a file, a folder or a pattern such as `/tmp/codes/*.png`.

    A JPEG that is small enough is handed over byte for byte as the photo; anything else is encoded
    once, in memory.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._on = False

    @classmethod
    def from_environment(cls) -> "FolderCamera":
        return cls(os.environ.get(SETTING, ""))

    def start(self) -> None:
        self._on = True

    def stop(self) -> None:
        self._on = False

    def frame(self) -> Frame | None:
        path = self._newest()
        if not self._on or path is None:
            return None
        import numpy as np  # late, as Pillow: the list of tasks is drawn without them
        from PIL import Image

        try:
            with Image.open(path) as picture:
                return np.asarray(picture.convert("RGB"), dtype=np.uint8)
        except OSError:
            return None  # half written: the next frame will be whole

    def photo(self, *, most_pixels: int = MOST_PIXELS) -> Photo:
        path = self._newest()
        if path is None:
            raise CameraFailed("There is no picture to take.", source=self._source)
        from PIL import Image

        try:
            raw = path.read_bytes()
            with Image.open(io.BytesIO(raw)) as picture:
                picture.load()
                fits = picture.width * picture.height <= most_pixels
                if fits and picture.format == "JPEG":
                    return Photo(data=raw)
                return Photo(data=_as_jpeg(picture, most_pixels))
        except OSError as error:
            raise CameraFailed("The picture cannot be read.", path=path.name) from error

    def has_torch(self) -> bool:
        """A desktop's pictures are lit already."""
        return False

    def torch(self, *, on: bool) -> None:
        raise CameraFailed("There is no light here.", on=on)

    def _newest(self) -> Path | None:
        found = [path for path in self._candidates() if path.is_file()]
        return max(found, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)

    def _candidates(self) -> list[Path]:
        if not self._source:
            return []
        path = Path(self._source)
        if path.is_dir():
            return list(path.iterdir())
        return list(path.parent.glob(path.name))


def _as_jpeg(picture: "Image.Image", most_pixels: int) -> bytes:
    out = io.BytesIO()
    scale = min(1.0, math.sqrt(most_pixels / (picture.width * picture.height)))
    picture.thumbnail((int(picture.width * scale) or 1, int(picture.height * scale) or 1))
    picture.convert("RGB").save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
