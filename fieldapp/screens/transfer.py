"""移送: to whom, and why."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.transferring import TransferringState


class TransferScreen(BoundScreen):
    state = ObjectProperty(TransferringState(), rebind=True)


load(__file__)
