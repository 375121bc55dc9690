"""The camera of a screen that looks for codes: starts it, and tells of each text once."""

from collections.abc import Callable

from fieldapp.ports.bundle import Ports
from fieldapp.ports.camera import Frame


class Looking:
    """`read` is called with a text that came into view; one that stays is not told again."""

    def __init__(self, ports: Ports, read: Callable[[str], None]) -> None:
        self._ports = ports
        self._read = read
        self._last = ""

    def start(self) -> None:
        """Raises `CameraFailed`."""
        self._last = ""
        self._ports.camera.start()

    def stop(self) -> None:
        self._ports.camera.stop()

    def frame(self) -> Frame | None:
        """The picture to show, while one is shown."""
        return self._ports.camera.frame()

    def saw(self, frame: Frame) -> None:
        """Look for a code in a picture."""
        texts = self._ports.decoder.decode(frame)
        if not texts:
            self._last = ""
        for text in texts:
            if text != self._last:
                self._last = text
                self._read(text)
                return
