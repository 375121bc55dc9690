"""痕 · 更正: what was recorded wrongly, how it was, and why."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.correcting import CorrectingState


class CorrectionScreen(BoundScreen):
    state = ObjectProperty(CorrectingState(), rebind=True)


load(__file__)
