"""Sound on a desk: a file or a tone in place of a microphone, and ALSA's own player.

A tone or a file is only heard when somebody asked for it by the setting: a run without one has no
microphone and says so, rather than to record something that nobody said.
"""

import math
import os
import shutil
import struct
import subprocess
import threading
from pathlib import Path

from fieldapp.errors import PlayerFailed, RecorderFailed
from fieldapp.ports.clock import Clock
from fieldapp.ports.sound import BYTES_A_SECOND, RATE
from shared.files import wav
from shared.files.octets import Broken

SETTING = "MINGCHA_FIELD_SOUND"
TONE = "tone"
PITCH, STRENGTH = 440, 9000


class FileRecorder:
    """Hears a WAVE file over and over, or a tone, as fast as time passes."""

    def __init__(self, source: str, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._all = b""
        self._begun_ms: int | None = None
        self._handed = 0

    @classmethod
    def from_environment(cls, clock: Clock) -> "FileRecorder":
        return cls(os.environ.get(SETTING, ""), clock)

    def start(self) -> None:
        self._all = _tone() if self._source == TONE else _samples(self._source)
        self._begun_ms, self._handed = self._clock.read().elapsed_ms, 0

    def heard(self) -> bytes:
        if self._begun_ms is None:
            return b""
        passed_ms = self._clock.read().elapsed_ms - self._begun_ms
        until = passed_ms * BYTES_A_SECOND // 1000 // 2 * 2
        start, wanted = self._handed % len(self._all), until - self._handed
        piece = (self._all * ((start + wanted) // len(self._all) + 1))[start : start + wanted]
        self._handed = until
        return piece

    def stop(self) -> bytes:
        rest, self._begun_ms = self.heard(), None
        return rest


class AplayPlayer:
    """Through a pipe to ALSA's `aplay`, where it is installed: nothing is written to a disk."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._running: subprocess.Popen[bytes] | None = None
        self._begun_ms = 0

    def play(self, samples: bytes, *, rate: int, channels: int) -> None:
        self.stop()
        program = shutil.which("aplay")
        if program is None:
            raise PlayerFailed("There is no aplay here.")
        layout = ["-q", "-t", "raw", "-f", "S16_LE", "-r", str(rate), "-c", str(channels), "-"]
        running = subprocess.Popen(  # noqa: S603 -- our own arguments, numbers but for the names
            [program, *layout],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._running, self._begun_ms = running, self._clock.read().elapsed_ms
        threading.Thread(target=_feed, args=(running, samples), daemon=True).start()

    def position_ms(self) -> int | None:
        if self._running is None or self._running.poll() is not None:
            self._running = None
            return None
        return self._clock.read().elapsed_ms - self._begun_ms

    def stop(self) -> None:
        if self._running is not None:
            self._running.terminate()
            self._running.wait()
            self._running = None


def _feed(running: "subprocess.Popen[bytes]", samples: bytes) -> None:
    try:
        running.communicate(samples)
    except (OSError, ValueError):
        return  # it was stopped meanwhile


def _tone() -> bytes:
    """A second of a tone; it ends where it begins."""
    step = 2 * math.pi * PITCH / RATE
    return struct.pack(f"<{RATE}h", *(round(STRENGTH * math.sin(step * n)) for n in range(RATE)))


def _samples(source: str) -> bytes:
    """The samples of a file that is written as a recording of the tablet is."""
    if not source:
        raise RecorderFailed("There is no microphone here.", setting=SETTING)
    try:
        data = Path(source).read_bytes()
        found = wav.read(data)
    except (OSError, Broken) as error:
        raise RecorderFailed("The sound cannot be read.", source=source) from error
    if (found.channels, found.rate, found.depth) != (1, RATE, 16):
        raise RecorderFailed("Not 16 bits, one channel and 16 kHz.", source=source)
    return data[found.start : found.start + found.size]
