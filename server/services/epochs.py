"""Which life of this database it is: a restore begins a new one, and tablets offer all again."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ScalarSelect, select

from server.models import Epoch
from server.refusals import NotSetUp
from server.work import Work

NEWEST = select(Epoch.id).order_by(Epoch.no.desc()).limit(1)
_ERA = datetime(2020, 1, 1, tzinfo=UTC)
_STEP = timedelta(seconds=1)


def current(work: Work) -> str:
    """The id of the present epoch; the migration that made the tables began the first."""
    return there(work.session.scalar(NEWEST))


def there(found: str | None) -> str:
    """The id that was found, which cannot be none in a database that was set up."""
    if found is None:
        raise NotSetUp("There is no epoch.")
    return found


def begin(work: Work, reason: str) -> str:
    """Start a new epoch: every cursor given out before is worth nothing from now on."""
    epoch = Epoch(id=work.ids(), began_at=work.now, reason=reason)
    work.session.add(epoch)
    work.session.flush()
    return epoch.id


def began_again() -> ScalarSelect[datetime]:
    """When this life began, as part of a query; NULL in the first, which follows none."""
    first = select(Epoch.no).order_by(Epoch.no).limit(1).scalar_subquery()
    newest = select(Epoch.began_at).where(Epoch.no > first).order_by(Epoch.no.desc()).limit(1)
    return newest.scalar_subquery()


def counted_before(began: datetime | None) -> int:
    """What a count of one thing may have reached in the lives before one that began then.

    Nobody knows what a lost life counted. So after a restore counting goes on from the seconds
    since 2020: above all that came before, as long as nothing changes more often than that. Minutes
    would do for that, but not for two restores within one.
    """
    return 0 if began is None else (began - _ERA) // _STEP
