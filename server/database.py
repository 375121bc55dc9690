"""How the database is reached. Knows both engines' manners; never knows a table.

SQLite: write-ahead log, foreign keys on, and a transaction that means to write takes the
write lock at once (`BEGIN IMMEDIATE`), so that two writers queue instead of one failing
half-way. PostgreSQL: psycopg 3, with a bound on idle transactions because one left open
holds back every tablet's cursor (docs/protocol.md, §3). Queries are not compiled (`jit`): none
runs as long as compiling one takes.
"""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from select import POLLIN, poll
from typing import Any, Self

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Dialect,
    Engine,
    Executable,
    Integer,
    Result,
    Select,
    Text,
    TypeDecorator,
    bindparam,
    case,
    create_engine,
    event,
    func,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from server import driver
from server.adopting import adopt
from server.driver import Rows
from server.gathering import GatheringSession
from server.writing import Part, write

BUSY_TIMEOUT_MS = 15_000
IDLE_MS = 60_000
GLANCES = "glances"
"""Where an engine says which other one is for looking without a transaction (glances.py)."""
# Few statements, asked all day long with much the same values: planning them anew, as PostgreSQL
# prefers to where it cannot know how long a list is, costs more than answering them. Gathered into
# a bitmap, all that an index holds would be read and sorted for the sake of one page: a plan that
# does not know where a tablet stands takes that for less than walking the index page by page.
OF_GLANCES = {"plan_cache_mode": "force_generic_plan", "enable_bitmapscan": "off"}
SETTINGS = {"timezone": "UTC", "idle_in_transaction_session_timeout": IDLE_MS, "jit": "off"}


class Aim(StrEnum):
    """What a transaction is for."""

    READ = "read"
    WRITE = "write"


def make_engine(url: str) -> Engine:
    """An engine for `url`; the folder of a SQLite file is made if it is missing."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    for_glances = create_engine(
        url,
        connect_args=_told(SETTINGS | OF_GLANCES),
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )
    engine = create_engine(
        url, connect_args=_told(SETTINGS), execution_options={GLANCES: for_glances}
    )
    event.listen(engine, "engine_disposed", lambda _: for_glances.dispose())
    event.listen(engine, "connect", _compress_quickly)
    for one in (engine, for_glances):
        event.listen(one, "checkout", _look_before_use)
    return engine


def _told(settings: Mapping[str, Any]) -> dict[str, str]:
    return {"options": " ".join(f"-c {name}={value}" for name, value in settings.items())}


@lru_cache(maxsize=8)
def aimed(engine: Engine, aim: Aim) -> Engine:
    """The same engine, whose transactions begin as `aim` needs."""
    return engine.execution_options(aim=aim)


def is_postgresql(reached: Connection | Engine) -> bool:
    return reached.dialect.name == "postgresql"


class _Condition(FunctionElement[bool]):
    """What stands as a condition by itself: with `… = 1` after it SQLite would take no index."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:  # noqa: ARG002
        return self


class among(_Condition):  # noqa: N801 -- reads as SQL does
    """`among(column, query.scalar_subquery())`: whether the column's value is one that it finds.

    The same as `column IN (query)`. PostgreSQL is given the values as one list, which it goes
    through in the order of the index, page after page, instead of asking for one after the other
    in whatever order they come.
    """

    inherit_cache = True


@compiles(among)
def _among(element: among, compiler: SQLCompiler, **how: Any) -> str:
    column, wanted = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN {wanted}"


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: SQLCompiler, **how: Any) -> str:
    column, wanted = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY (ARRAY{wanted})"


