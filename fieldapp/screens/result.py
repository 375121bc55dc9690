"""告 · 结果: the result, and who takes it."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.telling import TellingState


class ResultScreen(BoundScreen):
    state = ObjectProperty(TellingState(), rebind=True)


load(__file__)
