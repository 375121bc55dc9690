"""That a server meets the database it served before, and not a restored or another one.

A restored database has forgotten what tablets were told: their cursors would skip changes and
their events would be taken for duplicates. So the data folder remembers the epoch, and one that
differs is refused until somebody begins a new one (`mingcha begin-epoch`).
"""

from pathlib import Path

from sqlalchemy import select, text, update

from server.database import is_postgresql
from server.models import ChangeLog
from server.refusals import ForeignDatabase
from server.services import epochs
from server.work import Parts, Work

FILE = "epoch"
NOT_REACHED = """
    SELECT greatest(
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0) + 1
    )
"""


def require(parts: Parts, work: Work) -> None:
    """Return if the database is in the epoch the data folder knows, or if it knows none yet."""
    epoch = epochs.current(work)
    path = _path(parts)
    if path.exists() and path.read_text("utf-8").strip() != epoch:
        raise ForeignDatabase("The database is in another epoch.", epoch=epoch, file=str(path))
    if is_postgresql(work.session.connection()):
        _require_log_of_this_cluster(work)


def note(parts: Parts, epoch: str) -> None:
    """Remember the epoch this server is in, once it is durable in the database."""
    _path(parts).write_text(epoch + "\n", "utf-8")


def forget_transactions(work: Work) -> None:
    """Let every change of the log be one of long ago: its numbers were another cluster's."""
    work.session.execute(update(ChangeLog).where(ChangeLog.xid != 0).values(xid=0))


def _require_log_of_this_cluster(work: Work) -> None:
    """A change of a transaction this cluster has not reached yet was written by another one."""
    newest = work.session.scalar(select(ChangeLog.xid).order_by(ChangeLog.seq.desc()).limit(1))
    not_reached = work.session.scalar(text(NOT_REACHED))
    if newest is not None and not_reached is not None and newest >= not_reached:
        raise ForeignDatabase("The log was written by another cluster.", newest=newest)


def _path(parts: Parts) -> Path:
    return parts.settings.data_dir / FILE
