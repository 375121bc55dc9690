"""Sound and files on a desk, and what is made of them before it becomes evidence."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldapp.errors import FileRefused, PickFailed, RecorderFailed
from fieldapp.flow import evidencing
from fieldapp.flow.hearing import loudness
from fieldapp.ports.desktop.files import DesktopFilePicker
from fieldapp.ports.desktop.sound import TONE, FileRecorder
from fieldapp.ports.fake.clock import FakeClock
from fieldapp.store.evidence import MAX_BYTES
from tests import media


def test_a_desk_hears_a_file_or_a_tone_as_fast_as_time_passes(tmp_path: Path) -> None:
    clock = FakeClock()
    (tmp_path / "said.wav").write_bytes(media.sound(1.0))
    for source in (str(tmp_path / "said.wav"), TONE):
        recorder = FileRecorder(source, clock)
        recorder.start()
        assert recorder.heard() == b""
        clock.advance(seconds=0.75)
        first = recorder.heard()
        clock.advance(seconds=1.5)
        rest = recorder.stop()
        assert (len(first), len(rest)) == (24_000, 48_000)
        assert (first + rest)[:8_000] == (first + rest)[32_000:40_000], "from the beginning again"
        assert recorder.heard() == recorder.stop() == b""


def test_a_desk_without_a_microphone_says_so(tmp_path: Path) -> None:
    (tmp_path / "music.wav").write_bytes(media.sound()[:24] + bytes([0x44, 0xAC]) + b"\0" * 30)
    for source in ("", str(tmp_path / "none.wav"), str(tmp_path / "music.wav")):
        with pytest.raises(RecorderFailed):
            FileRecorder(source, FakeClock()).start()


def test_a_file_that_a_setting_names_counts_as_chosen(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    picked = DesktopFilePicker(str(tmp_path / "a.pdf")).pick(most_bytes=3)
    assert picked is not None
    assert (picked.data, picked.name) == (b"%PDF", "a.pdf")
    with pytest.raises(PickFailed):
        DesktopFilePicker(str(tmp_path / "b.pdf")).pick(most_bytes=3)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"%PDF-1.7" + bytes(MAX_BYTES), "large"),
        (media.program(), "kind"),
        (media.pdf()[:-9], "broken"),
        (media.sound()[:-2], "broken"),
        (media.picture()[:-400], "broken"),
        (media.bomb(), "broken"),
    ],
    ids=["empty", "large", "program", "half a pdf", "half a sound", "half a photo", "bomb"],
)
def test_what_the_server_would_refuse_is_refused_here(data: bytes, why: str) -> None:
    with pytest.raises(FileRefused) as refused:
        evidencing.of_file(data)
    assert refused.value.facts["why"] == why


def test_evidence_says_of_itself_what_is_known_and_no_more() -> None:
    begun = datetime(2026, 11, 21, 2, tzinfo=UTC)
    photo = evidencing.EvidenceDraft(data=b"x", media_type="image/jpeg")
    assert set(evidencing.payload_of(photo, "e")) == {"evidence_id", "sha256", "size", "media_type"}
    sound = evidencing.of_recording(media.tone(1.5), begun_at=begun, recording_id="r")
    told = evidencing.payload_of(sound, "e")
    assert (told["begun_at"], told["duration_ms"]) == (begun, 1500)
    assert "origin" not in told
    paper = evidencing.payload_of(evidencing.of_file(media.pdf(2)), "e")
    assert (paper["origin"], paper["pages"], paper["media_type"]) == (
        "handed_over",
        2,
        "application/pdf",
    )


def test_room_for_sound_ends_before_the_room_for_records() -> None:
    kept = evidencing.KEPT_FREE_BYTES
    assert evidencing.room_for_sound_s(8 * 1024**3) == evidencing.LONGEST_S
    assert evidencing.room_for_sound_s(kept + 60 * 5 * 32_000) == 60
    assert evidencing.room_for_sound_s(kept) == evidencing.room_for_sound_s(0) == 0


def test_how_loud_it_is_is_told_as_an_ear_tells_it() -> None:
    quiet, loud = b"\x00\x01" * 100, b"\x00\x80" * 100
    assert loudness(b"") == loudness(bytes(200)) == 0
    assert loudness(loud) == 1
    assert 0 < loudness(quiet) < loudness(media.tone(0.1)) < 1
