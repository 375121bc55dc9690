"""解锁: who are you, and your PIN."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.unlocking import UnlockingState


class UnlockScreen(BoundScreen):
    state = ObjectProperty(UnlockingState(), rebind=True)


load(__file__)
