"""Cut the Simplified Chinese faces that the product shows out of Debian's Noto CJK collections.

The collections' first face is Japanese, and some characters are drawn differently there; Kivy takes
the first face it finds. GBK is kept whole because names of people and places need its rare
characters.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCES = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED_CHINESE = 2
FACES = ("NotoSansSC-Regular", "NotoSansSC-Bold", "NotoSerifSC-Regular", "NotoSerifSC-Bold")
WEB_FACES = ("NotoSansSC-Regular", "NotoSansSC-Bold")


def characters() -> set[int]:
    wanted = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            wanted.update(map(ord, bytes((high, low)).decode("gb18030", errors="ignore")))
    for first, last in (
        (0x2000, 0x206F),  # punctuation
        (0x20A0, 0x20BF),  # currency
        (0x2100, 0x214F),  # № ℃
        (0x2150, 0x218F),  # Roman numerals
        (0x2190, 0x21FF),  # arrows
        (0x2200, 0x22FF),  # mathematics
        (0x2460, 0x24FF),  # circled numbers
        (0x2500, 0x257F),  # boxes of forms
        (0x25A0, 0x25FF),  # ■ □ ▲
        (0x2600, 0x27BF),  # ☆ ☑ ✓ ✗
        (0x3000, 0x303F),  # Chinese punctuation
        (0xFE10, 0xFE4F),  # vertical forms
        (0xFF00, 0xFFEF),  # full-width forms
    ):
        wanted.update(range(first, last + 1))
    return wanted


def cut(face: str, target: Path) -> str:
    """Write one face as .otf and, for the web, as .woff2. Returns its name in the name table."""
    family, weight = face.split("-")
    source = SOURCES / f"{family.replace('SC', 'CJK')}-{weight}.ttc"
    font = TTFont(source, fontNumber=SIMPLIFIED_CHINESE, lazy=True)
    name = font["name"].getDebugName(1) or ""
    if not name.endswith("SC"):
        raise SystemExit(f"face {SIMPLIFIED_CHINESE} of {source} is {name!r}, not Simplified Chinese")
    options = subset.Options(
        layout_features=["kern", "palt", "vert", "ccmp", "locl", "liga"],
        name_IDs=["*"],
        hinting=False,
        desubroutinize=False,
        notdef_outline=True,
        drop_tables=["BASE", "DSIG"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    # Whole or not at all: a half-written font would count as done.
    flavours = (None, "woff2") if face in WEB_FACES else (None,)
    for flavour in flavours:
        font.flavor = flavour
        path = target / f"{face}.{flavour or 'otf'}"
        font.save(path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)
    return name


def main() -> None:
    target = Path(os.environ["VENV"], "share/mingcha/fonts")
    target.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for face, name in zip(FACES, pool.map(cut, FACES, [target] * len(FACES)), strict=True):
            print(f"{face}: {name}, {(target / f'{face}.otf').stat().st_size >> 10} KiB")


if __name__ == "__main__":
    main()
