"""How the window stands: upright or lying. A .kv lays its parts below or beside each other by it.

Knows no screen; `follow` is called once the window is there.
"""

from typing import Any

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty


class Room(EventDispatcher):
    """`tall` while the window is higher than wide."""

    tall = BooleanProperty(defaultvalue=False)

    def follow(self, window: Any) -> None:
        """Keep up with a tablet that is turned."""
        window.bind(size=self._measure)
        self._measure(window, window.size)

    def _measure(self, _window: Any, size: tuple[float, float]) -> None:
        self.tall = size[1] > size[0]


room = Room()
