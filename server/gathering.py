"""A session that writes everything that waits in it as one statement, where that is asked for.

The unit of work asks the database once for each kind of row it adds or changes, and a push adds and
changes a dozen kinds. After `gather` a flush says all of it at once (`writing`; PostgreSQL; foreign
keys are looked at when the transaction commits, so no part waits for another). Rows given to `put`
wait for the next flush as objects do, and any query of the session flushes before, as ever. What
will be wanted may be asked ahead in one statement too. SQLite, and a flush with anything unusual in
it, go the usual way. What need not wait for an answer is sent along with what goes before it: with
a lock what is asked under it, with what is written its commit.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Engine, event, insert, inspect
from sqlalchemy.orm import InstanceState, Session, SessionTransaction
from sqlalchemy.orm.base import LoaderCallableStatus
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import JSON

from server import driver
from server.adopting import adopt, known
from server.asking_ahead import Foreseen, Question
from server.driver import Rows, Said, Told
from server.row_form import Row
from server.writing import Beside, Part, Table, order, write

# What a push asks and writes is found by its keys, whatever grows beside it. Left to itself
# PostgreSQL keeps a plan that reads a table whole, if it was made while the table was small, and
# plans anew each time what it might find in another way.
_BY_KEYS = Said(
    "SELECT {}".format(
        ", ".join(
            f"set_config('{name}', '{value}', true)"
            for name, value in {
                "plan_cache_mode": "force_generic_plan",
                **dict.fromkeys(
                    ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"),
                    "off",
                ),
            }.items()
        )
    ).encode()
)


class GatheringSession(Session):
    """See the module; `gather` holds until the session ends."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self._gathers = False
        self._goes_by_keys = False
        self._waiting: dict[Part, list[Row]] = {}
        self._beside: list[Beside] = []
        self._foreseen = Foreseen()

    @property
    def gathers(self) -> bool:
        """Whether statements are put together here."""
        return self._gathers

    def gather(self, *steps: Sequence[Question]) -> None:
        """From now on a flush is one statement, where the database can take it.

        And until the transaction ends every plan goes by keys. `steps` are asked at once, as
        `ask_ahead` asks them, but one after the other: each is true under the locks of those
        before it.
        """
        self._gathers = driver.takes(self.connection())
        if self._gathers:
            before = [] if self._goes_by_keys else [_BY_KEYS]
            self._foreseen.ask_in_turn(self.connection(), before, steps)
            self._goes_by_keys = True

    def begin_anew(self) -> None:
        """Roll back, and know nothing of what was read."""
        self.rollback()
        self.expunge_all()
        self._foreseen = Foreseen()

    def unless_waiting(self, *tables: Table) -> AbstractContextManager[object]:
        """For queries of these tables: where none of their rows waits, nothing is written before.

        A session that does not gather writes what waits, as ever.
        """
        if self._gathers and not any(isinstance(one, tables) for one in (*self.new, *self.dirty)):
            return self.no_autoflush
        self.flush()
        return nullcontext()

    def ask_ahead(self, *questions: Question) -> None:
        """Ask now, as one statement, what `rows_of` will want of this session."""
        if self._gathers:
            self._foreseen.ask(self.connection(), questions)

    def foreseen(self, statement: Any, told: Told) -> Rows | None:
        """The rows of a question that was asked ahead, once; else None."""
        return self._foreseen.take(statement, told)

    def foreseen_objects(
        self, statement: Any, told: Told, table: Table
    ) -> list[tuple[Any, tuple[Any, ...]]] | None:
        """Objects that a question asked ahead has found, each with what its row says beside.

        Once; None if it was not asked, or if the session has one of them already. The rows begin
        with the columns of `table` in their order, as those of `select(table)` do.
        """
        rows = self._foreseen.take_rows(statement, told)
        if rows is None:
            return None
        columns = _shape(table).columns
        each = [(dict(zip(columns, row, strict=False)), row[len(columns) :]) for row in rows]
        if any(known(self, table, values) is not None for values, _ in each):
            return None
        return [(adopt(self, table, values), beside) for values, beside in each]

    def foresees_nothing(self, statement: Any, told: Told) -> bool:
        """Whether a question was asked ahead, of these values or more, and nothing was found."""
        return self._foreseen.is_nothing(statement, told)

    def put(
        self,
        table: Table,
        rows: Sequence[Row],
        *,
        reckoned: Mapping[str, str] | None = None,
        beside: str = "",
    ) -> None:
        """Insert rows of the same columns, at once or with the next flush; the others get defaults.

        For `reckoned` and `beside`, which only PostgreSQL knows, see `Part`.
        """
        reckoned = reckoned or {}
        said = rows[0].keys() | reckoned
        defaults = {k: one for k, one in scalar_defaults(table).items() if k not in said}
        columns = [key for key in _shape(table).columns if key in said or key in defaults]
        rows = [{**defaults, **row} for row in rows] if defaults else rows
        part = Part(
            table,
            tuple(key for key in columns if key not in reckoned),
            reckoned=tuple(sorted(reckoned.items())),
            beside=beside,
        )
        if self._gathers:
            self._waiting.setdefault(part, []).extend(rows)
        elif driver.takes(self.connection()):
            write(self.connection(), {part: rows})
        else:
            self.connection().execute(insert(table), rows)

    def do_beside(self, beside: Beside) -> None:
        """Do it with the next flush; only for a session that gathers."""
        self._beside.append(beside)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what waits: gathered, if that was asked for and all of it is usual."""
        if not self._gathers or objects is not None:
            super().flush(objects)
        else:
            self._flush_gathered()

    def flush_and_say(self, said: Said) -> list[tuple[Any, ...]]:
        """Write what waits and then say a statement of PostgreSQL, in one word if that can be."""
        if self._gathers:
            return self._flush_gathered(then=said)
        super().flush()
        return driver.say(self.connection(), said)

    def commit(self) -> None:
        """Write what waits, also where no object is new or changed, and commit."""
        if self._gathers:
            self._flush_gathered(commit=True)
        super().commit()

    def _flush_gathered(
        self, *, then: Said | None = None, commit: bool = False
    ) -> list[tuple[Any, ...]]:
        """Write what waits, and with it say `then` or commit, where both can be said at once.

        Returns the rows of `then`; whoever commits sees to it that it is done.
        """
        parts, self._waiting = self._waiting, {}
        beside, self._beside = self._beside, []
        states = self._take(parts)
        # In one order, so that it is few statements that PostgreSQL must know.
        parts = dict(sorted(parts.items(), key=lambda each: order(each[0])))
        if states is None:
            if parts or beside:
                write(self.connection(), parts, beside)
            super().flush()
            return driver.say(self.connection(), then) if then else []
        found: list[tuple[Any, ...]] = []
        if parts or beside:
            found = write(self.connection(), parts, beside, then=then, commit=commit)
        elif then:
            found = driver.say(self.connection(), then)
        self._register_persistent(states)
        return found

    def _take(self, parts: dict[Part, list[Row]]) -> set[InstanceState[Any]] | None:
        """Add what is new or changed to `parts`; nothing at all, and None, if one is unusual."""
        new, changed = [inspect(one) for one in self.new], [inspect(one) for one in self.dirty]
        if self.deleted or not all(_is_usual(state) for state in (*new, *changed)):
            return None
        for state in new:
            row = _whole(state)
            parts.setdefault(Part(state.class_, tuple(row)), []).append(row)
        for state in changed:
            columns, row = _difference(state)
            if columns:
                part = Part(state.class_, columns, _shape(_table(state)).keys)
                parts.setdefault(part, []).append(row)
        return {*new, *changed}

    def _forget(self) -> None:
        self._waiting.clear()
        self._beside.clear()
        self._goes_by_keys = False
        self._foreseen = Foreseen()  # what was locked with it is not locked any more


@event.listens_for(GatheringSession, "after_soft_rollback")
def _after_rollback(session: GatheringSession, _transaction: SessionTransaction) -> None:
    session._forget()  # noqa: SLF001 -- its own


class _Shape(NamedTuple):
    """Of a table: its columns, those of its key, and those that a new row must say itself."""

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    needed: tuple[str, ...]
    usual: bool


@cache
def _shape(table: Table) -> _Shape:
    mapper = inspect(table)
    columns = {column.key: column for column in mapper.columns}
    keys = tuple(column.name for column in mapper.primary_key)
    return _Shape(
        columns=tuple(columns),
        keys=keys,
        needed=keys  # one that is missing the database counts up
        + tuple(
            key
            for key, column in columns.items()
            if column.server_default is not None
            or not isinstance(column.default, ScalarElementColumnDefault | None)
        ),
        usual=mapper.inherits is None
        and not mapper.relationships
        and all(
            key == column.name
            and column.onupdate is None
            and not (isinstance(column.type, JSON) and not column.type.none_as_null)
            for key, column in columns.items()
        ),
    )


@cache
def scalar_defaults(table: Table) -> Mapping[str, Any]:
    """What the columns of a table are when nothing is said, where that is a plain value."""
    told = {column.key: column.default for column in inspect(table).columns}
    return {
        key: one.arg for key, one in told.items() if isinstance(one, ScalarElementColumnDefault)
    }


def _table(state: InstanceState[Any]) -> Table:
    found: Table = state.class_
    return found


def _is_usual(state: InstanceState[Any]) -> bool:
    shape = _shape(_table(state))
    if not shape.usual:
        return False
    if state.key is None:
        return all(state.dict.get(key) is not None for key in shape.needed)
    said, before = state.dict, state.committed_state
    return all(before.get(key, said[key]) == said[key] for key in shape.keys)


def _whole(state: InstanceState[Any]) -> Row:
    """All columns of an object that is new, which from now on knows its defaults."""
    said, defaults = state.dict, scalar_defaults(_table(state))
    columns = _shape(_table(state)).columns
    for key in columns:
        said.setdefault(key, defaults.get(key))
    return {key: said[key] for key in columns}


def _difference(state: InstanceState[Any]) -> tuple[tuple[str, ...], Row]:
    """The columns of an object that are not what they were, and these with its key."""
    said, before = state.dict, state.committed_state
    columns = tuple(
        sorted(
            key
            for key, value in before.items()
            if value is LoaderCallableStatus.NO_VALUE or value != said[key]
        )
    )
    return columns, {key: said[key] for key in (*columns, *_shape(_table(state)).keys)}
