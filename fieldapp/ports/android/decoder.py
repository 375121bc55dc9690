"""QR codes read by Java's ZXing: Android has no zxing-cpp. It returns text and follows nothing.

On the frames of tests/benchmarks/decoder it reads fewer than the desktop's reader; docs/android.md
says how many. It finds a code by luck of the sampling, so each look samples anew.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from fieldapp.ports.android import java
from fieldapp.ports.camera import Frame
from fieldapp.ports.grey import Grey, resized, sharpened, softened

_SMALLEST = 21  # modules along a side of the smallest QR code


class JavaZxingDecoder:
    """Up to five looks at a frame, and no further once anything was read."""

    def __init__(self) -> None:
        self._reader: Any = None
        self._hints: Any = None

    def decode(self, frame: Frame) -> tuple[str, ...]:
        if min(frame.shape[:2]) < _SMALLEST:
            return ()
        found = map(self._read, _looks(np.ascontiguousarray(frame[:, :, 1])))
        return next((texts for texts in found if texts), ())

    def _read(self, grey: Grey) -> tuple[str, ...]:
        height, width = grey.shape
        source = java.of("com.google.zxing.PlanarYUVLuminanceSource")(
            grey.tobytes(), width, height, 0, 0, width, height, False
        )
        binarizer = java.of("com.google.zxing.common.HybridBinarizer")(source)
        bitmap = java.of("com.google.zxing.BinaryBitmap")(binarizer)
        try:
            found = self._started().decodeMultiple(bitmap, self._hints)
        except java.fault():
            return ()  # NotFoundException is how it says that there is none
        return tuple(str(result.getText()) for result in found)

    def _started(self) -> Any:
        if self._reader is None:
            self._hints = java.of("java.util.HashMap")()
            self._hints.put(
                java.of("com.google.zxing.DecodeHintType").TRY_HARDER,
                java.of("java.lang.Boolean").TRUE,
            )
            self._reader = java.of("com.google.zxing.multi.qrcode.QRCodeMultiReader")()
        return self._reader


def _looks(plain: Grey) -> Iterator[Grey]:
    """The cheapest first; the order and the sizes were chosen on the frames of the benchmark."""
    soft = softened(plain)
    yield soft
    yield resized(soft, 0.75)
    yield sharpened(soft)
    yield resized(soft, 2)
    yield plain
