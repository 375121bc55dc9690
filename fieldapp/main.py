"""Starts the field app on a desktop, which is for development and says so on its screen."""

import os
from pathlib import Path

from fieldapp import before_kivy


def main() -> None:
    """Run until the window is closed. `MINGCHA_FIELD_DIR` names the data folder."""
    before_kivy.prepare()
    # Only now may Kivy be imported: it reads its environment while it is.
    from fieldapp.app import FieldApp
    from fieldapp.ports.desktop import desktop_ports

    folder = Path(os.environ.get("MINGCHA_FIELD_DIR") or Path.home() / ".mingcha-field")
    FieldApp(folder, desktop_ports(folder)).run()


if __name__ == "__main__":
    main()
