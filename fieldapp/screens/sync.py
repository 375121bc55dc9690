"""同步: what waits, why and since when."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.syncing import SyncingState


class SyncScreen(BoundScreen):
    state = ObjectProperty(SyncingState(), rebind=True)


load(__file__)
