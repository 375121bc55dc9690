"""What can be touched. `role` is its stable name, by which the robot of the tests finds it."""

from typing import Any

from kivy.input.motionevent import MotionEvent
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

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

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Touched while locked it does nothing but say why, at the top of the screen."""
        if self.disabled and self.opacity and self.collide_point(*touch.pos):
            if self.action.reason:
                _frame_of(self).say_why(self.action.reason)
            return True
        return bool(super().on_touch_down(touch))


class PrimaryButton(DeedButton):
    """The one thing to do next on a screen."""


class PlainButton(DeedButton):
    """Another thing that may be done."""


class LinkButton(DeedButton):
    """Something small, beside what it belongs to."""


class WayButton(LinkButton):
    """Leads to where a lock is lifted; there is none without a way."""

    def on_release(self) -> None:
        _frame_of(self).lead(self.action.key)


def _frame_of(widget: Widget) -> Any:
    """The frame around all screens, which alone knows where things are."""
    frame = widget.parent
    while not hasattr(frame, "say_why"):
        frame = frame.parent
    return frame


load(__file__)
