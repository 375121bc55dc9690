"""痕 · 笔录: the record, read out to its end."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.recording import RecordingState


class RecordScreen(BoundScreen):
    state = ObjectProperty(RecordingState(), rebind=True)


load(__file__)
