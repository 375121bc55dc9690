"""Starts the field app on a desktop, which is for development and says so on its screen."""

import os
import sys
from pathlib import Path

from fieldapp import before_kivy, text
from fieldapp.errors import StoreFault
from fieldapp.store.opening import check_library


def main() -> None:
    """Run until the window is closed. `MINGCHA_FIELD_DIR` names the data folder.

    On a library that cannot keep the store it ends at once and says what is missing.
    """
    try:
        check_library()
    except StoreFault as error:
        said = text.sentence(error.code)
        sys.exit(f"{said.zh}\n{said.en}")
    before_kivy.prepare()
    # Only now may Kivy be imported: it reads its environment while it is.
    from fieldapp.app import FieldApp
    from fieldapp.ports.desktop import desktop_ports

    folder = Path(os.environ.get("MINGCHA_FIELD_DIR") or Path.home() / ".mingcha-field")
    FieldApp(folder, desktop_ports(folder)).run()


if __name__ == "__main__":
    main()
