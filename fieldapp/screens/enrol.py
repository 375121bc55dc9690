"""登记: a code before the camera, then a PIN twice."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.enrolling import EnrollingState


class EnrolScreen(BoundScreen):
    state = ObjectProperty(EnrollingState(), rebind=True)


load(__file__)
