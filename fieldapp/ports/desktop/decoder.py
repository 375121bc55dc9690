"""QR codes read by zxing-cpp. It returns text; what the text means is for shared.scan.

A frame is looked at in up to three ways, the cheapest first, and no further once anything was
read. The order was chosen on the frames of tests/benchmarks/decoder.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image, ImageFilter

from fieldapp.ports.camera import Frame

Grey = npt.NDArray[np.uint8]

_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SMALLEST = 21  # modules along a side of the smallest QR code
_WIDE = 5  # pixels; a lens out of focus by more has lost the modules anyway
_AMPLIFIED = 3.0


class ZxingDecoder:
    def decode(self, frame: Frame) -> tuple[str, ...]:
        """The texts of the QR codes that the first successful look finds."""
        if min(frame.shape[:2]) < _SMALLEST:
            return ()
        return next((texts for texts in _looks(frame) if texts), ())


def _looks(frame: Frame) -> Iterator[tuple[str, ...]]:
    plain = np.ascontiguousarray(frame[:, :, 1])  # green is the least noisy and nearest to grey
    soft = _softened(plain)
    yield _read(soft)
    yield _read(plain, thorough=True)
    yield _read(_sharpened(soft))


def _read(grey: Grey, *, thorough: bool = False) -> tuple[str, ...]:
    """Thorough also looks for light on dark, and for codes larger than expected."""
    found = zxingcpp.read_barcodes(
        grey, formats=_FORMATS, try_invert=thorough, try_downscale=thorough
    )
    return tuple(code.text for code in found if code.valid)


def _softened(grey: Grey) -> Grey:
    """The mean of each pixel with three neighbours: a sensor's noise halves, modules stay."""
    rows = (grey[:-1] >> 1) + (grey[1:] >> 1)
    return (rows[:, :-1] >> 1) + (rows[:, 1:] >> 1)


def _sharpened(grey: Grey) -> Grey:
    """What differs from its surroundings is amplified: undoes blur, and glare that is wide."""
    picture = Image.fromarray(grey)
    around = picture.filter(ImageFilter.BoxBlur(_WIDE))
    return np.asarray(Image.blend(around, picture, _AMPLIFIED), dtype=np.uint8)
