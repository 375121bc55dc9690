"""Keeps the process alive while a round with the server goes on behind another app.

The store's key exists only in this process's memory, so no other process can synchronise for it:
a service in the same process, with a notification that says nothing of any case, is what keeps
Android from freezing it. Once the tablet is locked or the process is gone, nothing is sent until
an officer unlocks again.
"""

from typing import Any

from fieldapp import language
from fieldapp.ports.android import java, permissions
from fieldapp.ports.android.permissions import Permission
from shared.text import Text

SERVICE = "org.mingcha.field.KeepAlive"
LONGEST_MS = 10 * 60 * 1000
"""After this the processor may sleep, whatever the round is doing."""

TITLE = Text(zh="明察正在上传检查记录", en="Mingcha is uploading")
_TAG = "mingcha:sync"


class KeptAlive:
    """`with KeptAlive(): cycle.run()`; leaving it lets the tablet sleep again."""

    def __init__(self) -> None:
        self._lock: Any = None

    def __enter__(self) -> "KeptAlive":
        permissions.ask(Permission.NOTIFICATIONS)  # without it the service runs, unseen
        power = java.service("power", "android.os.PowerManager")
        self._lock = power.newWakeLock(power.PARTIAL_WAKE_LOCK, _TAG)
        self._lock.setReferenceCounted(False)
        self._lock.acquire(LONGEST_MS)
        intent = _intent()
        intent.putExtra("title", language.say(TITLE))
        java.activity().startForegroundService(intent)
        return self

    def __exit__(self, *_: object) -> None:
        java.activity().stopService(_intent())
        self._lock.release()


def _intent() -> Any:
    intent = java.of("android.content.Intent")()
    intent.setClassName(java.activity().getPackageName(), SERVICE)
    return intent
