"""Several questions asked of PostgreSQL as one, and their answers kept until they are wanted.

What a push will want to know is plain once its events were read, but is asked for here and there,
by whoever wants it. Asked together beforehand, under the locks that keep it true, it costs one
statement. Only what this transaction does not change itself may be asked so.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.sql.expression import literal_column

from server import driver, json_rows
from server.driver import Said, Told

Asked = Select[*tuple[Any, ...]]
Question = tuple[Asked, Told]
Plain = list[tuple[Any, ...]]


class Foreseen:
    """What was asked ahead.

    An answer is given out as often as it was asked for at once; that there is nothing, any time.
    """

    def __init__(self) -> None:
        self._found: dict[Any, list[tuple[Told, Plain]]] = {}
        self._nothing: dict[Any, list[Told]] = {}

    def ask(self, connection: Connection, questions: Sequence[Question]) -> None:
        """Ask all of these at once; a name means one value in all of them."""
        self._forget(questions)
        self._note(questions, driver.ask(connection, *_as_one_question(questions)))

    def ask_in_turn(
        self, connection: Connection, before: Sequence[Said], steps: Sequence[Sequence[Question]]
    ) -> None:
        """Say what goes before, then ask each step, whose questions are one as in `ask`."""
        self._forget([question for step in steps for question in step])
        asked = [_as_one_question(step) for step in steps]
        found = driver.ask_in_turn(connection, before, asked)
        for step, rows in zip(steps, found, strict=True):
            self._note(step, rows)

    def _forget(self, questions: Sequence[Question]) -> None:
        """What was answered to these before: they are asked anew."""
        for statement, told in questions:
            asked, answers = _comparable(told), self._found.get(statement, [])
            self._found[statement] = [one for one in answers if one[0] != asked]

    def _note(self, questions: Sequence[Question], found: driver.Rows) -> None:
        if len(questions) == 1:
            answers = [list(found)]
        else:
            texts = zip(questions, found.one(), strict=True)
            answers = [_rows(statement, text) for (statement, _), text in texts]
        for (statement, told), rows in zip(questions, answers, strict=True):
            asked = _comparable(told)
            self._found.setdefault(statement, []).append((asked, rows))
            if rows:
                self._nothing.pop(statement, None)
            else:
                self._nothing.setdefault(statement, []).append(asked)

    def take(self, statement: Any, told: Told) -> driver.Rows | None:
        """The answer to this very question, if it is here."""
        rows = self.take_rows(statement, told)
        if rows is None:
            return None
        return driver.Rows(map(driver.row_of(_names(statement)), rows))

    def take_rows(self, statement: Any, told: Told) -> Plain | None:
        """The same as plain rows."""
        answers, wanted = self._found.get(statement, []), _comparable(told)
        for place, (asked, rows) in enumerate(answers):
            if asked == wanted:
                del answers[place]
                return rows
        return None

    def is_nothing(self, statement: Any, told: Told) -> bool:
        """Whether this was asked, of the same values or among more, and nothing was found."""
        wanted = _comparable(told)
        return any(_is_among(wanted, asked) for asked in self._nothing.get(statement, ()))


def _comparable(told: Told) -> Told:
    return {
        name: frozenset(value) if isinstance(value, list | set | frozenset | tuple) else value
        for name, value in told.items()
    }


def _is_among(wanted: Told, asked: Told) -> bool:
    return all(
        value <= asked[name] if isinstance(value, frozenset) else value == asked[name]
        for name, value in wanted.items()
    )


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, set | frozenset | tuple) else value


def _rows(statement: Asked, text: str) -> Plain:
    found, readers = orjson.loads(text), _readers(statement)
    for place, read in readers.items():
        for row in found:
            if row[place] is not None:
                row[place] = read(row[place])
    return [tuple(row) for row in found]


_AS_TEXT: ColumnElement[str] = literal_column("coalesce(json_agg(a.row), '[]')::text")


def _as_one_question(questions: Sequence[Question]) -> Question:
    """One by itself as it is, several as one statement; a name means one value in all of them."""
    told = {name: _listed(value) for _, each in questions for name, value in each.items()}
    if len(questions) == 1:
        return questions[0][0], told
    return _as_one(tuple(statement for statement, _ in questions)), told


@cache
def _as_one(statements: tuple[Asked, ...]) -> Asked:
    """One statement that answers each with a JSON list of its rows."""
    answers = []
    for statement in statements:
        row = func.json_build_array(*statement.selected_columns).label("row")
        rows = statement.with_only_columns(row, maintain_column_froms=True).subquery("a")
        answers.append(select(_AS_TEXT).select_from(rows).scalar_subquery())
    return select(*answers)


@cache
def _names(statement: Asked) -> tuple[str, ...]:
    return tuple(str(name) for name in statement.selected_columns.keys())  # noqa: SIM118


@cache
def _readers(statement: Asked) -> dict[int, Callable[[Any], Any]]:
    """How values are read that JSON has no word for, by their place in a row."""
    found = {n: json_rows.reader(one.type) for n, one in enumerate(statement.selected_columns)}
    return {place: read for place, read in found.items() if read is not None}
