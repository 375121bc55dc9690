"""One round with the server: token, push, pull, evidence. Records go first and wait for no file.

Any fault of the tablet's own storage ends the round before something is sent or deleted on its
strength. A fault of the network ends it too, and everything stays for the next round.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from fieldapp import preferences
from fieldapp.errors import NetworkFault, RefusedByServer, StoreFault, UntrustedReceipt
from fieldapp.ports.bundle import Ports
from fieldapp.store.evidence import UploadState
from fieldapp.store.holdings import Holdings
from fieldapp.store.outbox import OutboxState
from fieldapp.store.trimming import trim
from fieldapp.sync import keys, orders, tokens
from fieldapp.sync.backoff import wait_seconds
from fieldapp.sync.client import ServerClient
from fieldapp.sync.orders import Verdict
from fieldapp.sync.policy import WIFI_ONLY, Wait, Wish, evidence_waits, round_is_worth_it
from fieldapp.sync.portraying import fetch_portraits
from fieldapp.sync.progress import Progress, Stage
from fieldapp.sync.pulling import pull_page
from fieldapp.sync.pushing import push_once
from fieldapp.sync.standing import remember_round
from fieldapp.sync.uploading import Uploader
from shared.errors import DomainError, UnknownKey

ASK_AFTER_HELD = timedelta(hours=1)
MOST_SNAPSHOTS = 2
"""When a server says so often in one round that a position is worth nothing, the round goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """What a round did. `problem` is None when it went through; then `retry_in_s` is 0."""

    problem: DomainError | None = None
    answered: int = 0
    changes: int = 0
    files: int = 0
    evidence_waits: Wait | None = None
    trimmed: int = 0
    epoch_changed: bool = False
    wiped: bool = False
    busy: bool = False
    retry_in_s: float = 0.0


class _Wiped(Exception):
    """The order to wipe has been carried out; there is nothing left to work with."""


