"""本周任务: the list, and the points it lies at."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.screens.widgets.touch import Row
from fieldapp.viewmodels.week import WeekRow, WeekState


class WeekRowView(Row):
    item = ObjectProperty(WeekRow(), rebind=True)


class WeekScreen(BoundScreen):
    state = ObjectProperty(WeekState(), rebind=True)

    def search(self, text: str) -> None:
        """Search, and show the best find first."""
        self.model.search(text)
        self.ids.rows.to_top()


load(__file__)
