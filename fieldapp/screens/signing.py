"""痕 · 签字: the record is signed, refused or left unsigned."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.signing import SigningState


class SigningScreen(BoundScreen):
    state = ObjectProperty(SigningState(), rebind=True)


load(__file__)
