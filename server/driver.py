"""Statements given to psycopg as they are, on SQLAlchemy's connection and in its transaction.

A statement that is put together once is compiled here once, and then costs what the driver costs:
SQLAlchemy's own way makes a context, a cursor and a result for each time it is asked, which is
twice as much again. What types make of values, both ways, is done as SQLAlchemy does it; errors
are SQLAlchemy's; whoever listens for statements hears of these too.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import orjson
import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.json import set_json_loads
from sqlalchemy import (
    ARRAY,
    Connection,
    Enum,
    Executable,
    Integer,
    LargeBinary,
    PoolProxiedConnection,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound

from server import row_form
from server.row_form import OwnForm

Told = Mapping[str, Any]
_Cursor = psycopg.RawCursor[tuple[Any, ...]]
_CURSORS = "plain cursors"
KEPT = 512
"""So many statements are kept as they were compiled; a push asks some twenty."""


class Json(bytes):
    """A value of PostgreSQL's type `json`, written already."""


class _JsonDumper(Dumper):
    oid = psycopg.adapters.types["json"].oid

    def dump(self, obj: Json) -> bytes:
        return obj


class _OwnFormDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: OwnForm) -> bytes:
        return obj


class Said(NamedTuple):
    """A statement of PostgreSQL, with values for `$1` and so on.

    `binary`: let what it finds come in the database's own form.
    """

    sql: bytes
    values: Sequence[Any] = ()
    binary: bool = False


class Plain(NamedTuple):
    """A statement as the driver takes it: `$1` and so on are the values `names` names.

    `fixed` are those that stand in it, `put` and `read` what types make of values, by name and by
    place; `columns` are the names of what it finds. `binary`: that it finds bytes, which as text
    are twice as long; words of a type of the database's own are read from text alone.
    """

    sql: bytes
    names: tuple[str, ...]
    fixed: Told
    put: Mapping[str, Callable[[Any], Any]]
    read: Mapping[int, Callable[[Any], Any]]
    columns: tuple[str, ...]
    binary: bool


class Rows(list[Any]):
    """What was found, with as much of SQLAlchemy's results as is wanted; each row is a tuple."""

    def all(self) -> list[Any]:
        return self

    def first(self) -> Any:
        return self[0] if self else None

    def one_or_none(self) -> Any:
        if len(self) > 1:
            raise MultipleResultsFound("Of several rows one was wanted.")
        return self.first()

    def one(self) -> Any:
        if not self:
            raise NoResultFound("No row, where one was wanted.")
        return self.one_or_none()


def takes(connection: Connection) -> bool:
    """Whether statements can be given to this connection's driver."""
    return connection.dialect.driver == "psycopg"


def ask(connection: Connection, statement: Executable, told: Told) -> Rows:
    """What a statement finds with these values. It is kept: let it be put together once."""
    one = plain(statement)
    return _rows(one, say(connection, _said(one, told)))


def ask_in_turn(
    connection: Connection, before: Sequence[Said], questions: Sequence[tuple[Executable, Told]]
) -> list[Rows]:
    """The same of several, after what is said before them; as `say_in_turn` does it."""
    each = [(plain(statement), told) for statement, told in questions]
    found = say_in_turn(connection, [*before, *(_said(*one) for one in each)])[len(before) :]
    return [_rows(one, rows) for (one, _), rows in zip(each, found, strict=True)]


def _rows(one: Plain, found: Iterable[Iterable[Any]]) -> Rows:
    if one.read:
        read = tuple(one.read.items())
        found = [_read(row, read) for row in found]
    return Rows(map(row_of(one.columns), found))


def look(pooled: PoolProxiedConnection, statement: Executable, told: Told) -> list[tuple[Any, ...]]:
    """The same on a connection that SQLAlchemy has no transaction on, as the driver has it."""
    one, cursor = plain(statement), _cursor(pooled)
    _execute(cursor, _said(one, told)._replace(binary=True))
    return cursor.fetchall()


def say(connection: Connection, said: Said) -> list[tuple[Any, ...]]:
    """Rows of a statement; none if it has none."""
    cursor = _cursor(connection.connection)
    context = _tell(connection.dispatch.before_cursor_execute, connection, cursor, said)
    try:
        _execute(cursor, said)
        found = _found(cursor)
    except psycopg.Error as error:
        raise _as_sqlalchemys(connection, said, error) from error
    _tell(connection.dispatch.after_cursor_execute, connection, cursor, said, context)
    return found


def say_in_turn(
    connection: Connection, those: Sequence[Said], *, commit: bool = False
) -> list[list[tuple[Any, ...]]]:
    """Rows of each of several statements, sent at once and done one after the other.

    Each finds what it would if the answers before it had been waited for. If one fails, nothing
    after it is done. `commit`: after them the transaction is committed, too; what commits it
    otherwise finds nothing left to do.
    """
    pooled = connection.connection
    driver: Any = pooled.driver_connection
    told = [(_cursor(pooled, place), said) for place, said in enumerate(those)]
    hears = connection.dispatch
    contexts = [_tell(hears.before_cursor_execute, connection, *each) for each in told]
    try:
        with driver.pipeline():
            for cursor, said in told:
                _execute(cursor, said)
            if commit:
                _cursor(pooled, len(told)).execute(b"COMMIT", prepare=False)
        found = [_found(cursor) for cursor, _ in told]
    except psycopg.Error as error:
        raise _as_sqlalchemys(connection, _first_unanswered(told), error) from error
    for each, context in zip(told, contexts, strict=True):
        _tell(hears.after_cursor_execute, connection, *each, context)
    return found