class SyncCycle:
    """`wipe` closes the store and destroys it; it is called at most once."""

    def __init__(self, held: Holdings, ports: Ports, *, wipe: Callable[[], None]) -> None:
        self._held = held
        self._ports = ports
        self._wipe = wipe
        self._lock = threading.Lock()
        self._failures = 0
        self._report = CycleReport()
        self._ordered: list[Mapping[str, Any]] = []
        self._wish = Wish.NOW
        self._progress: Progress | None = None
        self._began_ms = 0
        self._pulled = False

    def run(self, wish: Wish = Wish.NOW) -> CycleReport:
        """Do one round; never raises for network, server or storage, which the report names.

        A second call while one is running returns at once with `busy`. Without a network a round
        that nobody asked for is none: it counts neither as a try nor as a failure.
        """
        if not self._lock.acquire(blocking=False):
            return CycleReport(busy=True)
        try:
            self._wish = wish
            if not round_is_worth_it(self._ports.connectivity.link(), wish):
                return CycleReport(evidence_waits=Wait.NO_NETWORK)
            return self._round()
        finally:
            self._progress = None
            self._lock.release()

    def progress(self) -> Progress | None:
        """How far the round under way is; for the thread that draws."""
        return self._progress

    def _round(self) -> CycleReport:
        self._report, self._ordered, self._pulled = CycleReport(), [], False
        try:
            self._work()
        except _Wiped:
            return replace(self._report, wiped=True)
        except DomainError as error:
            self._note_problem(error)
        try:
            self._obey()
            self._finish()
        except _Wiped:
            return replace(self._report, wiped=True)
        except StoreFault as error:
            self._note_problem(error)
        return self._report

    def _work(self) -> None:
        with self._held.store.transaction() as tx:
            # Nothing is sent by a tablet that could not write down the answer.
            self._held.timekeeper.note(tx)
        client = ServerClient(
            self._ports.transport, self._held.identities.get().server, heed=self._heed
        )
        try:
            tokens.fetch(client, self._held, self._ports.randomness)
        finally:
            # An order may stand in a refusal, and be signed by a key that came meanwhile.
            self._obey(client)
        self._stage(self._push, client)
        self._obey(client)
        self._stage(self._pull, client)
        self._obey(client)
        if self._report.epoch_changed:
            self._stage(self._push, client)
        self._stage(self._portray, client)
        self._stage(self._deliver, client)
        self._trim()

    def _stage(self, stage: Callable[[ServerClient], None], client: ServerClient) -> None:
        """Run a stage; what the server refuses in it must not keep the next one back."""
        try:
            self._with_token(stage, client)
        except RefusedByServer as error:
            self._note_problem(error)

    def _with_token(self, stage: Callable[[ServerClient], None], client: ServerClient) -> None:
        try:
            stage(client)
        except RefusedByServer as error:
            if error.facts.get("status") != HTTPStatus.UNAUTHORIZED:
                raise
            tokens.fetch(client, self._held, self._ports.randomness)
            stage(client)
        except UntrustedReceipt as error:
            if error.facts.get("reason") != UnknownKey.code:
                raise
            keys.renew(client, self._held)
            stage(client)

    def _push(self, client: ServerClient) -> None:
        with self._held.store.transaction() as tx:
            before = self._held.timekeeper.now() - ASK_AFTER_HELD
            self._held.outbox.ask_after_held(tx, before=before)
        counts = self._held.outbox.counts()
        self._begin(Stage.RECORDS, total=counts[OutboxState.WAITING] + counts[OutboxState.SENT])
        answered = 0
        while True:
            pushed = push_once(client, self._held)
            self._report = replace(self._report, answered=self._report.answered + pushed.answered)
            answered += pushed.answered
            self._reached(done=answered)
            if not pushed.answered:
                return

    def _pull(self, client: ServerClient) -> None:
        self._begin(Stage.REFERENCE)
        more, begun = True, 0
        while more:
            pulled = pull_page(client, self._held)
            self._pulled = True
            self._report = replace(
                self._report,
                changes=self._report.changes + pulled.changes,
                epoch_changed=self._report.epoch_changed or pulled.other_epoch,
            )
            begun += pulled.start_over
            if begun == MOST_SNAPSHOTS:
                return  # the server cannot make up its mind
            self._reached(done=self._report.changes)
            more = pulled.more

    def _portray(self, client: ServerClient) -> None:
        fetch_portraits(client, self._held)

    def _deliver(self, client: ServerClient) -> None:
        uploads = self._held.evidence.to_send()
        left = sum(upload.evidence.size - upload.offset for upload in uploads)
        self._begin(Stage.EVIDENCE, total=len(uploads), bytes_total=left)
        uploader = Uploader(client, self._held, sent=self._sent)
        for upload in uploads:
            waits = self._why_evidence_waits()
            if waits is not None:  # asked anew for each file: the network changes on the road
                self._report = replace(self._report, evidence_waits=waits)
                return
            if uploader.deliver(upload) is UploadState.COMPLETE:
                self._report = replace(self._report, files=self._report.files + 1)
                self._reached(done=self._report.files)
            self._obey()

    def _why_evidence_waits(self) -> Wait | None:
        settings = self._held.identities.settings()
        if preferences.kept(self._held.store).wifi_only:
            settings[WIFI_ONLY] = True  # chosen here, where the server leaves it open
        return evidence_waits(
            self._ports.connectivity.link(),
            self._ports.device.battery_percent(),
            settings,
            self._wish,
        )

    def _begin(self, stage: Stage, *, total: int = 0, bytes_total: int = 0) -> None:
        self._began_ms = self._ports.clock.read().elapsed_ms
        self._progress = Progress(stage=stage, total=total, bytes_total=bytes_total)

    def _reached(self, *, done: int) -> None:
        if self._progress is not None:
            elapsed = self._ports.clock.read().elapsed_ms - self._began_ms
            self._progress = replace(self._progress, done=done, elapsed_ms=elapsed)

    def _sent(self, count: int) -> None:
        """So many more bytes of evidence have arrived."""
        if self._progress is not None:
            elapsed = self._ports.clock.read().elapsed_ms - self._began_ms
            arrived = self._progress.bytes_done + count
            self._progress = replace(self._progress, bytes_done=arrived, elapsed_ms=elapsed)

    def _trim(self) -> None:
        gone = trim(
            self._held.store,
            now=self._held.timekeeper.now(),
            retain_days=self._held.identities.retain_days(),
        )
        self._report = replace(self._report, trimmed=len(gone))

    def _heed(self, body: Mapping[str, Any]) -> None:
        order = body.get(orders.MEMBER)
        if isinstance(order, Mapping):
            self._ordered.append(order)

    def _obey(self, client: ServerClient | None = None) -> None:
        ordered, self._ordered = self._ordered, []
        if client is not None and not all(
            keys.knows(self._held, order.get("kid")) for order in ordered
        ):
            keys.renew(client, self._held)
        verdicts = [orders.heed(self._held, order) for order in ordered]
        if self._pulled:
            # Only a pull tells of a server that was restored and lacks what it once took in.
            verdicts.append(orders.due(self._held))
        if Verdict.WIPE_NOW in verdicts:
            self._wipe()
            raise _Wiped

    def _note_problem(self, error: DomainError) -> None:
        """The first problem of a round is the one shown; the next round waits."""
        if self._report.problem is None:
            self._report = replace(self._report, problem=error)

    def _finish(self) -> None:
        problem = self._report.problem
        self._failures = 0 if problem is None else self._failures + 1
        if problem is not None:
            asked = problem.facts.get("retry_after") if isinstance(problem, NetworkFault) else None
            self._report = replace(
                self._report,
                retry_in_s=wait_seconds(
                    self._failures,
                    fraction=self._ports.randomness.fraction(),
                    retry_after=asked if isinstance(asked, int) else None,
                ),
            )
        remember_round(self._held, problem, waits=self._report.evidence_waits)
