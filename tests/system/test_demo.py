"""`make demo` goes well, and does not when one real part is sabotaged."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BUDGET_S = 90
ROOT = Path(__file__).parents[2]


def run(folder: Path, broken: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the demonstration in `folder`, as make does in the project's own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.system.demo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DEMO_BREAK": broken},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_one_inspection_from_filed_plan_to_receipted_notice(tmp_path: Path) -> None:
    done = run(tmp_path)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "演示完成" in done.stdout.splitlines()[-1]
    assert (tmp_path / "demo-output" / "timeline.json").exists()


def test_an_unknown_word_breaks_nothing_and_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, broken="everything")

    assert done.returncode == 2
    assert "signature" in done.stderr
