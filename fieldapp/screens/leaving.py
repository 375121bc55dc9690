"""告 · 离企: leaving, and the seal."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.leaving import LeavingState


class LeavingScreen(BoundScreen):
    state = ObjectProperty(LeavingState(), rebind=True)


load(__file__)
