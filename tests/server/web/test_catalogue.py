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
CALLED = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext")),
    "pgettext": ((1, "c"), 2),  # a word that is another one elsewhere: what it is here, the word
}


def sentences() -> Iterator[tuple[str, str | None]]:
    """Every sentence, with its context where it has one."""
    for _, _, message, _, context in extract_from_dir(ROOM, method_map=HOW, keywords=CALLED):
        assert isinstance(message, str), message
        yield message, context


@pytest.fixture(scope="module")
def english() -> Catalog:
    with CATALOGUE.open("rb") as source:
        return read_po(source, abort_invalid=True)


def test_every_sentence_is_translated(english: Catalog) -> None:
    found = {said: english.get(*said) for said in sentences()}
    missing = [said for said, entry in found.items() if entry is None or not entry.string]
    assert missing == []


def test_no_translation_is_left_of_a_sentence_that_is_gone(english: Catalog) -> None:
    said = set(sentences())
    left = [one.id for one in english if one.id and (one.id, one.context) not in said]
    assert left == []


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
