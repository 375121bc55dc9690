"""Android's code reader on every fifth frame of the same benchmark, on this machine's Java."""

import json
import subprocess
import sys

import pytest

from tests.fieldapp.packaging.test_java_on_a_jvm import ROOT, ZXING, missing

pytestmark = pytest.mark.bench
WANTED_RATE = 0.75
STEP = 5


def test_androids_reader_reads_most_and_misreads_none(capsys: pytest.CaptureFixture[str]) -> None:
    if missing():
        pytest.skip(missing())
    done = subprocess.run(
        [sys.executable, "-m", "tests.fieldapp.packaging.on_a_jvm", str(ZXING), str(STEP)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    frames = json.loads(done.stdout)["frames"]
    right = sum(frame["text"] in frame["read"] for frame in frames)
    with capsys.disabled():
        print(f"\n    Java: {right / len(frames):6.1%} read of {len(frames)} frames")  # noqa: T201

    assert all(set(frame["read"]) <= {frame["text"]} for frame in frames)
    assert right / len(frames) >= WANTED_RATE
