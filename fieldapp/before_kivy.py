"""What must stand in the environment before Kivy is first imported. Imports nothing of Kivy.

Kivy reads its arguments, opens log files and reads a configuration from the home folder while it
is imported. A tablet does none of that: no side file may ever hold a word of a case.
"""

import atexit
import gc
import logging
import os
import shutil
import tempfile

WIDTH, HEIGHT = 1280, 800

GARBAGE = (50_000, 20, 50)
"""How rarely to look for garbage: with Python's own figures, reading ten thousand tasks spent half
of its time on it and found none."""


def prepare() -> None:
    """Set what is not set already; call it once, first of all."""
    gc.set_threshold(*GARBAGE)
    os.environ.setdefault("KIVY_NO_ARGS", "1")
    os.environ.setdefault("KIVY_NO_CONFIG", "1")
    os.environ.setdefault("KIVY_NO_FILELOG", "1")
    # Otherwise Kivy takes stderr for itself, and the trace of a crash with it.
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    if "ANDROID_ARGUMENT" not in os.environ:
        # Otherwise Kivy starts other people's programs to find a clipboard; see also entry.py.
        os.environ.setdefault("KIVY_CLIPBOARD", "sdl2")
        logging.getLogger("kivy").addFilter(_not_of_the_clipboard)
    os.environ.setdefault("KCFG_GRAPHICS_WIDTH", str(WIDTH))
    os.environ.setdefault("KCFG_GRAPHICS_HEIGHT", str(HEIGHT))
    # SDL reads every picture the screens show; Kivy would read in Pillow beside it.
    os.environ.setdefault("KIVY_IMAGE", "sdl2")
    # Edges are drawn smooth by themselves; sampling every pixel twice only costs time.
    os.environ.setdefault("KCFG_GRAPHICS_MULTISAMPLES", "0")
    os.environ.setdefault("KCFG_INPUT_MOUSE", "mouse,disable_multitouch")
    os.environ.setdefault("KCFG_KIVY_EXIT_ON_ESCAPE", "0")
    if "KIVY_HOME" not in os.environ:
        home = tempfile.mkdtemp(prefix="mingcha-kivy-")
        os.environ["KIVY_HOME"] = home
        atexit.register(shutil.rmtree, home, ignore_errors=True)


def _not_of_the_clipboard(record: logging.LogRecord) -> bool:
    """Keep Kivy from calling it critical that X11's second clipboard is not there."""
    return "Cutbuffer" not in record.getMessage()
