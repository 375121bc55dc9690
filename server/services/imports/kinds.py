"""What every kind of list says of itself, and what it is given to work with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from server.database import any_of, put_in
from server.models import Agency, Base, RowOrigin
from server.services.imports.columns import Column, moment
from server.services.imports.faults import TWICE, Fault
from server.services.imports.staging import Staged, Values
from server.work import Work
from shared.errors import BadInput
from shared.roles import Role
from shared.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One import: for which agency, and where rows are from that do not say so themselves."""

    run_id: str
    agency: Agency | None
    source: str
    as_of: datetime

    @property
    def agency_id(self) -> str:
        """The agency's id; `BadInput` where a kind needs one and none was named."""
        if self.agency is None:
            raise BadInput("Say for which agency.", errors={"/agency": "Required."})
        return self.agency.id

    def source_of(self, values: Values) -> str:
        return values["source"] or self.source

    def as_of_of(self, values: Values) -> datetime:
        return moment(values["as_of"]) if values["as_of"] else self.as_of


@dataclass(frozen=True, slots=True)
class Tally:
    """How many objects a batch stored, and how many were so already or are known newer."""

    stored: int
    unchanged: int


Check = Callable[[Work, Context, Sequence[Staged]], Iterable[Fault]]
Publish = Callable[[Work, Context, Sequence[Staged]], Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of list. `key` is its natural key, `group` what rows of one object share.

    `check` looks up what must exist, if anything must; `publish` stores a batch in one short
    transaction; both take some thousand rows at once. `is_personal`: never on disk in clear.
    `apart`: rows of different keys are different rows of one table, so that two batches may be
    stored beside each other. `twice` says of a row that an earlier one has its key.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    roles: tuple[Role, ...]
    key: Callable[[Values], str]
    check: Check | None
    publish: Publish
    group: Callable[[Values], str] = lambda _values: ""
    is_personal: bool = False
    apart: bool = False
    twice: Text = TWICE


def found(work: Work, column: Any, values: Iterable[Any], *more: ColumnElement[bool]) -> set[Any]:
    """Which of these values a column has."""
    wanted = set(values)
    if not wanted:
        return set()
    query = select(column).where(any_of(column, "wanted"), *more)
    return set(work.session.scalars(query, {"wanted": list(wanted)}))


def upsert(work: Work, model: type[Base], rows: Sequence[dict[str, Any]], *keys: str) -> None:
    """Add rows, or renew those whose `keys` are there; a hold for a court that is there stays."""
    if not rows:
        return
    kept = {*keys, "legal_hold", "retention_class"}
    put_in(
        work.session, model, rows, keys=keys, renewed=[name for name in rows[0] if name not in kept]
    )


def note_origins(
    work: Work, context: Context, kind: str, rows: Sequence[tuple[str, Staged]], **more: Any
) -> None:
    """Note where objects, by id, came from."""
    newest = {
        id_: {
            "kind": kind,
            "object_id": id_,
            "source": context.source_of(values),
            "as_of": context.as_of_of(values),
            "run_id": context.run_id,
            "row": row,
            "more": more or None,
            "retention_class": str(RowOrigin.retention_default),
            "legal_hold": False,
        }
        for id_, (row, values) in rows
    }
    upsert(work, RowOrigin, list(newest.values()), "kind", "object_id")
