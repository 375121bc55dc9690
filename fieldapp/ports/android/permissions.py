"""Asking the person for a permission when it is needed, and saying first what for.

A permission is asked for at most once a run; after that the person finds it in the settings. What
was refused stays refused: the app goes on without it and the port says so.
"""

import threading
from enum import Enum

from fieldapp import language
from fieldapp.ports.android import java
from shared.text import Text


class Permission(Enum):
    """What may be asked for: the names Android knows it by."""

    CAMERA = ("android.permission.CAMERA",)
    LOCATION = (
        "android.permission.ACCESS_FINE_LOCATION",
        "android.permission.ACCESS_COARSE_LOCATION",
    )
    MICROPHONE = ("android.permission.RECORD_AUDIO",)
    NOTIFICATIONS = ("android.permission.POST_NOTIFICATIONS",)


NOTIFICATIONS_SINCE = 33
"""Before Android 13 nobody is asked about notifications."""

WHY = {
    Permission.CAMERA: Text(
        zh="扫企业码和拍摄现场照片需要使用相机。照片只保存在本应用的加密存储中。",
        en="The camera reads the enterprise's code and takes photos on the spot. Photos are kept "
        "only in this app's encrypted store.",
    ),
    Permission.LOCATION: Text(
        zh="入企扫码时要记录检查地点。只在使用本应用期间取得定位。",
        en="The place is recorded when the code is scanned. It is read only while the app is used.",
    ),
    Permission.MICROPHONE: Text(
        zh="录音取证需要使用麦克风。只在您点“开始录音”以后录音，录音只保存在本应用的加密存储中。",
        en="Recording evidence needs the microphone. It listens only after you start a recording, "
        "which is kept only in this app's encrypted store.",
    ),
    Permission.NOTIFICATIONS: Text(
        zh="后台上传检查记录时要显示一条通知。通知中没有案件内容。",
        en="Uploading in the background shows a notification. It says nothing of any case.",
    ),
}
TITLE = Text(zh="需要您的许可", en="Your permission is needed")
GO_ON = Text(zh="继续", en="Go on")

_asked: set[Permission] = set()
_lock = threading.Lock()


def granted(permission: Permission) -> bool:
    """Whether any of its names was granted: a coarse position is better than none."""
    if permission is Permission.NOTIFICATIONS and java.api_level() < NOTIFICATIONS_SINCE:
        return True
    yes = java.of("android.content.pm.PackageManager").PERMISSION_GRANTED
    activity = java.activity()
    return any(activity.checkSelfPermission(name) == yes for name in permission.value)


def ask(permission: Permission) -> bool:
    """Whether it is granted now; if not, explain and ask, without waiting for the answer."""
    if granted(permission):
        return True
    with _lock:
        if permission in _asked:
            return False
        _asked.add(permission)
    java.on_ui_thread(lambda: _explain(permission))
    return False


def _explain(permission: Permission) -> None:
    from fieldapp.ports.android.listeners import Touch

    say = language.say
    dialog = java.of("android.app.AlertDialog$Builder")(java.activity())
    dialog.setTitle(java.characters(say(TITLE)))
    dialog.setMessage(java.characters(say(WHY[permission])))
    dialog.setCancelable(False)
    dialog.setPositiveButton(
        java.characters(say(GO_ON)), java.kept(Touch(lambda: _request(permission)))
    )
    dialog.show()


def _request(permission: Permission) -> None:
    code = list(Permission).index(permission)
    java.activity().requestPermissions(list(permission.value), code)
