"""今日任务: the list of tasks."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.today import TodayState


class TodayScreen(BoundScreen):
    state = ObjectProperty(TodayState(), rebind=True)


load(__file__)
