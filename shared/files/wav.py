"""WAVE sound: writing what a microphone heard, and reading how long a file is.

Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM, Microsoft, 1991), RIFF
chunks of an id, a little-endian size and an even number of bytes.
"""

import io
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass

from shared.files.octets import Broken, Octets

HEADER = 12
PCM, EXTENSIBLE = 1, 0xFFFE
MOST_CHANNELS = 8
RATES = range(4_000, 192_001)
DEPTHS = (8, 16, 24, 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """`start` and `size` are where the samples lie; `rate` in samples a second, `depth` in bits."""

    channels: int
    rate: int
    depth: int
    start: int
    size: int

    @property
    def duration_ms(self) -> int:
        a_second = self.rate * self.channels * self.depth // 8
        return self.size * 1000 // a_second


def write(samples: bytes, *, rate: int) -> bytes:
    """A WAVE file of 16-bit little-endian samples of one channel; an odd last byte is dropped."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples[: len(samples) // 2 * 2])
    return out.getvalue()


def read(data: Octets) -> Wave:
    """How the samples are written and where they lie; raises `Broken`, for a cut-off file too."""
    if len(data) < HEADER or struct.unpack("<I", data[4:8])[0] + 8 > len(data):
        raise Broken("The sound is cut off.")
    layout: tuple[int, int, int] | None = None
    for name, start, size in _chunks(data):
        if name == b"fmt ":
            layout = _layout(data[start : start + size])
        if name == b"data":
            if layout is None or not size:
                raise Broken("The sound holds no samples that could be heard.")
            channels, rate, depth = layout
            return Wave(channels=channels, rate=rate, depth=depth, start=start, size=size)
    raise Broken("The sound holds no samples.")


def _chunks(data: Octets) -> Iterator[tuple[bytes, int, int]]:
    at = HEADER
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        if at + 8 + size > len(data):
            raise Broken("The sound is cut off.")
        yield name, at + 8, size
        at += 8 + size + size % 2


def _layout(chunk: bytes) -> tuple[int, int, int]:
    if len(chunk) < 16:
        raise Broken("How the sound is written is not said.")
    form, channels, rate, _a_second, _frame, depth = struct.unpack("<HHIIHH", chunk[:16])
    known = form in (PCM, EXTENSIBLE) and depth in DEPTHS and rate in RATES
    if not known or not 0 < channels <= MOST_CHANNELS:
        raise Broken("The sound is written in a way that is not known here.")
    return channels, rate, depth
