"""QR codes read by zxing-cpp. It returns text; what the text means is for shared.scan."""

import zxingcpp

from fieldapp.ports.camera import Frame

_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class ZxingDecoder:
    def decode(self, frame: Frame) -> tuple[str, ...]:
        found = zxingcpp.read_barcodes(frame, formats=_FORMATS)
        return tuple(code.text for code in found if code.valid)
