"""设置: what may be chosen here, what the platform has set, and which tablet this is."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.settings import SettingsState


class SettingsScreen(BoundScreen):
    state = ObjectProperty(SettingsState(), rebind=True)


load(__file__)
