"""The sheets over any step of a visit: sound that is recorded, a file that is handed over."""

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from fieldapp.screens.kv import load
from fieldapp.screens.widgets.folding import Sheet
from fieldapp.viewmodels.attaching import AttachingState
from fieldapp.viewmodels.sounding import SoundingState


class Meter(Widget):
    """A bar that is full up to `part` of 1."""

    part = NumericProperty(0)
    tone = StringProperty("information")


class SoundSheet(Sheet):
    state = ObjectProperty(SoundingState(), rebind=True)
    model = ObjectProperty(None, allownone=True)


class FileSheet(Sheet):
    state = ObjectProperty(AttachingState(), rebind=True)
    model = ObjectProperty(None, allownone=True)


load(__file__)
