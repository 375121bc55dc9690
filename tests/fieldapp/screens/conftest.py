"""The app of `tests.fieldapp.screens.bench`, one for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp import language
from shared.text import Language
from tests.fieldapp.screens.bench import Bench, new_bench_in, set_to_work


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    language.use(Language.ZH)
    yield
    language.use(Language.ZH)


@pytest.fixture
def new_bench(tmp_path: Path) -> Iterator[Bench]:
    """The app on a tablet that belongs to nobody yet."""
    with new_bench_in(tmp_path / "data") as bench:
        yield bench


@pytest.fixture
def bench(new_bench: Bench) -> Bench:
    """The app on a tablet with two officers, the first at work, before the list of tasks."""
    return set_to_work(new_bench)
