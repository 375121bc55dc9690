"""The tablet's camera: preview pictures and photos, both only ever in memory.

`android.hardware.Camera` is deprecated and still served by every Android: its callbacks are
interfaces, which Python can implement, while those of its successor are classes, which would need
Java of our own. A photo through another camera app and a FileProvider would lie on the disk in
the clear, so there is none.
"""

import threading
from dataclasses import dataclass
from typing import Any

from fieldapp.errors import CameraFailed
from fieldapp.ports.android import java, permissions
from fieldapp.ports.android.nv21 import upright
from fieldapp.ports.android.permissions import Permission
from fieldapp.ports.camera import MOST_PIXELS, Frame, Photo

PREVIEW = (1280, 720)
PHOTO_WAIT_S = 8.0
JPEG_QUALITY = 90
_BUFFERS = 2
_FOCUS = ("continuous-picture", "auto")
_TORCH, _DARK = "torch", "off"
_QUARTER = 90


@dataclass(frozen=True, slots=True)
class _Open:
    """A camera that runs; `turn` is how many degrees clockwise make its pictures upright."""

    camera: Any
    size: tuple[int, int]
    turn: int
    kept: tuple[Any, ...]


class AndroidCamera:
    """Asks for its permission at the first start; until it is given there are no frames."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._open: _Open | None = None
        self._wanted = False
        self._newest: bytes | None = None

    def start(self) -> None:
        with self._lock:
            self._wanted = True
            self._try()

    def stop(self) -> None:
        with self._lock:
            self._wanted = False
            if self._open is not None:
                camera, self._open, self._newest = self._open.camera, None, None
                camera.setPreviewCallbackWithBuffer(None)
                camera.stopPreview()
                camera.release()

    def frame(self) -> Frame | None:
        with self._lock:
            if self._wanted and self._open is None:
                self._try()  # the person may just have said yes
            data, opened = self._newest, self._open
        if data is None or opened is None:
            return None
        return upright(data, opened.size, opened.turn)

    def photo(self, *, most_pixels: int = MOST_PIXELS) -> Photo:
        with self._lock:
            opened = self._open
        if opened is None:
            raise CameraFailed("The camera is not running.")
        if most_pixels < MOST_PIXELS:
            _choose_size(opened.camera, most_pixels)
        return _photographed(opened.camera)

    def has_torch(self) -> bool:
        with self._lock:
            opened = self._open
        if opened is None:
            return False
        try:
            offered = opened.camera.getParameters().getSupportedFlashModes()
        except java.fault():
            return False
        return offered is not None and bool(offered.contains(_TORCH))

    def torch(self, *, on: bool) -> None:
        with self._lock:
            opened = self._open
        if opened is None:
            raise CameraFailed("The camera is not running.")
        try:
            settings = opened.camera.getParameters()
            settings.setFlashMode(_TORCH if on else _DARK)
            opened.camera.setParameters(settings)
        except java.fault() as error:
            raise CameraFailed("The light does not switch.") from error

    def _try(self) -> None:
        if self._open is None and permissions.ask(Permission.CAMERA):
            try:
                self._open = _opened(self._seen)
            except java.fault() as error:
                raise CameraFailed("The camera does not start.") from error

    def _seen(self, data: Any, camera: Any) -> None:
        """Take the bytes and give the buffer back at once: the camera fills only lent ones."""
        taken = java.octets(data)
        with self._lock:
            if self._open is not None:
                self._newest = taken
                camera.addCallbackBuffer(data)


def _opened(seen: Any) -> _Open:
    from fieldapp.ports.android.listeners import Preview

    number, orientation = _at_the_back()
    camera = java.of("android.hardware.Camera").open(number)
    turn = (orientation - _display_degrees()) % 360
    size = _set_up(camera, turn)
    target = java.of("android.graphics.SurfaceTexture")(False)
    camera.setPreviewTexture(target)
    listener = Preview(seen)
    width, height = size
    for _ in range(_BUFFERS):
        camera.addCallbackBuffer(bytes(width * height * 3 // 2))
    camera.setPreviewCallbackWithBuffer(listener)
    camera.startPreview()
    return _Open(camera, size, turn, (target, listener))


def _at_the_back() -> tuple[int, int]:
    """The number of the camera away from the person, and how its sensor is mounted."""
    cameras = java.of("android.hardware.Camera")
    kind = java.of("android.hardware.Camera$CameraInfo")
    for number in range(cameras.getNumberOfCameras()):
        info = kind()
        cameras.getCameraInfo(number, info)
        if info.facing == kind.CAMERA_FACING_BACK:
            return number, int(info.orientation)
    raise CameraFailed("There is no camera at the back.")


def _display_degrees() -> int:
    window = java.activity().getWindowManager()
    return int(window.getDefaultDisplay().getRotation()) * _QUARTER


def _set_up(camera: Any, turn: int) -> tuple[int, int]:
    """Choose sizes and focus among what the camera offers; gives the preview's size."""
    settings = camera.getParameters()
    preview = min(_sizes(settings.getSupportedPreviewSizes()), key=_away_from_wanted)
    settings.setPreviewSize(*preview)
    settings.setPictureSize(*_picture_size(settings, MOST_PIXELS))
    settings.setJpegQuality(JPEG_QUALITY)
    settings.setRotation(turn)
    offered = settings.getSupportedFocusModes()
    wanted = [mode for mode in _FOCUS if offered is not None and offered.contains(mode)]
    if wanted:
        settings.setFocusMode(wanted[0])
    camera.setParameters(settings)
    return preview


def _choose_size(camera: Any, most_pixels: int) -> None:
    try:
        settings = camera.getParameters()
        settings.setPictureSize(*_picture_size(settings, most_pixels))
        camera.setParameters(settings)
    except java.fault() as error:
        raise CameraFailed("The camera takes no smaller pictures.") from error


def _picture_size(settings: Any, most_pixels: int) -> tuple[int, int]:
    """The largest that is small enough; the smallest where none is."""
    by_pixels = sorted(
        _sizes(settings.getSupportedPictureSizes()), key=lambda size: size[0] * size[1]
    )
    allowed = [size for size in by_pixels if size[0] * size[1] <= most_pixels]
    return allowed[-1] if allowed else by_pixels[0]


def _sizes(offered: Any) -> list[tuple[int, int]]:
    sizes = [offered.get(index) for index in range(offered.size())]
    return [(int(size.width), int(size.height)) for size in sizes]


def _away_from_wanted(size: tuple[int, int]) -> int:
    return abs(size[0] - PREVIEW[0]) + abs(size[1] - PREVIEW[1])


def _photographed(camera: Any) -> Photo:
    from fieldapp.ports.android.listeners import Taken

    done, pictures = threading.Event(), list[bytes]()

    def taken(data: Any) -> None:
        pictures.append(java.octets(data))
        done.set()

    try:
        camera.takePicture(None, None, java.kept(Taken(taken)))
        came = done.wait(PHOTO_WAIT_S)
        camera.startPreview()  # taking a picture stops it
    except java.fault() as error:
        raise CameraFailed("The camera took no picture.") from error
    if not came:
        raise CameraFailed("The camera took too long.", seconds=PHOTO_WAIT_S)
    return Photo(data=pictures[0])
