"""How the server is: what the health page tells. Never reads more than some rows."""

from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from server.database import is_postgresql
from server.models import ChangeLog, OutboxMessage, OutboxState
from server.work import Work
from shared.errors import Unavailable

NEWEST = 1000


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
        "queue_lag_s": _since(work, _due_first(work)),
        "cursor_lag_s": _since(work, _held_back(work)),
    }


def _due_first(work: Work) -> datetime | None:
    """Since when the message waits that should have gone out first; None when none is due."""
    return work.session.scalar(
        select(func.min(OutboxMessage.next_try_at)).where(
            OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_try_at <= work.now
        )
    )


def _held_back(work: Work) -> datetime | None:
    """When the oldest change was made that no pull may see yet, a transaction before it being open.

    Looked for among the newest, where it must lie; SQLite holds nothing back.
    """
    if not is_postgresql(work.session.connection()):
        return None
    newest = (
        select(ChangeLog.xid, ChangeLog.at).order_by(ChangeLog.seq.desc()).limit(NEWEST).subquery()
    )
    open_since = text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return work.session.scalar(select(func.min(newest.c.at)).where(newest.c.xid >= open_since))


def _since(work: Work, moment: datetime | None) -> int:
    return max(0, int((work.now - moment).total_seconds())) if moment else 0
