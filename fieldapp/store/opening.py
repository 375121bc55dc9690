"""The one place that opens the tablet's database. It never opens one in clear text.

pysqlcipher3 1.2.0 commits behind one's back before SAVEPOINT and DDL, and gives rows twice when
one commits while fetching. Both come from its own management of transactions and of cursors, so
here: `isolation_level=None` with an explicit BEGIN IMMEDIATE, and every query is fetched whole
before anybody sees a row. No other module may import the library or hold a cursor.
"""

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pysqlcipher3 import dbapi2

from fieldapp.errors import (
    LocalFault,
    NoSpace,
    StoreBusy,
    StoreClosed,
    StoreFault,
    StoreKeyWrong,
    StoreNotEncrypted,
    StoreTooOld,
)

KEY_BYTES = 32
OLDEST_CIPHER = 4
OLDEST_SQLITE = (3, 43)
"""The first that deletes from an FTS5 index which does not keep the texts (contentless_delete)."""
BUSY_TIMEOUT_MS = 10_000

ConstraintBroken = dbapi2.IntegrityError
"""A constraint or trigger of the schema refused a write."""

Row = tuple[Any, ...]
Values = Sequence[object]

_SETTINGS = (
    # Keys and pages are locked in memory and wiped when freed. Opening and writing take a good
    # third longer for it on a virtual machine; what a thief finds in a swapped page is worth it.
    "PRAGMA cipher_memory_security = ON",
    "PRAGMA temp_store = MEMORY",
    # Every page that is read again would be decrypted again; 16 MiB hold the index's busy part.
    "PRAGMA cache_size = -16384",
    "PRAGMA foreign_keys = ON",
    # INSERT OR REPLACE must not slip past the triggers that refuse a DELETE.
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode = WAL",
    # An act that was shown as done survives the battery: WAL alone would keep only the file whole.
    "PRAGMA synchronous = FULL",
)


class Transaction:
    """A write transaction that is open; handed to whoever has something to add to it."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def execute(self, sql: str, values: Values = ()) -> int:
        """Run one statement and return how many rows it changed."""
        return self._store._execute(sql, values).rowcount  # noqa: SLF001

    def many(self, sql: str, rows: Iterable[Values]) -> None:
        for values in rows:
            self.execute(sql, values)


class Store:
    """One open encrypted store, for all threads of the program.

    Reading inside a transaction sees what the transaction wrote; another thread waits until it
    is over.
    """

    def __init__(self, connection: Any, path: Path) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._writing = False
        self._ended = 0
        self.path = path

    @property
    def standing(self) -> int | None:
        """Another number after each transaction; None in the middle of one.

        As long as it is the same, nothing in the store has changed.
        """
        return None if self._writing else self._ended

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All or nothing, on disk when the block is left. Cannot be nested."""
        with self._lock:
            if self._writing:
                raise RuntimeError("A transaction is open already.")
            self._execute("BEGIN IMMEDIATE")
            self._writing = True
            try:
                yield Transaction(self)
                self._execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._ended += 1  # rolled back too: what was read meanwhile may be no longer so
                self._writing = False

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Every row at once; there is no way to hold a half-read query."""
        with self._lock:
            found: list[Row] = self._execute(sql, values).fetchall()
            return found

    def row(self, sql: str, values: Values = ()) -> Row | None:
        found = self.rows(sql, values)
        return found[0] if found else None

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, values)
        return found[0] if found else None

    def close(self) -> None:
        with self._lock, _translated():
            self._connection.close()

    def _execute(self, sql: str, values: Values = ()) -> Any:
        with _translated():
            return self._connection.execute(sql, tuple(values))

    def _roll_back(self) -> None:
        # A failed COMMIT or a full disk may have ended the transaction already.
        with suppress(StoreFault):
            if self._connection.in_transaction:
                self._execute("ROLLBACK")


def create_store(path: Path, key: bytes) -> Store:
    """A new, empty store under `key`. Raises `LocalFault` when the file exists already."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise LocalFault("The store cannot be created.", path=path.name) from error
    return _connect(path, key)


