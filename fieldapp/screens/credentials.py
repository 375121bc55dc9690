"""证: each officer's live credential."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.credentials import CredentialsState


class CredentialsScreen(BoundScreen):
    state = ObjectProperty(CredentialsState(), rebind=True)


load(__file__)
