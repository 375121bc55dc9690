"""Every sentence of every page exists in English, and none that no page has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from server import web

ROOM = Path(web.__file__).parent
CATALOGUE = ROOM.parent / "locale/en/LC_MESSAGES/messages.po"
HOW = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
SHOW_WHAT_TO_TYPE = ("整年一次登记。", "例如：1月1日", "例如 国办发")
"""Notices of the State Council are typed in Chinese, whatever the language of the page."""
CALLED = dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"))


def sentences() -> Iterator[str]:
    for _, _, message, _, _ in extract_from_dir(ROOM, method_map=HOW, keywords=CALLED):
        assert isinstance(message, str), message
        yield message


@pytest.fixture(scope="module")
def english() -> Catalog:
    with CATALOGUE.open("rb") as source:
        return read_po(source, abort_invalid=True)


def test_every_sentence_is_translated(english: Catalog) -> None:
    missing = [said for said in sentences() if not (english.get(said) and english.get(said).string)]
    assert missing == []


def test_no_translation_is_left_of_a_sentence_that_is_gone(english: Catalog) -> None:
    said = set(sentences())
    assert [message.id for message in english if message.id and message.id not in said] == []


def test_a_translation_says_the_same_facts(english: Catalog) -> None:
    assert [message.id for message, errors in english.check() if errors] == []


def test_an_english_sentence_holds_no_chinese(english: Catalog) -> None:
    chinese = [
        m.id
        for m in english
        if any("\u4e00" <= letter <= "\u9fff" for letter in m.string)
        and not str(m.id).startswith(SHOW_WHAT_TO_TYPE)
    ]
    assert chinese == []
