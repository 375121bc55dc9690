"""The press: typst, kept warm, turning sheets into PDF/A files. It knows no database.

The same sheet gives the same bytes, today and after a restart, as long as typst and the fonts are
the same. Data reach the templates as inputs, never as source.
"""

import json
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

import typst

from server.config import Settings
from server.documents.sealing import Place
from server.documents.sheet import Sheet, outside_the_hash
from server.refusals import NotSetUp
from shared.canonical import canonical

TEMPLATES = Path(__file__).with_name("templates")


class Standard(StrEnum):
    """What archives take. Part 3 may carry the signed content with it; part 2 forbids that."""

    A_3A = "a-3a"
    A_2B = "a-2b"


ATTACHMENT = "content.json"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # a seal has no date


def font_folder(told: Path | None) -> Path:
    """Where set-up put the Chinese faces; raises `NotSetUp` if they are not there."""
    folder = told or Path(sys.prefix, "share/mingcha/fonts")
    if not (folder / "NotoSerifSC-Regular.otf").exists():
        raise NotSetUp("The fonts of the documents are missing.", folder=str(folder))
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A PDF and where on it the seal goes, if it bears one."""

    pdf: bytes
    place: Place | None


class Press:
    """One compiler with its fonts. Threads take turns, for the compiler may not be shared."""

    def __init__(self, fonts: Path, standard: Standard = Standard.A_3A) -> None:
        self._standard = standard
        self._turn = threading.Lock()
        self._compiler = typst.Compiler(
            root=str(TEMPLATES), font_paths=[str(fonts)], ignore_system_fonts=True
        )

    def draw(self, sheet: Sheet) -> Drawn:
        """The document; as PDF/A-3 with its canonical content attached as `content.json`."""
        with self._turn:
            pdf = self._compiler.compile(
                input=str(TEMPLATES / f"{sheet.kind}.typ"),
                sys_inputs=self._inputs(sheet),
                format="pdf",
                pdf_standards=[self._standard.value],
                timestamp=sheet.made_at.replace(microsecond=0),  # PDF knows whole seconds
            )
            found = self._compiler.query("<seal>", field="value")
        if not isinstance(pdf, bytes):
            raise TypeError("typst gave no file")
        return Drawn(pdf=pdf, place=_place(found))

    def seal_face(self, agency_name: str, below: str) -> bytes:
        """The face of an agency's seal, a PDF page of the seal's size without ground."""
        with self._turn:
            page = self._compiler.compile(
                input=str(TEMPLATES / "seal.typ"),
                sys_inputs={"name": agency_name, "below": below},
                format="pdf",
                timestamp=LONG_AGO,
                pdf_tags=False,  # the document's own tree knows nothing of it
            )
        if not isinstance(page, bytes):
            raise TypeError("typst gave no file")
        return page

    def pictures(self, sheet: Sheet, *, dots_per_inch: int = 110) -> list[bytes]:
        """Every page as a PNG, to look at."""
        with self._turn:
            pages = self._compiler.compile(
                input=str(TEMPLATES / f"{sheet.kind}.typ"),
                sys_inputs=self._inputs(sheet),
                format="png",
                ppi=dots_per_inch,
            )
        return pages if isinstance(pages, list) else [pages or b""]

    def _inputs(self, sheet: Sheet) -> dict[str, str]:
        return {
            "content": canonical(sheet.content).decode("utf-8"),
            "sheet": outside_the_hash(sheet),
            "embeds": "yes" if self._standard is Standard.A_3A else "no",
        }


def press_of(settings: Settings) -> Press:
    """The press of this process, made when first needed."""
    if settings.pdf_standard not in set(Standard):
        raise NotSetUp("Not a standard that documents are drawn to.", given=settings.pdf_standard)
    return _press(font_folder(settings.font_dir), Standard(settings.pdf_standard))


@cache
def _press(fonts: Path, standard: Standard) -> Press:
    return Press(fonts, standard)


def _place(found: str) -> Place | None:
    places = json.loads(found)
    if not places:
        return None
    *_, last = places
    x, y = (float(last[axis].removesuffix("pt")) for axis in ("x", "y"))
    return Place(page=last["page"], x=x, y=y)
