"""Faults that are planted on purpose, to see that the simulation finds them.

Each is a mistake that somebody made in earnest, here or elsewhere (docs/simulation.md). It is put
into the product from outside while a run lasts; the product itself knows nothing of it. `FOUND`
names a seed that finds each, and a test plays just that one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from flask import request
from sqlalchemy import select

from fieldapp.flow.inspection import InspectionFlow
from fieldapp.store.holdings import Holdings
from fieldapp.store.opening import Store, Transaction
from fieldapp.store.outbox import Outbox
from fieldapp.sync import cycle, orders, pulling, pushing
from fieldapp.sync.replies import Reply
from fieldapp.sync.uploading import Uploader
from server.backup import rules
from server.models import ChangeLog, OutboxMessage, OutboxState
from server.notify.letter import Letter
from server.services import (
    change_log,
    epochs,
    holds,
    ledger,
    numbers,
    outbox,
    projection,
    publishing,
    pull,
    task_publishing,
)
from server.services.change_log import NOTHING, Entry
from server.services.cursors import Position
from server.services.fold_memory import FoldMemory
from server.services.visit_fold import Material
from server.work import Work
from shared.localtime import local_day
from shared.receipts import Head, Receipt

Plant = Callable[[], Iterator[None]]
FAULTS: dict[str, Plant] = {}


def fault(plant: Plant) -> Plant:
    """Enter a fault in the list; its docstring is what the list says of it."""
    FAULTS[plant.__name__] = plant
    return plant


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The product with this fault, until the block ends."""
    with contextmanager(FAULTS[name])():
        yield


@contextmanager
def _instead(*patches: Any) -> Iterator[None]:
    with ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patch)
        yield


def _nothing(*_any: object, **_named: object) -> None:
    """In place of what should have been done."""


# -- the server takes events in


@fault
def dedup_dropped() -> Iterator[None]:
    """The ledger is not asked: a repetition counts as new."""
    with mock.patch.object(ledger, "known", return_value={}):
        yield


@fault
def projection_outside_the_transaction() -> Iterator[None]:
    """Events are committed first, what people read follows in a transaction of its own."""
    project = projection.project

    def late(work: Work, *rest: Any) -> Any:
        work.session.commit()
        return project(work, *rest)

    with mock.patch.object(projection, "project", late):
        yield


@fault
def events_kept_after_the_answer() -> Iterator[None]:
    """The ledger is committed first, the events themselves afterwards."""
    finish, keep, later = Work.finish, ledger.keep, dict[int, list[Any]]()

    def wait(work: Work, events: Iterable[Any]) -> None:
        later.setdefault(id(work), []).extend(events)

    def finish_and_keep(work: Work) -> None:
        waiting = later.pop(id(work), [])
        later.clear()  # what a process that ended had in mind is gone
        finish(work)
        if waiting:
            keep(work, waiting)
            work.session.commit()

    with _instead(
        mock.patch.object(ledger, "keep", wait), mock.patch.object(Work, "finish", finish_and_keep)
    ):
        yield


@fault
def quarantine_drops() -> Iterator[None]:
    """What cannot be trusted is answered as set apart, and thrown away."""
    with mock.patch.object(ledger, "set_apart", _nothing):
        yield


@fault
def hold_never_expires() -> Iterator[None]:
    """What waits for an event before it waits for ever."""
    with mock.patch.object(holds, "due", return_value=[]):
        yield


@fault
def fold_believed_unseen() -> Iterator[None]:
    """A visit is folded on from what its process remembers, whether it still is so or not."""
    with _instead(
        mock.patch.object(projection, "OF_THIS_PROCESS", FoldMemory()),
        mock.patch.object(Material, "goes_on_from", return_value=True),
    ):
        yield


# -- the server tells tablets


@fault
def timestamp_cursor() -> Iterator[None]:
    """Changes are told that are later than the last one told, by the clock."""
    since = change_log.since

    def later(
        work: Work, scopes: Collection[str], after: Position, below: int, limit: int
    ) -> list[Entry]:
        at = {seq: at for seq, at in work.session.execute(select(ChangeLog.seq, ChangeLog.at))}  # noqa: C416
        entries = since(work, scopes, after, below, limit)
        return [one for one in entries if after.seq not in at or at[one.at.seq] > at[after.seq]]

    with mock.patch.object(change_log, "since", later):
        yield


