"""QR codes read by zxing-cpp. It returns text; what the text means is for shared.scan.

A frame is looked at in up to three ways, the cheapest first, and no further once anything was
read. The order was chosen on the frames of tests/benchmarks/decoder.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fieldapp.ports.camera import Frame

if TYPE_CHECKING:
    from fieldapp.ports.grey import Grey

_SMALLEST = 21  # modules along a side of the smallest QR code


class ZxingDecoder:
    def decode(self, frame: Frame) -> tuple[str, ...]:
        """The texts of the QR codes that the first successful look finds."""
        if min(frame.shape[:2]) < _SMALLEST:
            return ()
        return next((texts for texts in _looks(frame) if texts), ())


def _looks(frame: Frame) -> Iterator[tuple[str, ...]]:
    import numpy as np  # late, as zxing-cpp below: the list of tasks is drawn without them

    from fieldapp.ports.grey import sharpened, softened

    plain = np.ascontiguousarray(frame[:, :, 1])  # green is the least noisy and nearest to grey
    soft = softened(plain)
    yield _read(soft)
    yield _read(plain, thorough=True)
    yield _read(sharpened(soft))


def _read(grey: "Grey", *, thorough: bool = False) -> tuple[str, ...]:
    """Thorough also looks for light on dark, and for codes larger than expected."""
    import zxingcpp

    qr_codes = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(
        grey, formats=qr_codes, try_invert=thorough, try_downscale=thorough
    )
    return tuple(code.text for code in found if code.valid)
