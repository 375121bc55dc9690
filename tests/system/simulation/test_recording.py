"""A long run that was killed goes on where it stood, and the page has one line for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.system.simulation import recording
from tests.system.simulation.recording import Played

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
SEEDS = range(500, 1000)
AT = "0123456789ab"


def test_what_was_played_is_read_again_and_a_torn_row_is_played_anew(tmp_path: Path) -> None:
    file = tmp_path / "played.txt"
    first = Played(file, NOW)
    first.add(500, 0.5, "")
    first.add(501, 0.25, "lost:\tone\nevent")
    first.close()
    file.write_text(file.read_text("utf-8") + "502\t0.", encoding="utf-8")
    again = Played(file, NOW + timedelta(days=1))
    with pytest.raises(BlockingIOError):
        Played(file, NOW)
    again.add(503, 0.25, "")
    again.close()
    last = Played(file, NOW + timedelta(days=2))
    last.close()
    assert last.found == {500: "", 501: "lost: one event", 503: ""}
    assert (last.begun, last.seconds, last.faulty) == (NOW, 1.0, [501])


def test_a_run_has_one_line_however_often_it_was_interrupted(tmp_path: Path) -> None:
    page, played = tmp_path / "simulated.md", Played(tmp_path / "played.txt", NOW)
    played.add(500, 0.5, "")
    recording.write(recording.line(SEEDS, played, AT, NOW), page)
    (part,) = recording.read(page.read_text("utf-8"))
    assert (part.seeds, part.played, part.faults) == ("500–999", "1 of 500", "0")
    other = replace(part, commit="another")
    recording.write(other, page)
    for seed in SEEDS:
        played.add(seed, 0.5, "gone" if seed == 777 else "")
    played.close()
    whole = recording.line(SEEDS, played, AT, NOW + timedelta(hours=2))
    recording.write(whole, page)
    assert recording.read(page.read_text("utf-8")) == [other, whole]
    assert (whole.played, whole.faults, whole.last) == ("all", "1: 777", "2026-11-22 15:00")


def test_the_page_is_as_it_is_written() -> None:
    text = recording.PAGE.read_text("utf-8")
    assert recording.page(recording.read(text)) == text
