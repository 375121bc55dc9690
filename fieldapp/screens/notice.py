"""痕 · 通知: the notice, and who takes it."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.serving import ServingState


class NoticeScreen(BoundScreen):
    state = ObjectProperty(ServingState(), rebind=True)


load(__file__)
