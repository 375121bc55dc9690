"""Opening the store, and each known fault of the library under it.

Every fault is shown twice: the library doing it when used plainly, so that we notice when it is
mended, and our use not doing it.
"""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pysqlcipher3 import dbapi2

from fieldapp import main
from fieldapp.errors import LocalFault, StoreKeyWrong, StoreNotEncrypted, StoreTooOld
from fieldapp.store.opening import (
    ConstraintBroken,
    Store,
    check_library,
    create_store,
    open_store,
    refuse_clear_text,
    refuse_old_sqlite,
)

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = create_store(tmp_path / "store.db", KEY)
    with made.transaction() as tx:
        tx.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
    yield made
    made.close()


def other(store: Store) -> Store:
    return open_store(store.path, KEY)


def plain(store: Store) -> Any:
    """The library as it comes."""
    connection = dbapi2.connect(str(store.path))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    return connection


class Stop(Exception):
    pass


def stopped(store: Store, *statements: str, then: Callable[[], object] = int) -> None:
    """Run statements in a transaction that fails at its end."""
    with store.transaction() as tx:
        for statement in statements:
            tx.execute(statement)
        then()
        raise Stop


def count(store: Store) -> int:
    return int(store.value("SELECT count(*) FROM t"))


@pytest.mark.parametrize("behind", ["SAVEPOINT s", "CREATE TABLE u (a)"])
def test_the_library_commits_behind_ones_back(store: Store, behind: str) -> None:
    careless = plain(store)
    careless.execute("INSERT INTO t DEFAULT VALUES")
    careless.execute(behind)
    seen = other(store)
    assert count(seen) == 1, "the fault is gone: the care taken in opening.py may go too"
    seen.close()
    careless.close()


@pytest.mark.parametrize("behind", ["SAVEPOINT s", "CREATE TABLE u (a)"])
def test_our_transactions_are_not_committed_by_savepoint_or_ddl(store: Store, behind: str) -> None:
    seen = other(store)

    def look() -> None:
        assert count(seen) == 0

    begin = "INSERT INTO t DEFAULT VALUES"
    with pytest.raises(Stop):
        stopped(store, begin, behind, begin, then=look)
    assert count(store) == count(seen) == 0
    assert store.value("SELECT 1 FROM sqlite_master WHERE name = 'u'") is None
    seen.close()


def test_the_library_repeats_rows_when_one_commits_while_fetching(store: Store) -> None:
    with store.transaction() as tx:
        tx.many("INSERT INTO t VALUES (?)", [(n,) for n in range(5)])
        tx.execute("CREATE TABLE u (a)")
    careless = plain(store)
    seen = []
    for (number,) in careless.execute("SELECT a FROM t ORDER BY a"):
        seen.append(number)
        if number == 1 and len(seen) < 10:
            careless.execute("INSERT INTO u VALUES (1)")
            careless.commit()
    careless.close()
    assert seen.count(0) == 2, "the fault is gone: the care taken in opening.py may go too"


def test_our_queries_give_each_row_once_whatever_is_committed_meanwhile(store: Store) -> None:
    with store.transaction() as tx:
        tx.many("INSERT INTO t VALUES (?)", [(n,) for n in range(5)])
        tx.execute("CREATE TABLE u (a)")
    seen = []
    for (number,) in store.rows("SELECT a FROM t ORDER BY a"):
        seen.append(number)
        with store.transaction() as tx:
            tx.execute("INSERT INTO u VALUES (1)")
    assert seen == [0, 1, 2, 3, 4]


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(ConstraintBroken):
        stopped(store, "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)")
    assert count(store) == 0
    with store.transaction() as tx:
        tx.execute("INSERT INTO t VALUES (1)")
    assert count(store) == 1


