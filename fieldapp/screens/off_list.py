"""痕 · 清单外问题: what no point asks about, with its basis from the library."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.off_list import OffListState


class OffListScreen(BoundScreen):
    state = ObjectProperty(OffListState(), rebind=True)


load(__file__)
