"""报: the filed task and the start of the visit."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.filing import FilingState


class TaskScreen(BoundScreen):
    state = ObjectProperty(FilingState(), rebind=True)


load(__file__)
