"""Vibration and notifications through plyer, tones by Android's own generator.

A sign that fails must not stop an act.
"""

import logging
from typing import Any

from fieldapp.ports.android import java, permissions
from fieldapp.ports.android.permissions import Permission

LOG = logging.getLogger(__name__)


TONE_MS = 150


class AndroidFeedback:
    def __init__(self) -> None:
        self._player: Any = None

    def vibrate(self, milliseconds: int) -> None:
        from plyer import vibrator

        try:
            vibrator.vibrate(milliseconds / 1000)
        except (NotImplementedError, java.fault()):
            LOG.debug("nothing vibrates here")

    def sound(self, *, fine: bool) -> None:
        tones = java.of("android.media.ToneGenerator")
        stream = java.of("android.media.AudioManager").STREAM_NOTIFICATION
        try:
            player = tones(stream, tones.MAX_VOLUME)
            player.startTone(tones.TONE_PROP_ACK if fine else tones.TONE_PROP_NACK, TONE_MS)
        except java.fault():
            LOG.debug("nothing sounds here")
            return
        if self._player is not None:
            self._player.release()
        self._player = player  # released with the next one: this one still sounds

    def notify(self, title: str, text: str) -> None:
        from plyer import notification

        if not permissions.ask(Permission.NOTIFICATIONS):
            return
        try:
            notification.notify(title=title, message=text, app_name="明察")
        except (NotImplementedError, java.fault()):
            LOG.debug("no notifications here")