def open_store(path: Path, key: bytes) -> Store:
    """The store at `path`.

    Raises `StoreKeyWrong` for another key or a file that is no store, `LocalFault` when there is
    none, `StoreNotEncrypted` or `StoreTooOld` when the library cannot encrypt or search.
    """
    if not path.is_file():
        raise LocalFault("There is no store.", path=path.name)
    return _connect(path, key)


def _connect(path: Path, key: bytes) -> Store:
    if len(key) != KEY_BYTES:
        raise StoreKeyWrong("A store key has 32 bytes.", length=len(key))
    with _translated():
        # Every use is under the store's own lock.
        connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        refuse_clear_text(_first(connection, "PRAGMA cipher_version"))
        with _translated():
            _unlock(connection, key)
        _refuse_old(connection)  # a SELECT before the key would read the file without it
    except BaseException:
        connection.close()
        raise
    return Store(connection, path)


def _unlock(connection: Any, key: bytes) -> None:
    # What goes wrong is raised here; on a terminal it would only be noise.
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    # A raw key skips SQLCipher's own PBKDF2: the PIN's Argon2id has been paid already.
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"").fetchall()
    for setting in _SETTINGS:
        connection.execute(setting).fetchall()
    connection.execute("SELECT count(*) FROM sqlite_master").fetchall()


def _first(connection: Any, sql: str) -> object:
    row = connection.execute(sql).fetchone()
    return row[0] if row else None


def check_library() -> None:
    """Raise `StoreNotEncrypted` or `StoreTooOld` unless this machine's library will do."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    try:
        refuse_clear_text(_first(connection, "PRAGMA cipher_version"))
        _refuse_old(connection)
    finally:
        connection.close()


def _refuse_old(connection: Any) -> None:
    refuse_old_sqlite(
        _first(connection, "SELECT sqlite_version()"),
        fts5=bool(_first(connection, "SELECT sqlite_compileoption_used('ENABLE_FTS5')")),
    )


def refuse_old_sqlite(version: object, *, fts5: bool) -> None:
    """Raise `StoreTooOld` unless the library's SQLite is 3.43 or newer and has FTS5."""
    numbers = tuple(int(part) for part in str(version).split(".")[:2] if part.isdecimal())
    if numbers < OLDEST_SQLITE or not fts5:
        raise StoreTooOld("SQLite 3.43 with FTS5 is needed.", sqlite=str(version), fts5=fts5)


def refuse_clear_text(cipher_version: object) -> None:
    """Raise `StoreNotEncrypted` unless `PRAGMA cipher_version` names SQLCipher 4 or newer."""
    text = str(cipher_version or "")
    major = text.partition(".")[0]
    if not major.isdecimal() or int(major) < OLDEST_CIPHER:
        raise StoreNotEncrypted("SQLCipher 4 or newer is needed.", cipher_version=text)


@contextmanager
def _translated() -> Iterator[None]:
    """The library's errors as ours; a broken constraint stays what it is, a bug of the caller."""
    try:
        yield
    except dbapi2.IntegrityError:
        raise
    except dbapi2.DatabaseError as error:
        raise _meaning(str(error)) from error


def _meaning(message: str) -> Exception:
    if "not a database" in message or "encrypted" in message:
        return StoreKeyWrong("The key does not open this store.")
    if "closed" in message:
        return StoreClosed("The store was closed.")
    if "full" in message:
        return NoSpace("The disk is full.")
    if "locked" in message or "busy" in message:
        return StoreBusy("Another program holds the store.")
    if "I/O" in message or "unable to open" in message or "readonly" in message:
        return LocalFault("The tablet's storage failed.", reason=message)
    return dbapi2.ProgrammingError(message)
