"""How long documents take with a warm press, on one idle core.

Budgets: 20 drawn a second, 15 drawn and sealed a second without a time stamp.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from server.documents import authority, issuing, samples, sealing
from server.documents.kinds import DocumentKind
from server.documents.press import Press, font_folder
from server.documents.sheet import Sheet

pytestmark = pytest.mark.bench
BUDGET_S = 1 / 20
SEALED_BUDGET_S = 1 / 15


def different(sheet: Sheet) -> Iterator[Sheet]:
    """Sheets of which no two are alike: typst remembers what it has drawn."""
    for no in count():
        content = {**sheet.content, "place": f"第{no}号厂房"}
        yield replace(sheet, content=content, number=f"鲁检告〔2026〕{no:04d}号")


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_document_is_drawn_within_its_budget(
    benchmark: BenchmarkFixture, kind: DocumentKind
) -> None:
    press = Press(font_folder(None))
    sheets = different(samples.sheet(kind))
    press.draw(next(sheets))

    benchmark.pedantic(lambda: press.draw(next(sheets)), rounds=40)

    assert benchmark.stats.stats.median < BUDGET_S


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_document_is_drawn_and_sealed_within_its_budget(
    benchmark: BenchmarkFixture, kind: DocumentKind
) -> None:
    press, now = Press(font_folder(None)), datetime(2026, 11, 20, tzinfo=UTC)
    sealer = sealing.opened(authority.make(os.urandom, now).seal)
    sheets = different(samples.sheet(kind))
    issuing.issue(press, sealer, next(sheets), now)

    benchmark.pedantic(lambda: issuing.issue(press, sealer, next(sheets), now), rounds=40)

    assert benchmark.stats.stats.median < SEALED_BUDGET_S
