"""The press: typst, kept warm, turning sheets into PDF/A-3 files. It knows no database.

The same sheet gives the same bytes, today and after a restart, as long as typst and the fonts are
the same. Data reach the templates as inputs, never as source.
"""

import sys
import threading
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from server.config import Settings
from server.documents.sheet import Sheet, outside_the_hash
from server.refusals import NotSetUp
from shared.canonical import canonical

TEMPLATES = Path(__file__).with_name("templates")
STANDARD: Literal["a-3a"] = "a-3a"  # archival, tagged for screen readers, may carry the content
ATTACHMENT = "content.json"


def font_folder(told: Path | None) -> Path:
    """Where set-up put the Chinese faces; raises `NotSetUp` if they are not there."""
    folder = told or Path(sys.prefix, "share/mingcha/fonts")
    if not (folder / "NotoSerifSC-Regular.otf").exists():
        raise NotSetUp("The fonts of the documents are missing.", folder=str(folder))
    return folder


class Press:
    """One compiler with its fonts. Threads take turns, for the compiler may not be shared."""

    def __init__(self, fonts: Path) -> None:
        self._turn = threading.Lock()
        self._compiler = typst.Compiler(
            root=str(TEMPLATES), font_paths=[str(fonts)], ignore_system_fonts=True
        )

    def draw(self, sheet: Sheet) -> bytes:
        """The document as a PDF/A-3 with its canonical content attached as `content.json`."""
        with self._turn:
            pdf = self._compiler.compile(
                input=str(TEMPLATES / f"{sheet.kind}.typ"),
                sys_inputs=_inputs(sheet),
                format="pdf",
                pdf_standards=[STANDARD],
                timestamp=sheet.made_at.replace(microsecond=0),  # PDF knows whole seconds
            )
        if not isinstance(pdf, bytes):
            raise TypeError("typst gave no file")
        return pdf

    def pictures(self, sheet: Sheet, *, dots_per_inch: int = 110) -> list[bytes]:
        """Every page as a PNG, to look at."""
        with self._turn:
            pages = self._compiler.compile(
                input=str(TEMPLATES / f"{sheet.kind}.typ"),
                sys_inputs=_inputs(sheet),
                format="png",
                ppi=dots_per_inch,
            )
        return pages if isinstance(pages, list) else [pages or b""]


def press_of(settings: Settings) -> Press:
    """The press of this process, made when first needed."""
    return _press(font_folder(settings.font_dir))


@cache
def _press(fonts: Path) -> Press:
    return Press(fonts)


def _inputs(sheet: Sheet) -> dict[str, str]:
    return {
        "content": canonical(sheet.content).decode("utf-8"),
        "sheet": outside_the_hash(sheet),
    }
