"""Parts that are there or not: folded away they take no room and no touch."""

from typing import Any

from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from fieldapp.screens.kv import load
from fieldapp.screens.widgets.gaps import no_height


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

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("shown", "minimum_height", "parent"):
            self.fbind(name, self._fold)
        self._fold()

    def _fold(self, *_: object) -> None:
        self.height = self.minimum_height if self.shown else no_height(self)


class Stay(_Hideable, BoxLayout):
    """A column that fills the room it is given, or nothing."""

    shown = BooleanProperty(defaultvalue=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("shown", self._fold)
        self.fbind("parent", self._fold)

    def _fold(self, *_: object) -> None:
        self.size_hint_y = 1 if self.shown else None
        if not self.shown:
            self.height = no_height(self)


class Beside(_Hideable, BoxLayout):
    """A part of a row that fills the width it is given, or nothing."""

    shown = BooleanProperty(defaultvalue=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("shown", self._fold)
        self._fold()

    def _fold(self, *_: object) -> None:
        self.size_hint_x = 1 if self.shown else None
        if not self.shown:
            self.width = 0


class Aside(_Hideable, BoxLayout):
    """A part beside another, or above it where the tablet is held upright, or nothing."""

    shown = BooleanProperty(defaultvalue=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("shown", self._fold)
        self.fbind("parent", self._fold)
        self._fold()

    def _fold(self, *_: object) -> None:
        self.size_hint = (1, 1) if self.shown else (None, None)
        if not self.shown:
            self.size = (0, no_height(self))


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
