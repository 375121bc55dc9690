"""An empty file of a kind, with its headings: to be filled in and imported."""

import io

import openpyxl

from server.services.imports.columns import AS_OF, SOURCE
from server.services.imports.kinds import Kind


def headings(kind: Kind) -> list[str]:
    """The headings in their order; those that must be filled bear a star."""
    named = [f"*{c.heading}" if c.required else c.heading for c in kind.columns]
    return [*named, SOURCE.heading, AS_OF.heading]


def csv(kind: Kind) -> bytes:
    """As CSV in UTF-8 with a mark, which spreadsheets need to read Chinese."""
    return b"\xef\xbb\xbf" + (",".join(headings(kind)) + "\r\n").encode()


def xlsx(kind: Kind) -> bytes:
    """As a workbook; every column is text, so that codes keep their zeros."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = kind.title.zh
    sheet.append(headings(kind))
    sheet.freeze_panes = "A2"
    for place in range(1, len(headings(kind)) + 1):
        letter = openpyxl.utils.get_column_letter(place)
        sheet.column_dimensions[letter].width = 20
        sheet.column_dimensions[letter].number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