@fault
def etag_without_place() -> Iterator[None]:
    """The tag of a page is the day alone, and by it alone a page is called unchanged."""
    read = pull.pull

    def tag(work: Work, _cursor: str, _settings: Mapping[str, Any]) -> str:
        return local_day(work.now).isoformat()

    def unchanged(work: Work, cursor: str | None, limit: int) -> pull.Page:
        page = read(work, cursor, limit)
        return (
            replace(page, changes=NOTHING.changes, more=False)
            if page.etag in request.if_none_match
            else page
        )

    with _instead(
        mock.patch.object(pull, "_etag", tag), mock.patch.object(pull, "pull", unchanged)
    ):
        yield


@fault
def log_in_another_transaction() -> Iterator[None]:
    """An object is committed first, and that it changed is written down afterwards."""
    log = publishing._log

    def late(work: Work, rows: Iterable[tuple[str, str, str]]) -> None:
        work.session.commit()
        log(work, rows)

    with mock.patch.object(publishing, "_log", late):
        yield


@fault
def withdrawal_not_told() -> Iterator[None]:
    """What leaves a scope leaves no line in the log: no tombstone reaches the tablet."""
    withdraw = publishing.withdraw

    def silently(work: Work, *rest: Any) -> None:
        with mock.patch.object(publishing, "_log", _nothing):
            withdraw(work, *rest)

    with _instead(
        mock.patch.object(publishing, "withdraw", silently),
        mock.patch.object(task_publishing, "withdraw", silently),
    ):
        yield


@fault
def no_new_epoch() -> Iterator[None]:
    """A restored server goes on as if nothing had been."""

    begin = epochs.begin

    def same(work: Work, reason: str) -> str:
        return begin(work, reason) if reason == "founded" else epochs.current(work)

    with mock.patch.object(epochs, "begin", same):
        yield


# -- the server tells enterprises


@fault
def claim_for_ever() -> Iterator[None]:
    """A letter whose worker was killed is never taken up by another."""

    def only_waiting(now: datetime) -> Any:
        waiting = OutboxMessage.state == OutboxState.WAITING
        return waiting & (OutboxMessage.next_try_at <= now)

    with mock.patch.object(outbox, "_is_due", only_waiting):
        yield


@fault
def letter_without_lasting_id() -> Iterator[None]:
    """Each try of a letter has an id of its own, so the provider sends it again."""
    letter = outbox.letter

    def numbered(work: Work, claimed: outbox.Claim) -> Letter:
        made = letter(work, claimed)
        return replace(made, message_id=f"{claimed.no}-{made.message_id}")

    with mock.patch.object(outbox, "letter", numbered):
        yield


@fault
def numbers_begin_again() -> Iterator[None]:
    """A restored server numbers on from where its backup stood."""
    with mock.patch.object(rules, "_skip_numbers", return_value=0):
        yield


@fault
def new_series_begin_again() -> Iterator[None]:
    """The same, but only for a series that began after the backup. Was in the product."""
    with mock.patch.object(numbers, "begin_all", _nothing):
        yield


# -- the tablet keeps and sends


@fault
def deleted_when_accepted() -> Iterator[None]:
    """A visit is deleted from the tablet as soon as the server has it."""
    trim = cycle.trim

    def at_once(store: Store, *, now: datetime, retain_days: int) -> tuple[str, ...]:
        return trim(store, now=now, retain_days=0)

    with mock.patch.object(cycle, "trim", at_once):
        yield


@fault
def sent_is_applied() -> Iterator[None]:
    """What was sent counts as taken in, before any answer."""

    def mark(_self: Outbox, tx: Transaction, event_ids: Sequence[str]) -> None:
        tx.many(
            "UPDATE outbox SET state = 'applied', answered_at = '2026-11-23T04:00:00+00:00'"
            " WHERE event_id = ?",
            [(event_id,) for event_id in event_ids],
        )

    with mock.patch.object(Outbox, "mark_sent", mark):
        yield


