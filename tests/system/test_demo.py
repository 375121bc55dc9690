"""`make demo` goes well, and does not when one real part is sabotaged."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_S = 600

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(LONGEST_S + 30)]


def run(folder: Path, broken: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the demonstration in `folder`, as make does in the project's own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.system.demo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DEMO_BREAK": broken, "DISPLAY": ""},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


def test_one_inspection_from_filed_plan_to_receipted_notice(tmp_path: Path) -> None:
    done = run(tmp_path)

    out = tmp_path / "demo-output"
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert done.stdout.splitlines()[-1].startswith("演示完成")
    timeline = json.loads((out / "timeline.json").read_text())
    assert {scene["ended"] for scene in timeline["scenes"]} == {"done"}
    assert (out / "case.zip").stat().st_size > 10_000
    papers = {path.stem for path in (out / "documents").glob("*.pdf")}
    assert papers >= {"notice", "record", "result", "checklist", "recordings"}
    for folder in ("screens", "pages"):
        assert len(list((out / folder).glob("*.png"))) > 20


# What the demonstration must notice by itself, and in which words it says so.
NOTICED = {
    "touch": "checklist.answer.conform",
    "decoder": "scan.next",
    "server": "offline",
    "smtp": "告知邮件没有送到",
    "signature": "卷宗核验不通过",
}


@pytest.mark.torture
@pytest.mark.parametrize("broken", NOTICED)
def test_a_broken_part_is_noticed(tmp_path: Path, broken: str) -> None:
    done = run(tmp_path, broken)

    last = done.stdout.splitlines()[-1]
    assert done.returncode == 1, done.stdout[-2000:]
    assert last.startswith("演示失败 DEMO FAILED")
    assert NOTICED[broken] in last
    ended = json.loads((tmp_path / "demo-output" / "timeline.json").read_text())["ended"]
    assert ended == "failed"


def test_an_unknown_word_breaks_nothing_and_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, broken="everything")

    assert done.returncode == 2
    assert "signature" in done.stderr
    assert not (tmp_path / "demo-output").exists()
