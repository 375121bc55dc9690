"""Cut the Simplified Chinese faces that the product shows out of Debian's Noto CJK collections.

The collections' first face is Japanese, where some characters are drawn differently, and Kivy takes
the first face it finds. GBK is kept whole, and what Noto has of the rarer ideographs, because names
of people and places need them (䶮, 𬱖); the web gets GB 2312 alone, since a phone falls back to its
own font for the rest.
HarfBuzz does the cutting: fontTools takes three minutes for what it does in seconds.
"""

import io
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont

SOURCES = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED_CHINESE = 2
FACES = ("NotoSansSC-Regular", "NotoSansSC-Bold", "NotoSerifSC-Regular", "NotoSerifSC-Bold")
WEB_FACES = ("NotoSansSC-Regular", "NotoSansSC-Bold")
FAMILY_NAME = 1
SIGNS = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x017F),  # accented letters
    (0x2000, 0x206F),  # punctuation
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x218F),  # № ℃, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x2460, 0x24FF),  # circled numbers
    (0x2500, 0x25FF),  # the boxes of forms, ■ □ ▲
    (0x2600, 0x27BF),  # ☆ ☑ ✓ ✗
    (0x3000, 0x303F),  # Chinese punctuation
    (0xFE10, 0xFE4F),  # vertical forms
    (0xFF00, 0xFFEF),  # full-width forms
)

# Without `locl` and the like the Japanese, Korean and Taiwanese variants stay out. That halves the
# fonts, and keeps glyph numbers below 32768: typst draws an empty box for those above.
FEATURES = {"ccmp", "chws", "halt", "kern", "liga", "mark", "mkmk", "palt", "vert", "vrt2"}


def characters(charset: str) -> set[int]:
    """Every character of a two-byte Chinese character set, and the signs that go with it."""
    wanted = {code for first, last in SIGNS for code in range(first, last + 1)}
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            wanted.update(map(ord, bytes((high, low)).decode(charset, errors="ignore")))
    return wanted


def in_rare_names(code: int) -> bool:
    return 0x3400 <= code <= 0x4DBF or code >= 0x20000


def subset(face: hb.Face, wanted: set[int]) -> bytes:
    order = hb.SubsetInput()
    order.unicode_set.update(wanted)
    order.layout_feature_tag_set.clear()
    order.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in FEATURES)
    order.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    return hb.subset(face, order).blob.data


def write(path: Path, content: bytes) -> None:
    """Whole or not at all: half a font would count as done."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def woff2(font: bytes) -> bytes:
    packed = io.BytesIO()
    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    opened.flavor = "woff2"
    opened.save(packed)
    return packed.getvalue()


def cut(name: str, target: Path) -> str:
    """Write one face as .otf and, for the web, as .woff2. Returns what the face calls itself."""
    family, weight = name.split("-")
    source = SOURCES / f"{family.replace('SC', 'CJK')}-{weight}.ttc"
    face = hb.Face(hb.Blob.from_file_path(source), SIMPLIFIED_CHINESE)
    rare = {code for code in face.unicodes if in_rare_names(code)}
    otf = subset(face, characters("gb18030") | rare)
    own_name = TTFont(io.BytesIO(otf))["name"].getDebugName(FAMILY_NAME) or ""
    if not own_name.endswith(" SC"):
        sys.exit(f"face {SIMPLIFIED_CHINESE} of {source} is {own_name!r}, not Simplified Chinese")
    write(target / f"{name}.otf", otf)
    if name in WEB_FACES:
        write(target / f"{name}.woff2", woff2(subset(face, characters("gb2312"))))
    return own_name


def main() -> None:
    target = Path(os.environ["VENV"], "share/mingcha/fonts")
    target.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for name, own_name in zip(FACES, pool.map(cut, FACES, [target] * len(FACES)), strict=True):
            print(f"{name}: {own_name}")
    for path in sorted(target.iterdir()):
        print(f"{path.name}: {path.stat().st_size >> 10} KiB")


if __name__ == "__main__":
    main()
