"""Pages: the console, the portal and what a phone's camera opens. One line per blueprint."""

from flask import Flask


def register(app: Flask) -> None:
    """Put every page into `app`."""
    _ = app
