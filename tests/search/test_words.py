"""What an index keeps of a text, and how a query is read."""

import pytest

from shared.search.fts5 import expression
from shared.search.initials import indexed_initials, initials
from shared.search.query import Field, Phrase, read_query
from shared.search.synonyms import GROUPS, variants
from shared.search.windows import indexed, number, runs


def test_every_two_neighbours_are_a_word_and_the_last_one_stands_alone() -> None:
    assert indexed("消防车通道，畅通") == "消防 防车 车通 通道 道 畅通 通"
    assert indexed("药") == "药"
    assert indexed("") == indexed("，。") == ""


def test_width_and_capitals_do_not_count() -> None:
    assert runs("\uff31\uff28-ScJG-\uff10\uff10\uff11 食品") == ["qh", "scjg", "001", "食品"]


def test_an_article_is_its_figure_however_it_is_written() -> None:
    assert runs("第四十五条") == runs("第45条") == ["45"]
    assert runs("消防法第六十条之一") == ["消防法", "60", "z1"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("七", 7),
        ("十", 10),
        ("十五", 15),
        ("四十", 40),
        ("四十五", 45),
        ("一百零三", 103),
        ("88", 88),
    ],
)
def test_numbers_of_laws(text: str, value: int) -> None:
    assert number(text) == value


def test_the_empty_words_of_every_law_are_left_out() -> None:
    assert indexed("中华人民共和国消防法") == indexed("消防法")


def test_initials_know_words_that_are_read_otherwise() -> None:
    assert initials("重庆银行") == "cqyh"
    assert initials("重大行政检查") == "zdxzjc"
    assert initials("鑫淼晟昊") == "xmsh"
    assert indexed_initials("消防安全") == "xf fa aq q"


def test_a_query_is_tried_strictly_first_and_in_pieces_last() -> None:
    steps = read_query("拖欠薪水")

    assert steps[0].groups == ((Phrase(("拖欠", "欠薪", "薪水")),),)
    assert Phrase(("拖欠", "欠工", "工资")) in steps[1].groups[0]
    assert steps[-1].groups[0][:2] == (Phrase(("拖欠",)), Phrase(("欠薪",)))


def test_letters_may_be_a_word_that_goes_on_or_initials() -> None:
    assert read_query("spaq")[0].groups == (
        (Phrase(("spaq",), open=True), Phrase(("sp", "pa", "aq"), Field.INITIALS)),
    )


def test_no_words_are_no_query() -> None:
    assert read_query("") == read_query(" ，…\"'*()") == ()


def test_nothing_typed_can_become_syntax_and_no_query_is_endless() -> None:
    for step in read_query('食品" OR name:"x* NEAR(' * 40):
        told = expression(step)
        assert told.count('"') % 2 == 0
        assert "NEAR" not in told
        assert len(told) < 20_000


def test_a_word_of_a_sentence_is_said_otherwise_in_its_place() -> None:
    assert "工资发放" in variants("薪水发放")
    assert variants("不认识的词") == ()


def test_synonyms_are_words_of_two_and_more_and_none_stands_twice_in_a_line() -> None:
    assert all(len(word) > 1 for group in GROUPS for word in group)
    assert all(len(group) == len(set(group)) > 1 for group in GROUPS)
    assert all(word == word.casefold() for group in GROUPS for word in group)
