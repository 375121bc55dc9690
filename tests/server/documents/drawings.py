"""Sample documents, each drawn and read once for all tests of a worker, for that takes long."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from server.documents import sample_visits, samples
from server.documents.kinds import DocumentKind
from server.documents.press import Drawn, Press, font_folder
from server.documents.sheet import Sheet
from shared.content import words
from tests.server.documents.reading import page_texts

HASH = re.compile(r"[0-9a-f]{64}")
MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d))?(:\d\d)?")


@cache
def press() -> Press:
    return Press(font_folder(None))


@cache
def sheet(kind: DocumentKind, name: str = "plain") -> Sheet:
    return samples.sheet(kind, sample_visits.CASES[name])


@cache
def drawn(kind: DocumentKind, name: str = "plain") -> Drawn:
    return press().draw(sheet(kind, name))


@cache
def pages(kind: DocumentKind, name: str = "plain") -> tuple[str, ...]:
    """Each page's text without white space."""
    return tuple(plain(page) for page in page_texts(drawn(kind, name).pdf))


@cache
def text(kind: DocumentKind, name: str = "plain") -> str:
    """All of it as it is read: without the feet, so that a sentence may go on over the page."""
    found = pages(kind, name)
    foot = f"{plain(sheet(kind, name).number)}第{{}}页共{len(found)}页正文摘要"
    return "".join(page.partition(foot.format(no))[0] for no, page in enumerate(found, 1))


def plain(said: str) -> str:
    return re.sub(r"[\s\u200b]+", "", said)


def leaves(content: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every word and number of a content with the way to it, lists without their places."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from leaves(value, f"{path}.{name}" if path else name)
    elif isinstance(content, list):
        for value in content:
            yield from leaves(value, path)
    elif content is not None and not isinstance(content, bool) and content != "":
        yield path, str(content)


CODES = {
    **words.ANSWERS,
    **words.SEVERITIES,
    "mostly": "基本符合",
    "done": "已改正",
    "not_done": "未改正",
    "prefilled": "沿用已有记录",
    "image/jpeg": "照片",
    "signed": "林小满",
    "refused": "拒绝",
}


def readings(value: str, numbers: Mapping[str, int]) -> tuple[str, ...]:
    """How paper may say a value: as it is, a hash by its beginning or its number, in words."""
    if HASH.fullmatch(value):
        return value[:16], f"证{numbers.get(value)}"
    if value in CODES:
        return (CODES[value],)
    moment = MOMENT.fullmatch(value)
    if moment is not None:
        year, month, day, hour, minute, _ = moment.groups()
        clock = f"{hour}时{minute}分" if hour else ""
        return plain(value), f"{year}年{int(month)}月{int(day)}日{clock}"
    if value.isdecimal() and len(value) > 4:
        return value, f"{-(-int(value) // 1024)}KiB"
    return (plain(value),)


def missing(kind: DocumentKind, name: str) -> set[str]:
    """Where in its content there is something that a drawing does not say."""
    drawing, made = text(kind, name), sheet(kind, name)
    numbers = {digest: no for no, digest in enumerate(made.evidence, 1)}
    return {
        path
        for path, value in leaves(made.content)
        if not any(said in drawing for said in readings(value, numbers))
    }
