"""紧急检查: why, what, and who approved, before there is a task."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.emergency import EmergencyState


class EmergencyScreen(BoundScreen):
    state = ObjectProperty(EmergencyState(), rebind=True)


load(__file__)
