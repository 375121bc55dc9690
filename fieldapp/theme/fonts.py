"""The one Chinese face of the tablet, put over Kivy's own before any widget is made.

Kivy takes the first face of a collection, which in Noto CJK is Japanese; these are the Simplified
Chinese subsets that set-up makes.
"""

import os
import sys
from pathlib import Path

from kivy.core.text import LabelBase

SANS = "Roboto"
"""Kivy's default name: whatever nobody styled is Chinese too."""
SERIF = "MingchaSerif"
"""For documents."""


class FontsMissing(RuntimeError):
    """Set-up was not run; without these files Chinese would be empty boxes."""


def folder() -> Path:
    return Path(os.environ.get("MINGCHA_FONT_DIR") or Path(sys.prefix, "share/mingcha/fonts"))


def register(where: Path | None = None) -> None:
    """Make both faces known. Raises `FontsMissing`."""
    base = where or folder()
    for name, file in ((SANS, "NotoSansSC"), (SERIF, "NotoSerifSC")):
        regular, bold = base / f"{file}-Regular.otf", base / f"{file}-Bold.otf"
        if not (regular.is_file() and bold.is_file()):
            raise FontsMissing(f"No fonts in {base}: run `make setup`.")
        LabelBase.register(name, str(regular), fn_bold=str(bold))
