"""Reading a drawn document back, as a person and a program would."""

import re
from io import BytesIO

from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """All the text of a PDF, without any white space, for lines end where the paper ends."""
    return re.sub(r"\s+", "", "".join(page_texts(pdf)))


def page_texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def attachment(pdf: bytes, name: str = "content.json") -> bytes:
    (data,) = PdfReader(BytesIO(pdf)).attachments[name]
    return bytes(data)
