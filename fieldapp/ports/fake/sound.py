"""A microphone that hears what the test says, a loudspeaker that keeps what it played."""

from fieldapp.errors import MicrophoneNotAllowed, PlayerFailed, RecorderFailed


class FakeRecorder:
    """`say` before it is asked; `allowed` and `broken` are the person's and the machine's no."""

    def __init__(self) -> None:
        self.on = False
        self.allowed = True
        self.broken = False
        self._waiting = b""

    def say(self, samples: bytes) -> None:
        """Something is to be heard, if the microphone is on."""
        if self.on:
            self._waiting += samples

    def start(self) -> None:
        if not self.allowed:
            raise MicrophoneNotAllowed("The person has not allowed it yet.")
        self.on, self._waiting = True, b""

    def heard(self) -> bytes:
        if self.broken:
            raise RecorderFailed("The microphone broke down.")
        heard, self._waiting = self._waiting, b""
        return heard

    def stop(self) -> bytes:
        self.on = False
        heard, self._waiting = self._waiting, b""
        return heard


class FakePlayer:
    """`at_ms` is where the test has it; None when it is over."""

    def __init__(self, *, able: bool = True) -> None:
        self.able = able
        self.played: list[tuple[bytes, int, int]] = []
        self.at_ms: int | None = None

    def play(self, samples: bytes, *, rate: int, channels: int) -> None:
        if not self.able:
            raise PlayerFailed("Nothing plays here.")
        self.played.append((samples, rate, channels))
        self.at_ms = 0

    def position_ms(self) -> int | None:
        return self.at_ms

    def stop(self) -> None:
        self.at_ms = None
