"""The adapters that need only Java, run for real: pyjnius, a JVM, and Debian's ZXing.

This is how it came out that pyjnius takes the wrong one of two methods unless told what a value
is; the published types alone would not have said so.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fieldapp.packaging.android_api import ROOT

ZXING = Path("/usr/share/maven-repo/com/google/zxing/core/debian/core-debian.jar")
STEP = 112  # every 112th frame, five in all; `make bench` tries more


def missing() -> str:
    if shutil.which("java") is None:
        return "there is no Java: apt-get install default-jre-headless"
    return "" if ZXING.is_file() else "there is no ZXing: apt-get install libzxing-core-java"


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    why = missing()
    if why and os.environ.get("CI"):
        pytest.fail(why)
    if why:
        pytest.skip(why)
    done = subprocess.run(
        [sys.executable, "-m", "tests.fieldapp.packaging.on_a_jvm", str(ZXING), str(STEP)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_zxing_reads_distorted_codes_and_never_misreads(said: dict[str, Any]) -> None:
    frames = said["frames"]

    assert len(frames) == 5
    assert all(set(frame["read"]) <= {frame["text"]} for frame in frames)
    assert sum(frame["text"] in frame["read"] for frame in frames) >= 3


def test_what_javas_cipher_wrapped_it_opens_and_nothing_else(said: dict[str, Any]) -> None:
    assert said["keys"] == dict.fromkeys(("opens", "hidden", "differs", "refused", "fault"), True)


def test_chinese_text_comes_through_as_characters(said: dict[str, Any]) -> None:
    assert said["text"] == "需要您的许可"


def test_an_array_that_java_fills_is_seen_here(said: dict[str, Any]) -> None:
    assert said["filled"] is True
