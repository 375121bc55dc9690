"""What the tablet hears and plays: samples in memory, never through a file.

Samples are 16 bits, little-endian. What is recorded has one channel and `RATE` samples a second,
enough for speech and a third of what music takes.
"""

from typing import Protocol

from fieldapp.errors import PlayerFailed, RecorderFailed

RATE = 16_000
BYTES_A_SECOND = 2 * RATE


class Recorder(Protocol):
    def start(self) -> None:
        """Begin to listen. Raises `RecorderFailed`, `MicrophoneNotAllowed`."""
        ...

    def heard(self) -> bytes:
        """The samples since it was last asked. Raises `RecorderFailed` when it broke down."""
        ...

    def stop(self) -> bytes:
        """Stop listening; the samples since it was last asked. Nothing happens where none runs."""
        ...


class Player(Protocol):
    def play(self, samples: bytes, *, rate: int, channels: int) -> None:
        """Begin to play, in place of what plays now. Raises `PlayerFailed`."""
        ...

    def position_ms(self) -> int | None:
        """How far it is, to be asked several times a second; None when nothing plays any more."""
        ...

    def stop(self) -> None: ...


class NoRecorder:
    """A machine without a microphone."""

    def start(self) -> None:
        raise RecorderFailed("There is no microphone here.")

    def heard(self) -> bytes:
        return b""

    def stop(self) -> bytes:
        return b""


class NoPlayer:
    """A machine that cannot play from memory."""

    def play(self, samples: bytes, *, rate: int, channels: int) -> None:
        raise PlayerFailed("Nothing plays here.", bytes=len(samples), rate=rate, channels=channels)

    def position_ms(self) -> int | None:
        return None

    def stop(self) -> None:
        """Nothing plays."""
