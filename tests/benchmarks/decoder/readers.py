"""The readers that are compared, each given the same frame and asked for texts.

All get the RGB frame of the camera port and turn it into grey themselves, inside the time that
is measured. OpenCV is kept to one thread, as the others are.
"""

from collections.abc import Callable, Mapping

import cv2
from pyzbar import pyzbar

from fieldapp.ports.camera import Frame
from fieldapp.ports.desktop.decoder import ZxingDecoder

Reader = Callable[[Frame], tuple[str, ...]]

cv2.setNumThreads(1)
_OPENCV = cv2.QRCodeDetector()


def zbar(frame: Frame) -> tuple[str, ...]:
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return tuple(code.data.decode("utf-8", "replace") for code in found)


def opencv(frame: Frame) -> tuple[str, ...]:
    try:
        text, _, _ = _OPENCV.detectAndDecode(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY))
    except cv2.error:  # it stumbles over some of what it takes for a code
        return ()
    return (text,) if text else ()


READERS: Mapping[str, Reader] = {"ours": ZxingDecoder().decode, "zbar": zbar, "OpenCV": opencv}
