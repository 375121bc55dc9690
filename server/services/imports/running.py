"""One import, from the file to the tables: read and staged, checked whole, then published.

Nothing is stored before every row was looked at; with a bad row nothing is, unless bad rows are to
be left out. What is stored goes in short transactions, so that no tablet's cursor and no other
writer waits for a million rows. Stopped in the middle, it is done again from the beginning:
natural keys make that safe.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert

from server.database import Aim, expect_many, is_postgresql, settle
from server.models import Agency, ImportFault, ImportRun, ImportState
from server.principal import SYSTEM
from server.services import audit
from server.services.imports import reading
from server.services.imports.columns import Table
from server.services.imports.every_kind import KINDS
from server.services.imports.faults import BadFile, Fault
from server.services.imports.kinds import Context, Kind, Tally
from server.services.imports.staging import AT_ONCE, Staged, Staging, Values, open_staging
from server.work import Parts, Work, open_work
from shared.errors import DomainError
from shared.text import Text

Progress = Callable[[ImportState, int], None]
"""Told the phase and how many rows of it are behind."""
BESIDE = 2
"""How many batches are stored at a time, where that may be."""


def run(
    parts: Parts, run_id: str, path: Path, progress: Progress = lambda _state, _n: None
) -> None:
    """Bring `path` in as the run says. The outcome is the run's state; only bugs are raised."""
    importer = _begin(parts, run_id, progress)
    try:
        with open_staging(on_disk=not importer.kind.is_personal) as staging:
            importer.bring_in(staging, path)
    except BadFile as wrong:
        importer.refuse(wrong.told)
    except DomainError as wrong:
        importer.refuse(Text(f"无法导入：{wrong}", f"Cannot be imported: {wrong}"))


def _begin(parts: Parts, run_id: str, progress: Progress) -> "Importer":
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(ImportRun, run_id, with_for_update=True)
        row.state, row.alive_at = ImportState.CHECKING, work.now
        row.rows = row.bad = row.published = row.unchanged = 0
        work.session.execute(delete(ImportFault).where(ImportFault.run_id == run_id))
        agency = work.session.get(Agency, row.agency_id) if row.agency_id else None
        context = Context(run_id=row.id, agency=agency, source=row.source, as_of=row.as_of)
        return Importer(
            parts=parts,
            kind=KINDS[row.kind],
            context=context,
            progress=progress,
            dry_run=row.dry_run,
            skip_bad=row.skip_bad,
        )


@dataclass(slots=True, kw_only=True)
class Importer:
    """One run under way."""

    parts: Parts
    kind: Kind
    context: Context
    progress: Progress
    dry_run: bool
    skip_bad: bool

    def bring_in(self, staging: Staging, path: Path) -> None:
        rows = self._stage(staging, path)
        staging.blame_twins(self.kind.twice)
        self._check(staging)
        if self.skip_bad:
            staging.blame_groups()
        bad = staging.bad()
        self._write_faults(staging)
        with self._run() as (_, row):
            row.rows, row.bad = rows, bad
            if bad and not self.skip_bad:
                row.state, row.finished_at = ImportState.REFUSED, self.parts.clock.now()
            elif self.dry_run:
                row.state, row.finished_at = ImportState.CHECKED, self.parts.clock.now()
            else:
                row.state = ImportState.PUBLISHING
            go_on = row.state == ImportState.PUBLISHING
        if go_on:
            self._publish(staging)

    def refuse(self, why: Text) -> None:
        """End it without having stored anything."""
        with self._run() as (_, row):
            row.state, row.why = ImportState.FAILED, f"{why.zh}\n{why.en}"
            row.finished_at = self.parts.clock.now()

    def _stage(self, staging: Staging, path: Path) -> int:
        found = reading.rows(path)
        try:
            _, headings = next(found)
        except StopIteration:
            raise BadFile(Text("文件里没有表头", "There is no heading")) from None
        table = Table(self.kind.columns, headings)
        count = 0
        waiting: list[tuple[int, str, str, Values]] = []
        for number, cells in found:
            count += 1
            values, wrong = table.read(number, cells)
            if wrong:
                staging.blame(wrong)
            else:
                waiting.append((number, self.kind.key(values), self.kind.group(values), values))
            if len(waiting) >= AT_ONCE:
                self._staged(staging, waiting, count)
        self._staged(staging, waiting, count)
        if not count:
            raise BadFile(Text("表头下面没有数据", "Nothing below the heading"))
        return count

    def _staged(
        self, staging: Staging, waiting: list[tuple[int, str, str, Values]], count: int
    ) -> None:
        staging.add(waiting)
        waiting.clear()
        with self._run() as (_, row):  # a sign of life too, so that nobody else takes it up
            row.rows = count
        self.progress(ImportState.CHECKING, count)

    def _check(self, staging: Staging) -> None:
        if self.kind.check is None:
            return
        for rows in staging.good():
            with open_work(self.parts, SYSTEM, aim=Aim.READ) as work:
                staging.blame(list(self.kind.check(work, self.context, rows)))

    def _write_faults(self, staging: Staging) -> None:
        n = 0
        for some in staging.faults():
            with self._run() as (work, _):
                work.session.execute(insert(ImportFault), list(self._fault_rows(some, n)))
            n += len(some)

    def _fault_rows(self, some: Sequence[Fault], before: int) -> Iterator[dict[str, object]]:
        for n, fault in enumerate(some, start=before + 1):
            yield {
                "run_id": self.context.run_id,
                "n": n,
                "row": fault.row,
                "column": fault.column,
                "text_zh": fault.text.zh[:300],
                "text_en": fault.text.en[:300],
            }

    def _publish(self, staging: Staging) -> None:
        seen = 0
        for rows, tally in self._stored(staging.good()):
            with self._run() as (_, row):
                row.published += tally.stored
                row.unchanged += tally.unchanged
            seen += rows
            self.progress(ImportState.PUBLISHING, seen)
        with self._run() as (work, row):
            settle(work.session)
            row.state, row.finished_at = ImportState.DONE, work.now
            audit.write(
                work,
                "import.done",
                "import_run",
                row.id,
                kind=row.kind,
                rows=row.rows,
                bad=row.bad,
                published=row.published,
                file=row.file_sha256,
            )

    def _stored(self, batches: Iterator[Sequence[Staged]]) -> Iterator[tuple[int, Tally]]:
        """How many rows each batch had and what became of it, in their order.

        Where no two batches touch the same row, and the database takes several writers, two are
        stored at a time while the next is read.
        """
        if not (self.kind.apart and is_postgresql(self.parts.engine)):
            yield from ((len(rows), self._store(rows)) for rows in batches)
            return
        with ThreadPoolExecutor(max_workers=BESIDE) as pool:
            under_way: deque[tuple[int, Future[Tally]]] = deque()
            for rows in batches:
                under_way.append((len(rows), pool.submit(self._store, rows)))
                if len(under_way) > BESIDE:
                    count, stored = under_way.popleft()
                    yield count, stored.result()
            for count, stored in under_way:
                yield count, stored.result()

    def _store(self, rows: Sequence[Staged]) -> Tally:
        with open_work(self.parts, SYSTEM) as work:
            expect_many(work.session)
            return self.kind.publish(work, self.context, rows)

    @contextmanager
    def _run(self) -> Iterator[tuple[Work, ImportRun]]:
        """A short transaction with the run's row, whose sign of life it renews."""
        with open_work(self.parts, SYSTEM) as work:
            row = work.session.get_one(ImportRun, self.context.run_id)
            row.alive_at = work.now
            yield work, row
