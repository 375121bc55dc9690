"""Kivy's own time, which a robot may let pass without waiting for it.

A scrolling page gives a touch on only after a while, a paper settles, a drag is held still. Waiting
for that took most of a test of the screens. Here the seconds are put on Kivy's clock instead; what
runs in threads beside it (the code reader, a sync) is waited for in real time all the same.
"""

import time

from kivy.clock import Clock
from kivy.effects import kinetic, scroll


class PassingTime:
    """Real time, and what was skipped of it; in seconds from nowhere in particular."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def __call__(self) -> float:
        return time.perf_counter() + self._skipped

    def skip(self, seconds: float) -> None:
        """Be `seconds` later at once."""
        self._skipped += seconds


passing = PassingTime()
# Everything by which Kivy measures: its clock, and how fast a drag was when it was let go.
Clock.time = passing
kinetic.time = passing
scroll.time = passing
