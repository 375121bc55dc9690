"""Choosing one of several: equal segments side by side, or chips that flow."""

from kivy.properties import ObjectProperty

from fieldapp.screens.kv import load
from fieldapp.screens.widgets.touch import Row
from fieldapp.viewmodels.parts import Choice


class Segment(Row):
    item = ObjectProperty(Choice(key="", label=""), rebind=True)


class Chip(Row):
    item = ObjectProperty(Choice(key="", label=""), rebind=True)


class Pick(Row):
    """One of a list of long names: as wide as there is room, as high as its words."""

    item = ObjectProperty(Choice(key="", label=""), rebind=True)


load(__file__)
