"""A list of any length: only the rows on the screen are widgets, and they take turns.

The class of the rows gives `item` an empty value of its kind: a row is made before its item.
"""

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.recycleboxlayout import RecycleBoxLayout
from kivy.uix.recycleview import RecycleView

from fieldapp.screens.kv import load


class LongList(RecycleView):
    """`view` names the class of the rows, all of one height; each item has a `key`."""

    items = ObjectProperty(())
    view = StringProperty("")
    role = StringProperty("")
    row_height = NumericProperty("120dp")

    __events__ = ("on_pick",)

    def on_items(self, *_: object) -> None:
        self.data = [{"item": item} for item in self.items]

    def on_view(self, *_: object) -> None:
        if self.view:
            self.viewclass = self.view

    def on_pick(self, key: str) -> None:
        """Somebody touched the row with this key."""

    def to_top(self) -> None:
        """Show the first rows."""
        self.scroll_y = 1


class LongRows(RecycleBoxLayout):
    """Hands on what its rows tell."""

    __events__ = ("on_pick",)

    def on_pick(self, key: str) -> None:
        """A row was touched."""
        self.recycleview.dispatch("on_pick", key)


load(__file__)
