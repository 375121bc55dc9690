"""A recording under way: what is heard goes into the encrypted store every two seconds.

So a kill, an empty battery or a wipe of the memory takes the last moments and nothing more. It is
evidence only when it is kept, whole, by `InspectionFlow`.
"""

import math
from array import array
from datetime import datetime

from fieldapp.flow.desk import Desk
from fieldapp.flow.evidencing import EvidenceDraft, of_recording
from fieldapp.ports.sound import BYTES_A_SECOND
from fieldapp.store.recordings import Recording

PIECE_BYTES = 2 * BYTES_A_SECOND
"""As much as is lost at most."""

_QUIET_DB = 60.0
_FULL = 32768


class Hearing:
    """`seconds` and `level` are of what was heard so far."""

    def __init__(self, desk: Desk, recording: Recording) -> None:
        self._desk = desk
        self.recording = recording
        self.level = 0.0
        self._stored = desk.held.recordings.length(recording.id)
        self._waiting = b""

    @classmethod
    def begin(
        cls, desk: Desk, *, visit_id: str, officer_id: str, point_id: str | None, at: datetime
    ) -> "Hearing":
        """Switch the microphone on. Raises `RecorderFailed` or what the store raises."""
        recording = Recording(
            id=desk.ports.randomness.uuid7(),
            visit_id=visit_id,
            officer_id=officer_id,
            point_id=point_id,
            begun_at=at,
        )
        desk.ports.recorder.start()
        try:
            with desk.held.store.transaction() as tx:
                desk.held.recordings.begin(tx, recording)
        except BaseException:
            desk.ports.recorder.stop()
            raise
        return cls(desk, recording)

    @property
    def seconds(self) -> float:
        return (self._stored + len(self._waiting)) / BYTES_A_SECOND

    def listen(self) -> None:
        """Take what was heard since. Raises `RecorderFailed` or what the store raises."""
        self._hear(self._desk.ports.recorder.heard())
        if len(self._waiting) >= PIECE_BYTES:
            self._store()

    def end(self) -> None:
        """Switch the microphone off and store the rest. Raises what the store raises."""
        self._hear(self._desk.ports.recorder.stop())
        self._store()

    def draft(self) -> EvidenceDraft | None:
        """What is in the store as a file; None when nothing was heard."""
        samples = self._desk.held.recordings.samples(self.recording.id)
        if not samples:
            return None
        begun = self.recording.begun_at
        return of_recording(samples, begun_at=begun, recording_id=self.recording.id)

    def forget(self) -> None:
        """Nothing was heard: there is nothing to keep."""
        with self._desk.held.store.transaction() as tx:
            self._desk.held.recordings.drop(tx, self.recording.id)

    def _hear(self, samples: bytes) -> None:
        self.level = loudness(samples)
        self._waiting += samples

    def _store(self) -> None:
        if not self._waiting:
            return
        with self._desk.held.store.transaction() as tx:
            self._desk.held.recordings.add(tx, self.recording.id, self._waiting)
        self._stored, self._waiting = self._stored + len(self._waiting), b""


def loudness(samples: bytes) -> float:
    """The highest peak of 16-bit samples, 0 for silence to 1 for full, as an ear tells it (dB)."""
    heard = array("h", samples[: len(samples) // 2 * 2])
    peak = max(abs(max(heard)), abs(min(heard))) if heard else 0
    if peak <= 0:
        return 0.0
    return max(0.0, min(1.0, 1 + 20 * math.log10(peak / _FULL) / _QUIET_DB))
