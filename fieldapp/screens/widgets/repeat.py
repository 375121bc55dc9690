"""A row of like things: one widget for each item, made, kept and dropped as the items change."""

from kivy.factory import Factory
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.stacklayout import StackLayout
from kivy.uix.widget import Widget

from fieldapp.screens.widgets.gaps import no_height


class Strip(BoxLayout):
    """A row that only shows its item."""

    item = ObjectProperty(None, rebind=True, allownone=True)


class _Repeating(Widget):
    """`view` names the class of the rows; each has an `item` with a `key`.

    A row finds its `role` as `prefix` and the key of its item, joined by a dot.
    """

    items = ObjectProperty(())
    view = StringProperty("")
    prefix = StringProperty("")

    __events__ = ("on_pick",)

    def on_items(self, *_: object) -> None:
        self._fill()

    def on_view(self, *_: object) -> None:
        self._fill()

    def on_pick(self, key: str) -> None:
        """Somebody touched the row with this key."""

    def _fill(self) -> None:
        if not self.view:
            return
        rows = list(reversed(self.children))
        for row in rows[len(self.items) :]:
            self.remove_widget(row)
        for row, item in zip(rows, self.items, strict=False):
            row.item = item
        for item in self.items[len(rows) :]:
            self.add_widget(Factory.get(self.view)(item=item))


class Repeat(_Repeating, BoxLayout):
    """In one line or one column."""


class Column(Repeat):
    """One below the other, as high as they are together."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(orientation="vertical", size_hint_y=None, **kwargs)
        for name in ("items", "minimum_height", "parent"):
            self.fbind(name, self._grow)
        self._grow()

    def _grow(self, *_: object) -> None:
        self.height = self.minimum_height if self.items else no_height(self)


class Flow(_Repeating, StackLayout):
    """From left to right, going on below when a line is full."""