@fault
def outbox_outside_the_transaction() -> Iterator[None]:
    """An act is committed first, and put in the queue afterwards."""
    take = InspectionFlow.take

    def then_queue(self: InspectionFlow, *any_: Any, **named: Any) -> Any:
        event = take(self, *any_, **named)
        with self._desk.held.store.transaction() as tx:
            tx.execute("INSERT INTO outbox (event_id, state) VALUES (?, 'waiting')", (event.id,))
        return event

    with _instead(
        mock.patch.object(Outbox, "add", _nothing),
        mock.patch.object(InspectionFlow, "take", then_queue),
    ):
        yield


@fault
def receipt_not_verified() -> Iterator[None]:
    """Any answer that looks like one is believed."""

    def believed(_held: Holdings, raw: Mapping[str, Any]) -> Receipt:
        return Receipt(
            device_id="",
            heads={v: Head(seq=h["seq"], hash=h["hash"]) for v, h in raw["heads"].items()},
            device_seq=raw["device_seq"],
            epoch="",
            received_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        )

    with mock.patch.object(pushing, "_verified", believed):
        yield


@fault
def epoch_not_heeded() -> Iterator[None]:
    """A tablet takes the restored server's snapshot, and offers nothing again."""
    with mock.patch.object(pulling, "_offer_all_again", _nothing):
        yield


@fault
def cursor_before_page() -> Iterator[None]:
    """The position behind a page is committed first, its changes afterwards."""
    take = pulling._take

    def hasty(held: Holdings, reply: Reply) -> Any:
        if not held.reference.position().staging:
            with held.store.transaction() as tx:
                tx.execute("UPDATE pull_state SET cursor = ?", (reply.body["cursor"],))
        return take(held, reply)

    with mock.patch.object(pulling, "_take", hasty):
        yield


@fault
def expired_hold_not_believed() -> Iterator[None]:
    """No answer is believed that names an event whose hold ran out. Was in the product."""
    with mock.patch.object(pushing, "_as_covered", lambda outcome, _offer, _receipt: outcome):
        yield


@fault
def held_never_asked_after() -> Iterator[None]:
    """What was once held stays so on the tablet."""
    with _instead(
        mock.patch.object(Outbox, "ask_after_held", _nothing),
        mock.patch.object(Outbox, "settle_held", _nothing),
    ):
        yield


@fault
def resend_not_heeded() -> Iterator[None]:
    """The tablet is asked for an event again, and does nothing."""
    with mock.patch.object(Outbox, "offer_again", _nothing):
        yield


@fault
def file_done_when_begun() -> Iterator[None]:
    """A file counts as delivered when the server has made a place for it."""
    created = Uploader._created

    def done(self: Uploader, upload: Any) -> Any:
        return replace(created(self, upload), offset=upload.evidence.size)

    with mock.patch.object(Uploader, "_created", done):
        yield


@fault
def wiped_too_early() -> Iterator[None]:
    """A retired tablet wipes itself at once."""
    with mock.patch.object(orders, "is_empty", return_value=True):
        yield


@fault
def damaged_copy_counts() -> Iterator[None]:
    """It wipes itself although the server holds other bytes than it does. Was in the product."""
    with mock.patch.object(Outbox, "spoiled", return_value=0):
        yield


FOUND: Mapping[str, int] = {
    "dedup_dropped": 31,
    "projection_outside_the_transaction": 2,
    "events_kept_after_the_answer": 4,
    "quarantine_drops": 51,
    "hold_never_expires": 96,
    "fold_believed_unseen": 3,
    "timestamp_cursor": 6,
    "etag_without_place": 4,
    "log_in_another_transaction": 3,
    "withdrawal_not_told": 18,
    "no_new_epoch": 9,
    "claim_for_ever": 18,
    "letter_without_lasting_id": 177,
    "numbers_begin_again": 9,
    "new_series_begin_again": 9,
    "deleted_when_accepted": 15,
    "sent_is_applied": 70,
    "outbox_outside_the_transaction": 70,
    "receipt_not_verified": 34,
    "epoch_not_heeded": 9,
    "cursor_before_page": 147,
    "expired_hold_not_believed": 77,
    "held_never_asked_after": 23,
    "resend_not_heeded": 23,
    "file_done_when_begun": 2,
    "wiped_too_early": 44,
    "damaged_copy_counts": 166,
}
"""A seed that finds each fault."""
