"""Where the Android app begins: its ports, its private folder, and what happens in the background.

`assemble.py` puts this file at the root of what is packed; it runs nowhere else.
"""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp import before_kivy

if TYPE_CHECKING:
    from fieldapp.app import FieldApp

FOLDER = "store"


def private_folder() -> Path:
    """Inside the app's own storage, which no other app and no backup reaches."""
    return Path(os.environ["ANDROID_PRIVATE"]) / FOLDER


def android_app() -> "FieldApp":
    """The app on Android's ports, secret and asleep when it is not in front."""
    from fieldapp.app import FieldApp
    from fieldapp.ports.android import android_ports, screen
    from fieldapp.ports.android.background import KeptAlive
    from fieldapp.ports.android.location import AndroidLocation
    from fieldapp.sync.policy import Wish

    class AndroidFieldApp(FieldApp):
        def on_start(self) -> None:
            screen.keep_secret()
            super().on_start()

        def on_pause(self) -> bool:
            self.hush()
            ports = self.duty.ports
            ports.camera.stop()
            if isinstance(ports.location, AndroidLocation):
                ports.location.pause()
            threading.Thread(target=self._last_round, daemon=True).start()
            return True

        def _last_round(self) -> None:
            """What waits is sent while the tablet is still unlocked and there is a network."""
            session = self.duty.tablet.session()
            if session is None or not self.duty.ports.connectivity.link().online:
                return
            with KeptAlive():
                session.cycle().run(Wish.BY_ITSELF)

    folder = private_folder()
    return AndroidFieldApp(folder, android_ports(folder))


def main() -> None:
    """Run until Android ends the process."""
    before_kivy.prepare()
    os.environ.setdefault("MINGCHA_FONT_DIR", str(Path(__file__).with_name("fonts")))
    android_app().run()


if __name__ == "__main__":
    main()
