"""The tablet's window: nothing of a case may end in a screenshot, a recording or the recents list.

Every screen of this app is a sensitive one: even the list of today names enterprises.
"""

from fieldapp.ports.android import java


def keep_secret() -> None:
    """Forbid pictures of the window, for as long as it lives."""
    java.on_ui_thread(_keep_secret)


def _keep_secret() -> None:
    secure = java.of("android.view.WindowManager$LayoutParams").FLAG_SECURE
    java.activity().getWindow().setFlags(secure, secure)
