"""Finds words that are cut off or run out of what holds them."""

from kivy.base import EventLoop
from kivy.uix.scrollview import ScrollView

from fieldapp.screens.widgets.touch import Tap
from fieldapp.screens.widgets.words import Words
from tests.robot import Robot

SLACK = 2.0
LEAST_TARGET = 48.0


def badly_laid(robot: Robot) -> list[str]:
    """One line for every text or target that is not laid out as it should be."""
    found = []
    for widget in robot.visible():
        if isinstance(widget, Words) and widget.words:
            found += _words(widget)
        elif isinstance(widget, Tap) and widget.role and min(widget.size) < LEAST_TARGET:
            found.append(f"{widget.role} is only {widget.width:.0f} x {widget.height:.0f}")
    return found


def _words(widget: Words) -> list[str]:
    left, _low = widget.to_window(*widget.pos)
    right = left + widget.width
    problems = []
    if left < -SLACK or right > EventLoop.window.children[-1].width + SLACK:
        problems.append(f"{widget.words!r} leaves the window")
    if widget.texture_size[0] > widget.width + SLACK:
        problems.append(f"{widget.words!r} is wider than its place")
    holder = widget.parent
    if isinstance(holder, Tap) and not isinstance(holder.parent, ScrollView):
        if widget.x < holder.x - SLACK or widget.right > holder.right + SLACK:
            problems.append(f"{widget.words!r} runs out of its button")
        if widget.texture_size[1] > holder.height + SLACK:
            problems.append(f"{widget.words!r} is higher than its button")
    return problems
