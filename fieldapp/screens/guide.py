"""遇到问题怎么办: questions, and the answer of the one that was touched."""

from kivy.properties import ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.guiding import GuidingState


class GuideScreen(BoundScreen):
    state = ObjectProperty(GuidingState(), rebind=True)


load(__file__)
