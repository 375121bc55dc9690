"""What a restored database must be told before it serves again (docs/protocol.md §3 and §6).

It has forgotten what it said after the backup: numbers it published, letters it sent, what tablets
were told. So nothing goes on as if that had not been.
"""

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from server import own_database
from server.models import (
    Agency,
    DeviceToken,
    DocumentNumber,
    LoginSession,
    OutboxMessage,
    OutboxState,
    PortalSession,
    ResultHead,
    Upload,
)
from server.services import audit, epochs, key_checks, numbers, platform_keys
from server.work import Work
from shared.localtime import local_day

SKIPPED_NUMBERS = 1000
SKIPPED_KEY_SETS = 1000
SKIPPED_CHANGES = 1_000_000
UNSURE = "restored: perhaps sent before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was done: the new epoch, how many series skip, letters that wait for a person."""

    epoch: str
    series: int
    letters: int


def apply(work: Work, *, reason: str, skip_numbers: int = SKIPPED_NUMBERS) -> Restored:
    """Begin a new epoch over restored rows. `ForeignKeys` if the secrets are not theirs."""
    key_checks.require(work)
    own_database.forget_transactions(work)
    epoch = epochs.begin(work, reason)  # before anything is published: versions count from it
    series = _skip_numbers(work, skip_numbers)
    _skip_changes(work, SKIPPED_CHANGES)
    letters = _stop_letters(work)
    # Uploads whose part files are gone, and sessions that may have been ended since.
    for statement in (
        delete(Upload),
        delete(DeviceToken),
        delete(LoginSession),
        delete(PortalSession),
    ):
        work.session.execute(statement)
    platform_keys.ensure(work)
    platform_keys.issue_above(work, SKIPPED_KEY_SETS)
    audit.write(
        work,
        "backup.restored",
        "epoch",
        epoch,
        reason=reason,
        skipped_numbers=skip_numbers,
        series=series,
        letters=letters,
    )
    return Restored(epoch=epoch, series=series, letters=letters)


def _skip_changes(work: Work, skip: int) -> None:
    """No cursor of another system is given a second meaning: changes go on far above it."""
    work.session.execute(update(ResultHead).values(seq=ResultHead.seq + skip))


def _skip_numbers(work: Work, skip: int) -> int:
    """No number is given twice: every series goes on above what may have been published since.

    Also one that the backup does not have: it may have begun after it. Plans are numbered in
    the year they are for.
    """
    agencies = work.session.scalars(select(Agency.id).order_by(Agency.id)).all()
    year = local_day(work.now).year
    numbers.begin_all(work, agencies, (year - 1, year, year + 1))
    rows = work.session.scalars(select(DocumentNumber).with_for_update()).all()
    for row in rows:
        row.next += skip
    return len(rows)


def _stop_letters(work: Work) -> int:
    """What was under way may have gone out after the backup: a person decides, at the desk."""
    ids = work.session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.state.in_([OutboxState.WAITING, OutboxState.SENDING]))
        .values(
            state=OutboxState.DEAD,
            dead_at=work.now,
            dead_why=UNSURE,
            next_try_at=None,
            claimed_until=None,
        )
        .returning(OutboxMessage.id)
    )
    return len(ids.all())
