"""What can be touched. `role` is its stable name, by which the robot of the tests finds it."""

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from fieldapp.screens.kv import load
from fieldapp.viewmodels.parts import NO_ACTION


class Tap(ButtonBehavior, BoxLayout):
    """Anything that answers a touch; while `disabled` it does nothing."""

    role = StringProperty("")


class Row(Tap):
    """One of a `Repeat`: tells its parent the key of its item."""

    item = ObjectProperty(None, rebind=True, allownone=True)

    def on_release(self) -> None:
        if self.parent is not None:
            self.parent.dispatch("on_pick", self.item.key)


class DeedButton(Tap):
    """Draws an `Action`: its words, its sign, and a lock when it has a reason."""

    action = ObjectProperty(NO_ACTION, rebind=True)


class PrimaryButton(DeedButton):
    """The one thing to do next on a screen."""


class PlainButton(DeedButton):
    """Another thing that may be done."""


class LinkButton(DeedButton):
    """Something small, beside what it belongs to."""


load(__file__)
