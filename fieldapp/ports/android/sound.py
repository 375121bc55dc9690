"""Microphone and loudspeaker: `AudioRecord` and `AudioTrack`, whose samples stay in memory.

`MediaRecorder` and `MediaPlayer` want a file, which would lie on the disk in the clear. Both are
asked and fed without waiting, several times a second, by whoever shows the level or the place; the
ten seconds of room they have bridge a screen that is slow.
"""

from typing import Any

from fieldapp.errors import MicrophoneNotAllowed, PlayerFailed, RecorderFailed
from fieldapp.ports.android import java, permissions
from fieldapp.ports.android.permissions import Permission
from fieldapp.ports.sound import BYTES_A_SECOND, RATE

ROOM_S = 10
CHUNK = 32 * 1024
RECORD, TRACK = "android.media.AudioRecord", "android.media.AudioTrack"
FORMAT, SOURCE = "android.media.AudioFormat", "android.media.MediaRecorder$AudioSource"


class AndroidRecorder:
    """Asks for its permission at the first start, which then has to be touched once more."""

    def __init__(self) -> None:
        self._record: Any = None

    def start(self) -> None:
        self.stop()
        if not permissions.ask(Permission.MICROPHONE):
            raise MicrophoneNotAllowed("The person has not allowed it yet.")
        try:
            self._record = _listening()
        except java.fault() as error:
            raise RecorderFailed("The microphone does not start.") from error

    def heard(self) -> bytes:
        return b"" if self._record is None else _taken(self._record)

    def stop(self) -> bytes:
        if self._record is None:
            return b""
        record, self._record = self._record, None
        try:
            record.stop()
            return _taken(record)
        except (RecorderFailed, java.fault()):
            return b""  # what was heard before has been handed over already
        finally:
            record.release()


class AndroidPlayer:
    def __init__(self) -> None:
        self._track: Any = None
        self._samples = b""
        self._fed = 0
        self._frame = 2
        self._rate = RATE

    def play(self, samples: bytes, *, rate: int, channels: int) -> None:
        self.stop()
        self._samples, self._fed, self._frame, self._rate = samples, 0, 2 * channels, rate
        try:
            self._track = _loudspeaker(rate, channels)
            self._feed()
            self._track.play()
        except java.fault() as error:
            raise PlayerFailed("The loudspeaker does not start.") from error

    def position_ms(self) -> int | None:
        if self._track is None:
            return None
        self._feed()
        frames = int(self._track.getPlaybackHeadPosition())
        if frames >= len(self._samples) // self._frame:
            self.stop()
            return None
        return frames * 1000 // self._rate

    def stop(self) -> None:
        if self._track is not None:
            track, self._track, self._samples = self._track, None, b""
            track.pause()
            track.flush()
            track.release()

    def _feed(self) -> None:
        """Hand over as much as there is room for now."""
        while self._fed < len(self._samples):
            piece = self._samples[self._fed : self._fed + CHUNK]
            without_waiting = java.of(TRACK).WRITE_NON_BLOCKING
            taken = int(self._track.write(piece, 0, len(piece), without_waiting))
            if taken <= 0:
                return
            self._fed += taken


def _listening() -> Any:
    record, form = java.of(RECORD), java.of(FORMAT)
    one, depth = form.CHANNEL_IN_MONO, form.ENCODING_PCM_16BIT
    room = max(record.getMinBufferSize(RATE, one, depth), ROOM_S * BYTES_A_SECOND)
    made = record(java.of(SOURCE).MIC, RATE, one, depth, room)
    if made.getState() != record.STATE_INITIALIZED:
        made.release()
        raise RecorderFailed("The microphone is in use elsewhere.")
    made.startRecording()
    return made


def _taken(record: Any) -> bytes:
    """What was heard and not yet taken; Java fills the array that it is given."""
    without_waiting = java.of(RECORD).READ_NON_BLOCKING
    heard = bytearray()
    while True:
        chunk = bytearray(CHUNK)
        count = int(record.read(chunk, 0, CHUNK, without_waiting))
        if count < 0 and not heard:
            raise RecorderFailed("The microphone broke down.", code=count)
        heard += chunk[: max(count, 0)]
        if count < CHUNK:
            return bytes(heard)


def _loudspeaker(rate: int, channels: int) -> Any:
    track, form = java.of(TRACK), java.of(FORMAT)
    layout = form.CHANNEL_OUT_MONO if channels == 1 else form.CHANNEL_OUT_STEREO
    return track(
        java.of("android.media.AudioManager").STREAM_MUSIC,
        rate,
        layout,
        form.ENCODING_PCM_16BIT,
        ROOM_S * 2 * channels * rate,
        track.MODE_STREAM,
    )