def test_a_transaction_inside_a_transaction_is_a_mistake(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction(), store.transaction():
        pass
    with store.transaction() as tx:
        tx.execute("INSERT INTO t VALUES (1)")
    assert count(store) == 1


def test_threads_take_turns(store: Store) -> None:
    def add() -> None:
        for _ in range(20):
            with store.transaction() as tx:
                tx.execute("INSERT INTO t DEFAULT VALUES")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 80


def test_another_thread_sees_nothing_of_an_open_transaction(store: Store) -> None:
    inside, seen = threading.Event(), []

    def look() -> None:
        inside.wait()
        seen.append(count(store))

    thread = threading.Thread(target=look)
    thread.start()
    with pytest.raises(Stop):
        stopped(store, "INSERT INTO t DEFAULT VALUES", then=inside.set)
    thread.join()
    assert seen == [0]


def test_the_settings_hold(store: Store) -> None:
    found = {
        name: store.value(f"PRAGMA {name}")
        for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store", "trusted_schema")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "temp_store": 2,
        "trusted_schema": 0,
    }


@pytest.mark.usefixtures("locked_memory")
def test_on_a_tablet_no_key_lies_in_swapped_or_freed_memory(tmp_path: Path) -> None:
    store = create_store(tmp_path / "store.db", KEY)
    assert str(store.value("PRAGMA cipher_memory_security")) == "1"
    store.close()


def test_only_the_owner_may_read_the_file(store: Store) -> None:
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_it_is_no_plain_sqlite_file(store: Store) -> None:
    assert not store.path.read_bytes().startswith(b"SQLite format 3")
    with sqlite3.connect(store.path) as clear, pytest.raises(sqlite3.DatabaseError):
        clear.execute("SELECT count(*) FROM sqlite_master")
    clear.close()


@pytest.mark.parametrize("key", [bytes(32), KEY[:31], b""])
def test_another_key_opens_nothing(store: Store, key: bytes) -> None:
    with pytest.raises(StoreKeyWrong):
        open_store(store.path, key)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"\x00" * 8192)
    with pytest.raises(StoreKeyWrong):
        open_store(path, KEY)


def test_no_store_is_made_by_opening(tmp_path: Path) -> None:
    with pytest.raises(LocalFault):
        open_store(tmp_path / "store.db", KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_not_made_over_another(store: Store) -> None:
    with pytest.raises(LocalFault):
        create_store(store.path, KEY)


@pytest.mark.parametrize("version", [None, "", "3.4.1", "sqlite"])
def test_a_library_that_cannot_encrypt_is_refused(version: object) -> None:
    with pytest.raises(StoreNotEncrypted) as refused:
        refuse_clear_text(version)
    assert refused.value.code == "store_not_encrypted"


def test_a_clear_text_library_opens_no_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With plain SQLite in SQLCipher's place, as on a badly built system."""
    monkeypatch.setattr("fieldapp.store.opening.dbapi2.connect", sqlite3.connect)
    with pytest.raises(StoreNotEncrypted):
        create_store(tmp_path / "store.db", KEY)
    assert (tmp_path / "store.db").stat().st_size == 0


@pytest.mark.parametrize(
    ("version", "fts5"),
    [("3.42.0", True), ("3.9.1", True), ("", True), (None, True), ("3.51.3", False)],
)
def test_a_library_without_the_search_is_refused_by_name(version: object, fts5: bool) -> None:
    with pytest.raises(StoreTooOld) as refused:
        refuse_old_sqlite(version, fts5=fts5)
    assert refused.value.code == "store_too_old"
    refuse_old_sqlite("3.43.0", fts5=True)


def test_the_program_says_at_its_start_what_the_library_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check_library()
    monkeypatch.setattr("fieldapp.store.opening.OLDEST_SQLITE", (4, 0))
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert "SQLite 3.43" in str(ended.value)


@pytest.mark.parametrize("version", ["4.5.6 community", "4.14.0", "5.0"])
def test_version_four_and_later_are_taken(version: str) -> None:
    refuse_clear_text(version)
