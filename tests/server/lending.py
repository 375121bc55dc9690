"""Engines for the databases of tests: each is lent to one test after the other.

An engine keeps every statement it has put together. Hundreds of tests, each with a file and an
engine of its own, put the same statements together again and again, which took a quarter of their
time. Lent is the engine alone; the file, its connections and all that is in it are the test's.
"""

from typing import Any

from sqlalchemy import Engine, event, make_url

from server.database import make_engine

_idle: list[Engine] = []


def lend(url: str) -> Engine:
    """An engine for a SQLite file, nobody else's until it is taken back."""
    if make_url(url).get_backend_name() != "sqlite":
        return make_engine(url)
    engine = _idle.pop() if _idle else _lendable(url)
    engine.url = make_url(url)
    return engine


def take_back(engine: Engine) -> None:
    """Close what it has open; somebody else may have it."""
    engine.dispose()
    if engine.dialect.name == "sqlite":
        _idle.append(engine)


def _lendable(url: str) -> Engine:
    engine = make_engine(url)

    @event.listens_for(engine, "do_connect")
    def go_where_it_is_lent(_dialect: Any, _record: Any, arguments: list[Any], _more: Any) -> None:
        arguments[0] = engine.url.database

    return engine