def _execute(cursor: _Cursor, said: Said) -> None:
    cursor.execute(said.sql, said.values, prepare=True, binary=said.binary)


def _found(cursor: _Cursor) -> list[tuple[Any, ...]]:
    return cursor.fetchall() if cursor.rownumber is not None else []


def _first_unanswered(told: Sequence[tuple[_Cursor, Said]]) -> Said:
    """Which statement it was that failed; the last, if it was the commit."""
    return next((said for cursor, said in told if cursor.pgresult is None), told[-1][1])


def _cursor(pooled: PoolProxiedConnection, place: int = 0) -> _Cursor:
    """One of the connection's own, which are kept with it: statements sent at once need several."""
    kept: list[_Cursor] = pooled.info.setdefault(_CURSORS, [])
    while len(kept) <= place:
        cursor: _Cursor = psycopg.RawCursor(cast(Any, pooled.driver_connection))
        cursor.adapters.register_dumper(Json, _JsonDumper)
        cursor.adapters.register_dumper(OwnForm, _OwnFormDumper)
        set_json_loads(orjson.loads, cursor)
        kept.append(cursor)
    return kept[place]


@lru_cache(maxsize=KEPT)
def plain(statement: Executable) -> Plain:
    """The same statement for the driver."""
    compiled = statement.compile(  # type: ignore[attr-defined]
        dialect=_DIALECT, compile_kwargs={"render_postcompile": True}
    )
    columns = list(getattr(statement, "exported_columns", ()))
    kinds = [one.type.dialect_impl(_DIALECT) for one in columns]
    read = {n: kind.result_processor(_DIALECT, _NUMERIC) for n, kind in enumerate(kinds)}
    names = tuple(compiled.positiontup)
    of = compiled.binds
    binds = {name: of[name if name in of else _list_of(name)] for name in names}
    put = {name: _put(one.type) for name, one in binds.items()}
    return Plain(
        sql=str(compiled).encode(),
        names=names,
        fixed={name: value for name, value in compiled.params.items() if value is not None},
        put={name: does for name, does in put.items() if does},
        read={place: does for place, does in read.items() if does},
        columns=tuple(str(one.key) for one in columns),
        binary=any(isinstance(one.type, LargeBinary) for one in columns)
        and not any(isinstance(one.type, Enum) for one in columns),
    )


def _said(one: Plain, told: Told) -> Said:
    said = {**one.fixed, **told}
    for name, put in one.put.items():
        said[name] = put(said[name])
    return Said(one.sql, [said[name] for name in one.names], one.binary)


def _put(kind: Any) -> Callable[[Any], Any] | None:
    """What makes of a value what the driver takes; None if it takes it as it is."""
    own = kind.dialect_impl(_DIALECT)
    kept = own.impl_instance if isinstance(own, TypeDecorator) else own
    if isinstance(kept, ARRAY) and type(kept.item_type) in _LISTS:
        return _LISTS[type(kept.item_type)]
    found: Callable[[Any], Any] | None = own.bind_processor(_DIALECT)
    return found


def _list_of(name: str) -> str:
    """The name of a list that stands in a statement, of the name of one value of it."""
    return name.rpartition("_")[0]


@cache
def row_of(columns: tuple[str, ...]) -> Callable[[Iterable[Any]], tuple[Any, ...]]:
    """What makes a row of values that can be asked by name as well."""
    if not columns:
        return tuple
    row = namedtuple("Row", columns, rename=True)  # type: ignore[misc]
    return row._make


def _read(row: Iterable[Any], read: Iterable[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    made = list(row)
    for place, does in read:
        made[place] = does(made[place])
    return made


def _tell(
    listeners: Iterable[Callable[..., Any]],
    connection: Connection,
    cursor: _Cursor,
    said: Said,
    context: SimpleNamespace | None = None,
) -> SimpleNamespace | None:
    """Let those hear of a statement who listen for them; what they may note of it, if any do."""
    for hear in listeners:
        context = context or SimpleNamespace()
        hear(connection, cursor, said.sql.decode(), said.values, context, False)  # noqa: FBT003 -- theirs
    return context


def _as_sqlalchemys(connection: Connection, said: Said, error: psycopg.Error) -> BaseException:
    pooled: Any = connection.connection
    gone = connection.dialect.is_disconnect(error, pooled.driver_connection, None)  # type: ignore[arg-type]
    if gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        said.sql.decode(),
        said.values,
        error,
        psycopg.Error,
        connection_invalidated=gone,
        dialect=connection.dialect,
    )


_NUMERIC = 1700
"""PostgreSQL's number of that type, which types of numbers ask for: the driver makes a `Decimal` of
it and of nothing else."""
_DIALECT = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_LISTS: Mapping[type, Callable[[Iterable[Any]], OwnForm]] = {
    Text: row_form.texts,
    Integer: row_form.numbers,
}
"""Of lists of these types their own form, which costs half of what the driver takes for it."""
