"""Loads a screen's .kv file from beside its .py, and gives every .kv the same few names.

`paint` is the palette, `tr._('…')` a sentence that is drawn again when the language changes, and
`room.tall` says that the tablet is held upright.
"""

from functools import partial
from pathlib import Path

from kivy.event import EventDispatcher
from kivy.lang import Builder
from kivy.lang.parser import global_idmap
from kivy.properties import ObjectProperty

from fieldapp.language import _
from fieldapp.theme.fonts import SERIF
from fieldapp.theme.paint import paint
from fieldapp.theme.room import room


class Tongue(EventDispatcher):
    """Lets a kv rule follow the current language: `_` becomes a new function with each change."""

    _ = ObjectProperty(_)

    def changed(self) -> None:
        """Draw every sentence again, after `language.use`."""
        self._ = partial(_)


tongue = Tongue()
global_idmap.update(paint=paint, room=room, tr=tongue, SERIF=SERIF)

_loaded: set[Path] = set()


def load(module_file: str) -> None:
    """Load the .kv beside a module, once."""
    path = Path(module_file).with_suffix(".kv")
    if path not in _loaded:
        Builder.load_file(str(path), encoding="utf-8")
        _loaded.add(path)
