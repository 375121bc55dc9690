"""Sentences in two languages."""

import pytest

from shared.text import Language, Text

DUE = Text(zh="还差{count}人亮证。", en="{count} more must show their certificate.")


@pytest.mark.parametrize("asked", ["en", "en-GB", "EN", Language.EN])
def test_english_is_given_to_who_asks_for_it(asked: str) -> None:
    assert DUE.into(asked) == DUE.en


@pytest.mark.parametrize("asked", ["zh", "zh-CN", "fr", "", "english"])
def test_everybody_else_reads_chinese(asked: str) -> None:
    assert DUE.into(asked) == DUE.zh


def test_facts_are_filled_into_both_languages() -> None:
    assert DUE.filled(count=1) == Text(zh="还差1人亮证。", en="1 more must show their certificate.")
