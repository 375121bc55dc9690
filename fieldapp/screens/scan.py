"""码: the camera, and the enterprise it found."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.scanning import ScanState


class ScanScreen(BoundScreen):
    state = ObjectProperty(ScanState(), rebind=True)


load(__file__)
