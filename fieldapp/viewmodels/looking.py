"""The camera of a screen that looks for codes: starts it, and tells of each text once."""

from collections.abc import Callable

from fieldapp.language import _
from fieldapp.ports.bundle import Ports
from fieldapp.ports.camera import Frame
from fieldapp.viewmodels.parts import Action


class Looking:
    """`read` is called with a text that came into view; one that stays is not told again."""

    def __init__(self, ports: Ports, read: Callable[[str], None]) -> None:
        self._ports = ports
        self._read = read
        self._last = ""
        self.lit = False
        """Whether the light is on."""

    def start(self) -> None:
        """Raises `CameraFailed`."""
        self._last = ""
        self._ports.camera.start()

    def stop(self) -> None:
        self.lit = False  # the light goes off with the camera
        self._ports.camera.stop()

    def torch(self) -> Action:
        """The button of the light; where there is none it says so."""
        reason = "" if self._ports.camera.has_torch() else _("本机没有补光灯，或相机尚未开启。")
        label = _("关灯") if self.lit else _("开灯")
        return Action(key="scan.torch", label=label, icon="sun", reason=reason)

    def switch(self) -> None:
        """Light on, or off again. Raises `CameraFailed`."""
        self._ports.camera.torch(on=not self.lit)
        self.lit = not self.lit

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
