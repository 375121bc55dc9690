"""联合检查: one's own code on one side, the camera for the other tablet's on the other."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.joining import JoiningState


class JointScreen(BoundScreen):
    state = ObjectProperty(JoiningState(), rebind=True)


load(__file__)
