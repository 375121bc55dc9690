"""A list of any length: only the rows on the screen are widgets, and they take turns.

The class of the rows gives `item` an empty value of its kind: a row is made before its item.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kivy.properties import NumericProperty, ObjectProperty, StringProperty, VariableListProperty
from kivy.uix.recyclelayout import RecycleLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataAdapter
from kivy.uix.widget import Widget

from fieldapp.screens.kv import load

UNHINTED = (None, None)


class Items(RecycleDataAdapter):
    """Gives a row the item of its number. Kivy's own wants a dictionary for each row before."""

    def refresh_view_attrs(self, index: int, _data: object, view: Widget) -> None:
        view.item = self.recycleview.items[index]


class LongList(RecycleView):
    """`view` names the class of the rows, all of one height; each item has a `key`.

    `items` is any sequence; of a long one only those on the screen are ever asked for.
    """

    items = ObjectProperty(())
    view = StringProperty("")
    role = StringProperty("")
    row_height = NumericProperty("120dp")

    __events__ = ("on_pick",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(view_adapter=Items(), **kwargs)

    def on_items(self, *_: object) -> None:
        nothing: list[dict[str, object]] = [{}] * len(self.items)
        self.data = nothing
        self.refresh_from_data()  # as many as before may be others

    def on_view(self, *_: object) -> None:
        if self.view:
            self.viewclass = self.view

    def on_pick(self, key: str) -> None:
        """Somebody touched the row with this key."""

    def to_top(self) -> None:
        """Show the first rows."""
        self.scroll_y = 1


class LongRows(RecycleLayout):
    """Rows of one height, so that where each lies follows from its number.

    Kivy's own layout keeps a place for each row and goes over all of them several times before the
    first is drawn. Hands on what its rows tell.
    """

    row_height = NumericProperty(1)
    spacing = NumericProperty(0)
    padding = VariableListProperty([0, 0, 0, 0])

    __events__ = ("on_pick",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "row_height", "spacing", "padding"):
            self.fbind(name, self._trigger_layout)

    def on_pick(self, key: str) -> None:
        """A row was touched."""
        self.recycleview.dispatch("on_pick", key)

    def compute_sizes_from_data(self, data: Sequence[Any], _flags: object) -> None:
        """Other rows: those on the screen are made anew."""
        self.clear_layout()
        self.view_opts = _Places(self, len(data))

    def compute_layout(self, data: Sequence[Any], _flags: object) -> None:
        """The frame changed, or a row grew: rows are put to their places again."""
        self.clear_layout()
        _left, above, _right, below = self.padding
        gaps = self.spacing * max(len(data) - 1, 0)
        self.height = above + below + self.row_height * len(data) + gaps

    def compute_visible_views(self, data: Sequence[Any], viewport: tuple[float, ...]) -> list[int]:
        """The numbers of the rows inside `viewport`: x, y, width, height."""
        if not data:
            return []
        x, y, _width, height = viewport
        first, last = self.get_view_index_at((x, y + height)), self.get_view_index_at((x, y))
        return list(range(first, last + 1))

    def get_view_index_at(self, pos: tuple[float, float]) -> int:
        """The number of the row at a place, or of the one nearest to it."""
        down = self.top - self.padding[1] - pos[1]
        number = int(down // (self.row_height + self.spacing))
        return min(max(number, 0), max(len(self.view_opts) - 1, 0))

    def place_of(self, number: int) -> dict[str, Any]:
        """Where a row lies, as Kivy wants it told."""
        left, above, right, _below = self.padding
        down = above + number * (self.row_height + self.spacing) + self.row_height
        return {
            "size": [self.width - left - right, self.row_height],
            "size_hint": list(UNHINTED),
            "size_hint_min": list(UNHINTED),
            "size_hint_max": list(UNHINTED),
            "pos": (self.x + left, self.top - down),
            "pos_hint": {},
            "viewclass": self.viewclass,
            "width_none": False,
            "height_none": False,
        }


class _Places(Sequence[Mapping[str, Any]]):
    """The place of each row, made when it is asked for."""

    def __init__(self, rows: LongRows, count: int) -> None:
        self._rows = rows
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: Any) -> Any:
        return self._rows.place_of(number)


load(__file__)
