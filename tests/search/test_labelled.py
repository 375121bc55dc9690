"""The labelled queries, on a list in memory; the tablet's own test is in tests/fieldapp/store."""

from collections import Counter

import pytest

from shared.search.ranking import Entry, Shelf
from tests.search.corpus import documents, queries

LEAST = {"two": 150, "synonym": 50, "initials": 50}
WANTED_RATE = 0.94
TOP = 3


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(Entry.of(each.id, each.name, each.body) for each in documents())


def test_the_list_is_large_enough_and_names_only_what_there_is() -> None:
    known = {document.id for document in documents()}
    counted = Counter(labelled.kind for labelled in queries())

    assert len(queries()) >= 300
    assert all(counted[kind] >= least for kind, least in LEAST.items())
    assert all(len(each.query) == 2 for each in queries() if each.kind == "two")
    assert len({each.query for each in queries()}) == len(queries())
    assert [each for each in queries() if not each.wanted or not each.wanted <= known] == []


def test_fifty_synonyms_stand_in_no_document() -> None:
    """Or they would be found by themselves."""
    texts = [document.name + document.body for document in documents()]
    synonyms = [each.query for each in queries() if each.kind == "synonym"]
    foreign = [query for query in synonyms if not any(query in text for text in texts)]

    assert len(foreign) >= LEAST["synonym"]


def test_nearly_every_query_finds_what_was_meant_among_the_first_three(shelf: Shelf) -> None:
    missed = [q for q in queries() if not q.wanted & set(shelf.search(q.query, TOP))]

    assert len(missed) <= (1 - WANTED_RATE) * len(queries()), missed


def test_nothing_is_found_for_nothing(shelf: Shelf) -> None:
    assert shelf.search("") == shelf.search("𠀀𠀁") == ()
    assert Shelf(()).search("消防") == ()
