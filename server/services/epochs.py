"""Which life of this database it is: a restore begins a new one, and tablets offer all again."""

from sqlalchemy import select

from server.models import Epoch
from server.refusals import NotSetUp
from server.work import Work

_NEWEST = select(Epoch.id).order_by(Epoch.no.desc()).limit(1)


def current(work: Work) -> str:
    """The id of the present epoch; the migration that made the tables began the first."""
    found = work.session.scalar(_NEWEST)
    if found is None:
        raise NotSetUp("There is no epoch.")
    return found


def begin(work: Work, reason: str) -> str:
    """Start a new epoch: every cursor given out before is worth nothing from now on."""
    epoch = Epoch(id=work.ids(), began_at=work.now, reason=reason)
    work.session.add(epoch)
    work.session.flush()
    return epoch.id
