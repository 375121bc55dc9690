"""How the server is: what the health page tells."""

from importlib.metadata import version
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.work import Work
from shared.errors import Unavailable


def report(work: Work) -> dict[str, Any]:
    """The state of this server; raises `Unavailable` when the database does not answer."""
    try:
        work.session.execute(text("SELECT 1"))
    except DBAPIError as error:
        raise Unavailable("The database does not answer.", retry_after=5) from error
    return {
        "status": "ok",
        "version": version("mingcha"),
        "database": work.session.get_bind().dialect.name,
        "server_time": work.now,
    }
