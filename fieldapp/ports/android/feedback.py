"""Vibration and notifications through plyer. A sign that fails must not stop an act."""

import logging

from fieldapp.ports.android import java, permissions
from fieldapp.ports.android.permissions import Permission

LOG = logging.getLogger(__name__)


class AndroidFeedback:
    def vibrate(self, milliseconds: int) -> None:
        from plyer import vibrator

        try:
            vibrator.vibrate(milliseconds / 1000)
        except (NotImplementedError, java.fault()):
            LOG.debug("nothing vibrates here")

    def notify(self, title: str, text: str) -> None:
        from plyer import notification

        if not permissions.ask(Permission.NOTIFICATIONS):
            return
        try:
            notification.notify(title=title, message=text, app_name="明察")
        except (NotImplementedError, java.fault()):
            LOG.debug("no notifications here")
