"""今日任务: the list of tasks."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.screens.widgets.touch import Row
from fieldapp.viewmodels.today import TaskRow, TodayState


class TaskRowView(Row):
    item = ObjectProperty(TaskRow(), rebind=True)


class TodayScreen(BoundScreen):
    state = ObjectProperty(TodayState(), rebind=True)

    def search(self, text: str) -> None:
        """Search, and show the best find first."""
        self.model.search(text)
        self.ids.tasks.to_top()


load(__file__)
