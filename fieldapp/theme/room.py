"""How the tablet is held: upright or lying. A .kv lays its parts below or beside each other by it.

Knows no screen; `follow` is called once there is something as large as the window.
"""

from typing import Any

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty


class Room(EventDispatcher):
    """`tall` while the frame of all screens is higher than wide, `large` in large type."""

    tall = BooleanProperty(defaultvalue=False)
    large = BooleanProperty(defaultvalue=False)

    def follow(self, frame: Any) -> None:
        """Keep up with a tablet that is turned."""
        frame.bind(size=self._measure)
        self._measure(frame, frame.size)

    def _measure(self, _frame: Any, size: tuple[float, float]) -> None:
        self.tall = size[1] > size[0]


room = Room()
