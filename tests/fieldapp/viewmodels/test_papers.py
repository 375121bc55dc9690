"""Nothing of a content may be missing from the page that is signed."""

from collections.abc import Iterator
from typing import Any

import pytest

from fieldapp.viewmodels import papers
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field
from tests.world import POINTS

CODED = {"v", "content", "visit_id", "agency.id", "outcome", "type", "size", "source"}
"""What is shown as a word, or says only what the page is."""


def values(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every leaf of a content as text, with its name."""
    if isinstance(data, dict):
        for name, below in data.items():
            yield from values(below, name if path != "agency" else f"agency.{name}")
    elif isinstance(data, list | tuple):
        for below in data:
            yield from values(below, path)
    elif data not in ("", None, False, True):
        yield path, str(data)


def page(blocks: tuple[papers.Block, ...]) -> str:
    return "\n".join(f"{block.name} {block.text}" for block in blocks)


@pytest.fixture
def flow(field: Field) -> Any:
    found = field.visit()
    for step in visiting.STEPS[:5]:
        step(found)
    visiting.answer(
        found,
        POINTS[0],
        "nonconform",
        severity="rectify",
        note="健康证明过期",
        fixed_on_spot=True,
    )
    visiting.answer(found, POINTS[1], "not_applicable")
    visiting.answer(found, POINTS[2])
    return found


WORDS = {
    "conform": "符合",
    "nonconform": "不符合",
    "not_applicable": "不适用",
    "rectify": "责令改正",
    "fixed_on_spot": "已当场改正",
    "signed": "已签收",
}


@pytest.mark.parametrize("which", ["notice", "record", "result"])
def test_every_value_of_the_content_is_on_the_page(flow: Any, which: str) -> None:
    if which == "result":
        visiting.read_out(flow)
        visiting.sign(flow)
    content = flow.record("三日内改正") if which == "record" else getattr(flow, which)()
    shown = page(getattr(papers, which)(content.data, content.hash))
    missing = [
        (name, value)
        for name, value in values(content.data)
        if name not in CODED and WORDS.get(value, value) not in shown
    ]
    # The conclusion stands as its sentence, proofs by the beginning of their hashes.
    assert {name for name, _ in missing} <= {"conclusion", "evidence"}
    assert content.hash in shown


def test_blanks_are_struck_out(flow: Any) -> None:
    content = flow.notice()
    data = {**content.data, "place": ""}
    assert f"检查地点 {papers.EMPTY}" in page(papers.notice(data, content.hash))
