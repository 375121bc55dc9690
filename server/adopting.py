"""Objects of a session made of rows that were read past it, as if the session had read them."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.orm import ClassManager, DeclarativeBase, Mapper, Session
from sqlalchemy.orm.attributes import instance_state


class _Of(NamedTuple):
    mapper: Mapper[Any]
    manager: ClassManager[Any]
    columns: frozenset[str]
    keys: tuple[str, ...]


@cache
def _of(table: type[DeclarativeBase]) -> _Of:
    mapper = inspect(table)
    return _Of(
        mapper=mapper,
        manager=mapper.class_manager,
        columns=frozenset(mapper.columns.keys()),
        keys=tuple(mapper.get_property_by_column(one).key for one in mapper.primary_key),
    )


def known(session: Session, table: type[DeclarativeBase], values: Mapping[str, Any]) -> Any:
    """The object of this row that the session has already, or None."""
    of = _of(table)
    return session.identity_map.get(of.mapper.identity_key_from_primary_key(_key(of, values)))


def adopt(session: Session, table: type[DeclarativeBase], values: Mapping[str, Any]) -> Any:
    """The session's object of a row: the one it has, as it left it, else one made of `values`.

    What is missing of the columns is read when it is asked for.
    """
    of = _of(table)
    key = of.mapper.identity_key_from_primary_key(_key(of, values))
    there = session.identity_map.get(key)
    if there is not None:
        return there
    # What `make_transient_to_detached` and `Session.add` do at five times the price, for an object
    # that nobody else can have heard of.
    made = of.manager.new_instance()
    state = instance_state(made)
    state.dict.update(values)
    state.key, state.session_id = key, session.hash_key
    if len(values) < len(of.columns):
        state.expired_attributes.update(of.columns - values.keys())
    session.identity_map.add(state)
    return made


def _key(of: _Of, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple([values[name] for name in of.keys])
