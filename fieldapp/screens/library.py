"""法规和事项: the library, a list and what is read beside it."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.screens.widgets.touch import Row
from fieldapp.viewmodels.library import LibraryRow, LibraryState


class LibraryRowView(Row):
    item = ObjectProperty(LibraryRow(), rebind=True)


class LibraryScreen(BoundScreen):
    state = ObjectProperty(LibraryState(), rebind=True)

    def search(self, text: str) -> None:
        """Search, and show the best find first."""
        self.model.search(text)
        self.ids.found.to_top()

    def choose(self, key: str) -> None:
        """Read another one from its beginning."""
        self.model.choose(key)
        self.ids.reading.scroll_y = 1


load(__file__)
