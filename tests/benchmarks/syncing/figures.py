"""What is said of a run: throughput, percentiles, ratios, and what the machine was worth."""

import math
from collections.abc import Sequence

import pytest

from tests.benchmarks.syncing.load import Answers


def percentile(times: Sequence[float], of_hundred: float) -> float:
    """The time below which so many of a hundred lie; the nearest that was measured."""
    ordered = sorted(times)
    return ordered[max(math.ceil(len(ordered) * of_hundred / 100) - 1, 0)]


def seconds(answers: Answers, kind: str = "") -> list[float]:
    """The times of one kind of request."""
    return [time for name, time in answers.times if name == kind]


def told(answers: Answers, kind: str = "") -> str:
    """p50 and p99 as they are printed."""
    times = seconds(answers, kind)
    return f"p50 {percentile(times, 50) * 1000:.1f} ms, p99 {percentile(times, 99) * 1000:.1f} ms"


def say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n    {text}", end="", flush=True)  # noqa: T201 -- the figures are the point
