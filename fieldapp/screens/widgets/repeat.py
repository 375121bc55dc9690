"""A row of like things: one widget for each item, made, kept and dropped as the items change."""

from kivy.factory import Factory
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.stacklayout import StackLayout
from kivy.uix.widget import Widget


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


class Flow(_Repeating, StackLayout):
    """From left to right, going on below when a line is full."""
