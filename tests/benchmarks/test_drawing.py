"""How long a document takes to draw with a warm press. Budget: 50 ms each, on one idle core."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from server.documents import samples
from server.documents.kinds import DocumentKind
from server.documents.press import Press, font_folder
from server.documents.sheet import Sheet

pytestmark = pytest.mark.bench
BUDGET_S = 0.05


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
