"""Reading a code from a picture of the tablet's screen, as the enterprise's own phone would."""

from pathlib import Path

import zxingcpp
from PIL import Image

from tests.system.demo.timeline import check


def code_on(picture: Path) -> str:
    """The address in the QR code on a picture; `Failed` when there is none."""
    with Image.open(picture) as screen:
        found = [code.text for code in zxingcpp.read_barcodes(screen.convert("RGB"))]
    links = [text for text in found if "/q/" in text]
    check(links, f"屏上没有可读的码 there is no code to read on {picture.name}")
    return links[0]
