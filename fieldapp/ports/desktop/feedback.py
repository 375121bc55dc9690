"""Vibration and notification through plyer, which has neither on most desktops."""

import logging

from plyer import notification, vibrator

LOG = logging.getLogger(__name__)

# plyer's facades raise NotImplementedError where the platform has nothing, and ImportError or
# OSError where the desktop's own service is missing. A sign that fails must not stop an act.
_MISSING = (NotImplementedError, ImportError, OSError, AttributeError)


class PlyerFeedback:
    def vibrate(self, milliseconds: int) -> None:
        try:
            vibrator.vibrate(time=milliseconds / 1000)
        except _MISSING:
            LOG.debug("no vibration here")

    def notify(self, title: str, text: str) -> None:
        try:
            notification.notify(title=title, message=text)
        except _MISSING:
            LOG.debug("no notifications here")