def along_indexes(rows: ColumnElement[int]) -> Mapping[str, ColumnElement[str]]:
    """Settings by which PostgreSQL goes from so many rows to others along indexes.

    PostgreSQL rather reads a whole table when it expects many rows, and a table of what happened
    grows for ever: such a query is as slow as history is long. What an index finds is then read in
    the order of the table (`among`), so that of many rows no page is fetched twice. SQLite has no
    other way than loops along indexes.
    """
    return {
        **{name: literal(value) for name, value in _ALONG_INDEXES.items()},
        # Of a few rows it costs more to think of a way than to go it, and any way does.
        "plan_cache_mode": case((rows <= FEW, "force_generic_plan"), else_="force_custom_plan"),
        # Page after page: asked for one by one beforehand, they cost a disk 5,000 single orders a
        # second instead of a few long ones.
        "effective_io_concurrency": case(
            (rows >= MANY, "0"), else_=func.current_setting("effective_io_concurrency")
        ),
    }


FEW = 100
MANY = 20_000
"""So many rows lie on nearly every page of a province's tables."""
ROOMY = "64MB"
_ALONG_INDEXES = {
    # What whole tables are taken for, or a table is read in the order of an index for; a small one
    # (`enable_seqscan`) is best read whole all the same.
    **dict.fromkeys(("enable_hashjoin", "enable_mergejoin", "enable_indexscan"), "off"),
    "work_mem": ROOMY,  # lists of the pages and rows of 100,000 enterprises fit into it
}


def _set(session: Session, values: Mapping[str, str]) -> None:
    """Settings of PostgreSQL, until the transaction ends."""
    named = ", ".join(f"set_config('{name}', :{name}, true)" for name in values)
    session.execute(text(f"SELECT {named}"), values)


