import io
import mmap
import struct
import tempfile
import wave
import zlib

import pytest

from shared import files
from shared.files import kind_of, pdf, wav, words
from tests import media

WHOLE = {
    "audio/wav": media.sound(),
    "audio/mp4": media.mp4(),
    "video/mp4": media.mp4(b"isom"),
    "audio/ogg": media.ogg(),
    "application/pdf": media.pdf(),
}


def test_every_kind_that_is_evidence_is_told_by_its_content() -> None:
    pictures = {
        "image/jpeg": b"\xff\xd8\xff\xe0",
        "image/png": b"\x89PNG\r\n\x1a\n",
        "image/webp": b"RIFF\0\0\0\0WEBP",
    }
    told = {kind: kind_of(data[: files.HEAD_BYTES]) for kind, data in {**pictures, **WHOLE}.items()}

    assert told == {kind: kind for kind in files.EVIDENCE}


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"PK\x03\x04",
        b"<svg xmlns=",
        b"<!DOCTYPE html>",
        b"#!/bin/sh",
        b" %PDF-1.7",
        b"%PDF-9",
        b"RIFF\0\0\0\0AVI ",
        b"\0\0\0\x20ftypevil",
    ],
)
def test_whatever_it_is_called_anything_else_is_no_evidence(head: bytes) -> None:
    assert kind_of(head) is None


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_file_has_no_flaw_and_one_cut_off_anywhere_near_its_end_has(kind: str) -> None:
    whole = WHOLE[kind]

    assert files.flaw(whole, kind) == ""
    assert all(files.flaw(whole[:-cut], kind) for cut in (7, len(whole) // 2))


def test_a_file_on_a_disk_is_read_where_it_lies() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(media.pdf(4))
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            assert files.flaw(mapped, "application/pdf") == ""
            assert files.measure(mapped, "application/pdf").pages == 4


def test_a_recording_is_as_long_as_its_samples_and_python_reads_it_too() -> None:
    data = wav.write(media.tone(1.25) + b"\x01", rate=16_000)

    assert files.measure(data, "audio/wav").duration_ms == 1250
    with wave.open(io.BytesIO(data)) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, 16_000)
        assert read.readframes(read.getnframes()) == media.tone(1.25)


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WAVE" + b"".join(
        n + struct.pack("<I", len(d)) + d + b"\0" * (len(d) % 2) for n, d in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


LAYOUT = struct.pack("<HHIIHH", 1, 2, 44_100, 176_400, 4, 16)


def test_other_chunks_are_passed_over_and_other_layouts_are_measured() -> None:
    data = riff((b"LIST", b"odd"), (b"fmt ", LAYOUT), (b"data", bytes(176_400)))

    assert files.measure(data, "audio/wav").duration_ms == 1000


@pytest.mark.parametrize(
    "data",
    [
        riff((b"fmt ", LAYOUT)),
        riff((b"data", bytes(8))),
        riff((b"fmt ", LAYOUT), (b"data", b"")),
        riff((b"fmt ", LAYOUT[:8]), (b"data", bytes(8))),
        riff((b"fmt ", struct.pack("<HHIIHH", 1, 0, 44_100, 0, 0, 16)), (b"data", bytes(8))),
        riff((b"fmt ", struct.pack("<HHIIHH", 1, 1, 0, 0, 0, 16)), (b"data", bytes(8))),
        riff((b"fmt ", struct.pack("<HHIIHH", 85, 1, 8000, 0, 0, 16)), (b"data", bytes(8))),
        b"RIFF\0\0\0\0WAVEfmt ",
        b"RIFF",
    ],
    ids=[
        "no data",
        "no layout",
        "silence of none",
        "half a layout",
        "no channel",
        "no rate",
        "unknown",
        "cut in a chunk",
        "cut at once",
    ],
)
def test_a_sound_that_nobody_could_play_has_a_flaw(data: bytes) -> None:
    assert files.flaw(data, "audio/wav")


@pytest.mark.parametrize("long", [False, True])
def test_the_index_of_a_recording_says_how_long_it_is(*, long: bool) -> None:
    assert files.measure(media.mp4(long=long), "audio/mp4").duration_ms == 7000
    assert files.measure(media.mp4(seconds=0, long=long), "video/mp4").duration_ms is None


def test_a_recording_without_an_index_was_not_finished() -> None:
    assert files.flaw(media.box(b"ftyp", b"M4A ") + media.box(b"mdat", bytes(9)), "audio/mp4")
    endless = media.box(b"ftyp", b"M4A ") + struct.pack(">I", 4) + b"moov"
    assert files.flaw(endless, "audio/mp4")


@pytest.mark.parametrize("packed", [False, True])
def test_a_documents_pages_are_counted(*, packed: bool) -> None:
    assert files.measure(media.pdf(5, packed=packed), "application/pdf").pages == 5


def test_a_page_that_was_changed_later_counts_once_and_none_found_is_not_zero() -> None:
    changed = media.pdf(2) + b"3 0 obj << /Type /Page /Rotate 90 >> endobj\nstartxref\n9\n%%EOF\n"

    assert files.measure(changed, "application/pdf").pages == 2
    assert files.measure(media.pdf(0), "application/pdf").pages is None


def test_a_stream_that_would_unfold_without_end_is_not_counted() -> None:
    far = b"3 %d " % (pdf.MOST_UNFOLDED + 1)
    packed = zlib.compress(far + bytes(pdf.MOST_UNFOLDED + 1) + b"<< /Type /Page >>")
    told = b"9 0 obj << /Type /ObjStm /N 1 /First %d >> stream\n%b\nendstream endobj"

    assert pdf.pages(told % (len(far), packed)) is None


def test_a_file_is_named_with_its_length_in_both_languages() -> None:
    sound = words.what("audio/wav", duration_ms=130_400)
    assert (sound.zh, sound.en) == ("录音 2分10秒", "Recording, 2 min 10 s")
    assert words.what("audio/ogg", duration_ms=42_000).zh == "录音 42秒"
    assert words.what("application/pdf", pages=1).en == "Document, 1 page"
    assert words.what("image/png").zh == "照片"
    assert words.what("video/mp4").en == "Video"
    assert words.what("font/woff").zh == "其他文件"
