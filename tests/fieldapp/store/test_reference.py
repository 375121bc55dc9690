"""Reference data: generations, the position behind them, and what visits keep."""

from pathlib import Path
from typing import Any

import pytest

from fieldapp.store.migrating import migrate
from fieldapp.store.opening import create_store
from fieldapp.store.reference import Change, ReferenceCache


@pytest.fixture
def cache(tmp_path: Path) -> Any:
    store = create_store(tmp_path / "store.db", b"k" * 32)
    migrate(store)
    yield ReferenceCache(store)
    store.close()


def enterprise(id_: str, name: str, version: int = 1) -> Change:
    return Change(kind="enterprise", id=id_, version=version, data={"id": id_, "name": name})


def gone(id_: str) -> Change:
    return Change(kind="enterprise", id=id_, version=9, data=None)


def page(cache: ReferenceCache, *changes: Change, cursor: str, last: bool = True) -> None:
    with cache._store.transaction() as tx:
        cache.take_page(tx, changes, cursor=cursor, etag=f"e-{cursor}", last=last)
        cache.collect(tx)


def start_over(cache: ReferenceCache) -> None:
    with cache._store.transaction() as tx:
        cache.start_over(tx)


def names(cache: ReferenceCache) -> dict[str, str]:
    return {id_: each.name for id_, each in cache.references().enterprises.items()}


def test_a_snapshot_is_seen_only_when_its_last_page_is_in(cache: ReferenceCache) -> None:
    page(cache, enterprise("a", "甲"), cursor="1", last=False)
    assert names(cache) == {}
    assert cache.position().cursor == "1"
    page(cache, enterprise("b", "乙"), cursor="2")
    assert names(cache) == {"a": "甲", "b": "乙"}
    assert (cache.position().cursor, cache.position().etag) == ("2", "e-2")


def test_later_pages_change_what_is_seen_each_with_its_position(cache: ReferenceCache) -> None:
    page(cache, enterprise("a", "甲"), enterprise("b", "乙"), cursor="1")
    page(cache, enterprise("a", "甲二", 2), gone("b"), cursor="2", last=False)
    assert names(cache) == {"a": "甲二"}
    assert (cache.position().cursor, cache.position().etag) == ("2", None)


def test_starting_over_keeps_the_old_until_the_new_is_whole(cache: ReferenceCache) -> None:
    page(cache, enterprise("a", "甲"), cursor="1")
    start_over(cache)
    assert cache.position().cursor is None
    page(cache, enterprise("b", "乙"), cursor="5", last=False)
    assert names(cache) == {"a": "甲"}
    page(cache, enterprise("c", "丙"), cursor="6")
    assert names(cache) == {"b": "乙", "c": "丙"}


def test_starting_over_in_the_middle_of_a_snapshot_forgets_its_pages(cache: ReferenceCache) -> None:
    page(cache, enterprise("a", "甲"), cursor="1", last=False)
    start_over(cache)
    page(cache, enterprise("b", "乙"), cursor="2")
    assert names(cache) == {"b": "乙"}


def test_a_page_that_fails_moves_nothing(cache: ReferenceCache) -> None:
    page(cache, enterprise("a", "甲"), cursor="1")

    def fail() -> None:
        with cache._store.transaction() as tx:
            cache.take_page(tx, [enterprise("b", "乙")], cursor="2", etag=None, last=True)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names(cache) == {"a": "甲"}
    assert cache.position().cursor == "1"


def test_a_visits_versions_outlive_change_and_withdrawal(cache: ReferenceCache) -> None:
    page(cache, enterprise("a", "甲"), cursor="1")
    with cache._store.transaction() as tx:
        cache.freeze(tx, "visit-1", [("enterprise", "a", 1)])
    page(cache, enterprise("a", "甲二", 2), cursor="2")
    page(cache, gone("a"), cursor="3")
    assert names(cache) == {}
    assert cache.frozen("visit-1").enterprises["a"].name == "甲"


def test_a_version_counted_again_by_a_restored_server_does_not_change_a_visit(
    cache: ReferenceCache,
) -> None:
    page(cache, enterprise("a", "甲"), enterprise("b", "乙"), cursor="1")
    with cache._store.transaction() as tx:
        cache.freeze(tx, "visit-1", [("enterprise", "a", 1)])
    page(cache, enterprise("a", "别的"), enterprise("b", "别的"), cursor="2")
    assert cache.frozen("visit-1").enterprises["a"].name == "甲"
    assert names(cache)["b"] == "别的"


def test_what_nobody_needs_is_collected(cache: ReferenceCache) -> None:
    page(cache, enterprise("a", "甲"), cursor="1")
    page(cache, enterprise("a", "甲二", 2), cursor="2")
    assert cache._store.value("SELECT count(*) FROM reference_object") == 1


def test_nothing_new_keeps_the_position(cache: ReferenceCache) -> None:
    page(cache, enterprise("a", "甲"), cursor="1")
    with cache._store.transaction() as tx:
        cache.unchanged(tx, etag="e-new")
        cache.unchanged(tx, etag=None)
    assert (cache.position().cursor, cache.position().etag) == ("1", "e-new")
