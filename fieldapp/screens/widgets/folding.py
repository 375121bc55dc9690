"""Parts that are there or not: folded away they take no room and no touch."""

from typing import Any

from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from fieldapp.screens.kv import load


class _Hideable:
    def on_touch_down(self, touch: Any) -> bool:
        return self.shown and bool(super().on_touch_down(touch))  # type: ignore[attr-defined,misc]

    def on_touch_move(self, touch: Any) -> bool:
        return self.shown and bool(super().on_touch_move(touch))  # type: ignore[attr-defined,misc]

    def on_touch_up(self, touch: Any) -> bool:
        return self.shown and bool(super().on_touch_up(touch))  # type: ignore[attr-defined,misc]


class Fold(_Hideable, BoxLayout):
    """A column as high as what it holds, or nothing."""

    shown = BooleanProperty(defaultvalue=True)


class Stay(_Hideable, BoxLayout):
    """A column that fills the room it is given, or nothing."""

    shown = BooleanProperty(defaultvalue=True)

    def on_shown(self, *_: object) -> None:
        self.size_hint_y = 1 if self.shown else None
        if not self.shown:
            self.height = 0


class Sheet(_Hideable, FloatLayout):
    """Lies over its screen while shown, and keeps every touch from what is under it."""

    shown = BooleanProperty(defaultvalue=False)

    def on_touch_down(self, touch: Any) -> bool:
        super().on_touch_down(touch)
        return bool(self.shown)

    def on_touch_move(self, touch: Any) -> bool:
        super().on_touch_move(touch)
        return bool(self.shown)

    def on_touch_up(self, touch: Any) -> bool:
        super().on_touch_up(touch)
        return bool(self.shown)


load(__file__)
