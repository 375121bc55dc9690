"""What documents take of one core with a warm press.

Budgets: 20 drawn a second, 15 drawn and sealed a second without a time stamp. Told is processor
time, and how that stands to a calibration of this very machine, so that figures of a busy or a
slower one can be compared.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from statistics import median

import pytest

from server.documents import authority, issuing, samples, sealing
from server.documents.kinds import DocumentKind
from server.documents.press import Press, font_folder
from server.documents.sheet import Sheet
from tests.benchmarks.syncing.figures import say

pytestmark = pytest.mark.bench
BUDGET_S = 1 / 20
SEALED_BUDGET_S = 1 / 15
ROUNDS = 25
ONE_CORE_S = 0.05
"""What the calibration takes on the core that the budgets are meant for."""


def calibration() -> float:
    """Seconds of this processor for work that no change of ours touches."""
    began = time.process_time()
    sum(n * n % 7 for n in range(900_000))
    return time.process_time() - began


def different(sheet: Sheet) -> Iterator[Sheet]:
    """Sheets of which no two are alike: typst remembers what it has drawn."""
    for no in count():
        content = {**sheet.content, "place": f"第{no}号厂房"}
        address = f"{sheet.address[:-8]}{no:08d}"
        yield replace(sheet, content=content, number=f"鲁检告〔2026〕{no:04d}号", address=address)


def measured(kind: DocumentKind, do: Callable[[Sheet], object]) -> float:
    """Seconds of processor time of one document, the median of many."""
    sheets = different(samples.sheet(kind))
    do(next(sheets))
    taken = []
    for sheet in (next(sheets) for _ in range(ROUNDS)):
        began = time.process_time()
        do(sheet)
        taken.append(time.process_time() - began)
    return median(taken)


def judge(
    capsys: pytest.CaptureFixture[str],
    kind: DocumentKind,
    what: str,
    seconds: float,
    budget: float,
) -> None:
    machine = median(calibration() for _ in range(5))
    allowed = budget * machine / ONE_CORE_S
    say(
        capsys,
        f"{kind} {what}: {seconds * 1000:.1f} ms of processor time, {1 / seconds:.0f} a second,"
        f" {seconds / machine:.2f} calibrations of {machine * 1000:.0f} ms",
    )
    assert seconds < max(budget, allowed)


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_document_is_drawn_within_its_budget(
    kind: DocumentKind, capsys: pytest.CaptureFixture[str]
) -> None:
    press = Press(font_folder(None))

    judge(capsys, kind, "drawn", measured(kind, press.draw), BUDGET_S)


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_document_is_drawn_and_sealed_within_its_budget(
    kind: DocumentKind, capsys: pytest.CaptureFixture[str]
) -> None:
    press, now = Press(font_folder(None)), datetime(2026, 11, 20, tzinfo=UTC)
    sealer = sealing.opened(authority.make(os.urandom, now).seal)

    def issue(sheet: Sheet) -> bytes:
        return issuing.issue(press, sealer, sheet, now)

    judge(capsys, kind, "drawn and sealed", measured(kind, issue), SEALED_BUDGET_S)
