"""Notifications through plyer. A desk has nothing that vibrates."""

import logging
import warnings

LOG = logging.getLogger(__name__)

# plyer raises these where the desktop's own service is missing. A sign that fails must not stop
# an act.
_MISSING = (NotImplementedError, ImportError, OSError, AttributeError)


class PlyerFeedback:
    def vibrate(self, milliseconds: int) -> None:
        """Nothing: plyer would print a traceback for the driver that is not there."""

    def sound(self, *, fine: bool) -> None:
        """Nothing: a desk has the screen before it, and an office has colleagues."""

    def notify(self, title: str, text: str) -> None:
        from plyer import notification  # late: it looks through a desktop's services

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns of every service it does not find
                notification.notify(title=title, message=text)
        except _MISSING:
            LOG.debug("no notifications here")