def insert_if_absent(
    session: Session, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert those of `rows` whose key is not there yet; another transaction's are left alone.

    The rows carry every column: defaults of the model are not applied.
    """
    if not rows:
        return
    insert_ = postgresql.insert if is_postgresql(session.connection()) else sqlite.insert
    session.execute(insert_(table).on_conflict_do_nothing(), list(rows))


class Texts(TypeDecorator[Sequence[Any]]):
    """Several texts as one value: an array for PostgreSQL, JSON for SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        wanted = Text() if dialect.name == "sqlite" else postgresql.ARRAY(Text())
        return dialect.type_descriptor(wanted)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class Numbers(Texts):
    """The same of whole numbers."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        wanted = Text() if dialect.name == "sqlite" else postgresql.ARRAY(Integer())
        return dialect.type_descriptor(wanted)


class _AnyOf(_Condition):
    inherit_cache = True


def any_of(column: Any, name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the texts, or numbers as it is one, given as `name`.

    One statement however many there are: it is put together once, and PostgreSQL plans it once.
    """
    values = Numbers() if isinstance(column.type, Integer) else Texts()
    return _AnyOf(column, bindparam(name, type_=values))


@compiles(_AnyOf)
def _any_of_array(element: _AnyOf, compiler: Any, **told: Any) -> str:
    column, texts = (compiler.process(one, **told) for one in element.clauses)
    return f"{column} = ANY ({texts})"


@compiles(_AnyOf, "sqlite")
def _any_of_json(element: _AnyOf, compiler: Any, **told: Any) -> str:
    column, texts = (compiler.process(one, **told) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 -- compiled parts


def rows_of(
    session: Session, statement: Executable, told: Mapping[str, Any]
) -> "Result[*tuple[Any, ...]] | Rows":
    """Plain columns, asked past the session: half the work, where no entity comes of them.

    What waits in the session is not written before, so ask so only for what is not changed there.
    What the session has asked ahead is not asked again. `statement` must be one that is put
    together once and kept: PostgreSQL is asked past SQLAlchemy as well (server/driver.py).
    """
    if isinstance(session, GatheringSession):
        foreseen = session.foreseen(statement, told)
        if foreseen is not None:
            return foreseen
    connection = session.connection()
    if driver.takes(connection):
        return driver.ask(connection, statement, told)
    return connection.execute(statement, told)


def objects_of(
    session: GatheringSession,
    table: type[DeclarativeBase],
    statement: Select[*tuple[Any, ...]],
    told: Mapping[str, Any],
) -> list[Any]:
    """Objects of `table`, of a statement that asks for columns of it alone, its key among them.

    Asked as `rows_of` asks; those that the session has already are left as they are there.
    """
    with session.unless_waiting(table):
        rows = rows_of(session, statement, told)
    names = _names(statement)
    return [adopt(session, table, dict(zip(names, row, strict=True))) for row in rows]


@lru_cache(maxsize=64)
def _names(statement: Select[*tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple([str(one.key) for one in statement.selected_columns])


def insert_all(
    session: GatheringSession,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Insert many rows of the same columns; the others have their defaults, else nothing.

    Nothing that waits in the session is written before; a session that gathers keeps the rows for
    its next flush. PostgreSQL takes the rows as one value (`row_form`); no column may tell JSON's
    null from none.
    """
    if rows:
        session.put(table, rows)


def put_in(
    session: Session,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    renewed: Sequence[str],
) -> None:
    """Insert many rows of plain values; where `keys` are there already, renew those columns.

    The rows carry every column. PostgreSQL takes them all as one value: row by row it spends more
    on being asked than on storing.
    """
    if not is_postgresql(session.connection()):
        absent = sqlite.insert(table)
        renewal = {name: absent.excluded[name] for name in renewed}
        statement = absent.on_conflict_do_update(index_elements=keys, set_=renewal)
        session.connection().execute(statement, list(rows))
        return
    quote = session.connection().dialect.identifier_preparer.quote
    by, anew = map(quote, keys), (f"{quote(name)} = excluded.{quote(name)}" for name in renewed)
    beside = f"ON CONFLICT ({', '.join(by)}) DO UPDATE SET {', '.join(anew)}"
    write(session.connection(), {Part(table, tuple(rows[0]), beside=beside): rows})


def _compress_quickly(connection: Any, _record: Any) -> None:
    """Let what this connection stores be compressed by LZ4, if the server was built with it.

    PostgreSQL's own way takes several times as long for long values, which are most of a push.
    """
    connection.autocommit = True
    connection.execute(
        "SELECT set_config(name, 'lz4', false) FROM pg_settings "
        "WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"
    )
    connection.autocommit = False


def _look_before_use(connection: Any, record: Any, _proxy: object) -> None:
    """Take no connection from the pool that the server has closed since.

    A server that ends a session says so, so that there is something to be read; nothing else
    comes without being asked. To look costs no round trip, which asking it each time would.
    """
    used, record.info["used"] = record.info.get("used", False), True
    if used and (connection.closed or _has_something_to_say(connection)):
        raise InvalidatePoolError("The server has closed this connection.")


def _has_something_to_say(connection: Any) -> bool:
    looking = poll()
    looking.register(connection, POLLIN)
    return bool(looking.poll(0))


def expect_many(session: Session) -> None:
    """Let this transaction add thousands of rows to tables that are searched by parts of names.

    PostgreSQL puts what they are found by into a GIN index in heaps; small ones, as it is used to,
    make it go through the whole index again and again. `settle` leaves none behind.
    """
    if is_postgresql(session.connection()):
        _set(session, {"gin_pending_list_limit": "32MB", "work_mem": ROOMY})


def settle(session: Session) -> None:
    """Put what `expect_many` heaped up in its place: a search would go through the heap."""
    if is_postgresql(session.connection()):
        _set(session, {"work_mem": ROOMY})
        session.execute(
            text(
                "SELECT gin_clean_pending_list(i.oid) "
                "FROM pg_class i JOIN pg_am a ON a.oid = i.relam "
                "WHERE a.amname = 'gin' AND i.relkind = 'i' AND pg_has_role(i.relowner, 'USAGE')"
            )
        )


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    # Python's own transaction handling is switched off: it would begin late and as a reader.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    aim = connection.get_execution_options().get("aim", Aim.WRITE)
    connection.exec_driver_sql("BEGIN" if aim is Aim.READ else "BEGIN IMMEDIATE")
