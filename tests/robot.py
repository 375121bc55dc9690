"""A finger for the field app: finds what is on the screen by its role, touches, draws and types.

It drives the real app through Kivy's own event loop; nothing in the app is called behind its back.
Import it before anything of Kivy: it sets Kivy's environment first.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from fieldapp import before_kivy

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("KCFG_GRAPHICS_MAXFPS", "0")
before_kivy.prepare()

from kivy.base import EventLoop, runTouchApp  # noqa: E402
from kivy.tests.common import UnitTestTouch  # noqa: E402
from kivy.uix.scrollview import ScrollView  # noqa: E402
from kivy.uix.widget import Widget  # noqa: E402

from fieldapp.app import FieldApp  # noqa: E402
from fieldapp.ports.bundle import Ports  # noqa: E402
from fieldapp.screens.widgets.words import Words  # noqa: E402
from fieldapp.tablet import Tablet  # noqa: E402
from tests.kivy_time import passing  # noqa: E402

PATIENCE_S = 60.0
BREATH_S = 0.004
"""A breath between frames while a thread of the app is waited for, so that it gets its turn."""
FRAME_S = 1 / 60
"""What passes for Kivy from frame to frame while nothing but Kivy is waited for."""
DRAWING = ("on_draw", "on_flip")
"""What the window does only when a picture is wanted: without a graphics card it costs more than
everything else together, and neither touch nor layout needs it."""
SIGNATURE = (
    ((0.2, 0.6), (0.3, 0.3), (0.4, 0.7), (0.5, 0.35)),
    ((0.55, 0.4), (0.7, 0.6), (0.8, 0.45)),
)
"""Two strokes, as parts of the pad, y downwards."""


class NotThere(AssertionError):
    """What should be touched is not on the screen, or is locked."""


class Robot:
    """One running app. Only one can run in a process at a time."""

    def __init__(self, app: FieldApp) -> None:
        self.app = app
        self.touches = 0
        """Fingers put down so far, a drag and a stroke as one each."""
        self.typed = 0
        """Characters typed so far."""
        app._run_prepare()
        if EventLoop.status != "started":
            runTouchApp(embedded=True)
        for drawing in DRAWING:
            setattr(EventLoop.window, drawing, _nothing)
        self.tick(0.1)

    @classmethod
    def start(
        cls,
        folder: Path,
        ports: Ports,
        *,
        tablet: Tablet | None = None,
        sync_every_s: float | None = None,
    ) -> Self:
        """The app over a data folder; by default only a touch or a seal starts a sync."""
        return cls(FieldApp(folder, ports, tablet=tablet, sync_every_s=sync_every_s))

    def stop(self) -> None:
        """End the app; the window stays for the next one, since Kivy can open only one.

        A sync under way ends first: what it tells would else come to the next app's screens.
        """
        self.wait(lambda: not self.app.duty.syncing, "the end of the sync")
        self.app.dispatch("on_stop")
        for child in list(EventLoop.window.children):
            EventLoop.window.remove_widget(child)
        for drawing in DRAWING:
            delattr(EventLoop.window, drawing)
        self.frame()

    # Time

    def frame(self) -> None:
        """One round of the event loop."""
        EventLoop.idle()
        time.sleep(0)  # whoever else wants to run in this process may

    def tick(self, seconds: float) -> None:
        """Let the app run for a while of Kivy's time, which is not waited for; two frames at least.

        What a thread does is waited for with `wait`.
        """
        end = passing() + seconds
        self.frame()
        self.frame()
        while passing() < end:
            passing.skip(FRAME_S)
            self.frame()

    def wait(self, done: Callable[[], Any], what: str, *, timeout: float = PATIENCE_S) -> None:
        """Run until `done` holds. Raises `TimeoutError`, with what the screen says."""
        end = time.monotonic() + timeout
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(
                    f"{what} did not come within {timeout} s; on the screen: "
                    f"{self.roles()} / {' | '.join(self.words())}"
                )
            self.frame()
            time.sleep(BREATH_S)

    def wait_for(self, role: str, *, timeout: float = PATIENCE_S) -> None:
        """Run until `role` is on the screen and may be touched."""
        self.wait(lambda: self.is_open(role), f"{role!r}", timeout=timeout)
        self.tick(0)

    # Looking

    def visible(self) -> Iterator[Widget]:
        """Every widget a person could see, the topmost last."""
        shown = reversed(EventLoop.window.children)
        for child in shown:
            yield from _seen(child)

    def roles(self) -> list[str]:
        """The roles on the screen; one that is locked stands in brackets."""
        return [
            f"[{widget.role}]" if widget.disabled else widget.role
            for widget in self.visible()
            if getattr(widget, "role", "")
        ]

    def words(self) -> list[str]:
        """Every text on the screen."""
        shown = (widget.words for widget in self.visible() if isinstance(widget, Words))
        return [words for words in shown if words]

    def says(self, text: str) -> bool:
        return any(text in words for words in self.words())

    def sees(self, role: str) -> bool:
        return self._find(role) is not None

    def is_open(self, role: str) -> bool:
        widget = self._find(role)
        return widget is not None and not widget.disabled

    def reason_of(self, role: str) -> str:
        """Why the button is locked; empty when it is open."""
        return str(self.find(role).action.reason)

    def find(self, role: str) -> Widget:
        """Raises `NotThere`."""
        widget = self._find(role)
        if widget is None:
            raise NotThere(f"{role!r} is not on the screen: {self.roles()}")
        return widget

    def _find(self, role: str) -> Widget | None:
        found = None
        for widget in self.visible():
            if getattr(widget, "role", "") == role:
                found = widget
        return found

    def shot(self, path: Path) -> Path:
        """A PNG of the whole window, drawn for it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.tick(0.05)
        _picture(EventLoop.window).save(path, compress_level=1)
        return path

    # Touching

    def tap(self, role: str) -> None:
        """Touch the middle of what has this role. Raises `NotThere` when it is locked."""
        widget = self.bring(role)
        if widget.disabled:
            raise NotThere(f"{role!r} is locked")
        self._tap_at(*_middle(widget), patience=_patience(widget))

    def tap_locked(self, role: str) -> None:
        """Touch it although it is locked."""
        widget = self.bring(role)
        self._tap_at(*_middle(widget), patience=_patience(widget))

    def bring(self, role: str) -> Widget:
        """Drag until what has this role lies inside its scrolling page."""
        widget = self.find(role)
        page = _page_of(widget)
        for _ in range(40):
            if page is None or _inside(widget, page):
                break
            if page.do_scroll_y:
                self._scroll(page, up=_middle(widget)[1] < _middle(page)[1])
            else:
                self._scroll_sideways(page, left=_middle(widget)[0] > _middle(page)[0])
            widget = self.find(role)
        return widget

    def type_pin(self, prefix: str, pin: str) -> None:
        """Touch the figures of a PIN on the keypad."""
        for digit in pin:
            self.tap(f"{prefix}.{digit}")

    def type_text(self, role: str, text: str) -> None:
        """Touch a field and type into it as the window's keyboard does; what stood there goes."""
        entry = self.bring(role)
        field = entry.ids.field
        self._tap_at(*_middle(field), patience=_patience(field))
        self.wait(lambda: field.focus, f"the focus of {role!r}")
        field.select_all()
        field.delete_selection()
        self.typed += len(text)
        EventLoop.window.dispatch("on_textinput", text)
        self.tick(0)
        field.focus = False
        self.tick(0)

    def draw(self, role: str, strokes: Sequence[Sequence[tuple[float, float]]] = SIGNATURE) -> None:
        """Draw strokes, given as parts of the pad with y downwards."""
        pad = self.find(role)
        left, low = pad.to_window(*pad.pos)
        for stroke in strokes:
            points = [(left + x * pad.width, low + (1 - y) * pad.height) for x, y in stroke]
            self._stroke(points)

    def read_to_end(self, role: str) -> None:
        """Drag a paper up until its reader says that the end was seen."""
        reader = self.find(role)
        for _ in range(60):
            if reader.ended:
                break
            if reader.scroll_y > 0 and reader.viewport_size[1] > reader.height:
                self._scroll(reader, up=True)
            else:
                self.tick(0.2)
        self.wait(lambda: reader.ended, f"the end of {role!r}")
        self.tick(0)

    def _scroll(self, page: ScrollView, *, up: bool) -> None:
        """Drag over most of a page and hold still at the end, so that nothing goes on gliding."""
        x, y = _middle(page)
        reach = page.height * 0.4 * (1 if up else -1)
        self._stroke([(x, y - reach), (x, y), (x, y + reach)], hold=0.12)
        self.tick(0.1)

    def _scroll_sideways(self, page: ScrollView, *, left: bool) -> None:
        x, y = _middle(page)
        reach = page.width * 0.4 * (1 if left else -1)
        self._stroke([(x + reach, y), (x, y), (x - reach, y)], hold=0.12)
        self.tick(0.1)

    def _tap_at(self, x: float, y: float, *, patience: float) -> None:
        self.touches += 1
        touch = UnitTestTouch(x, y)
        touch.touch_down()
        self.frame()
        touch.touch_up()
        self.tick(patience)

    def _stroke(self, points: Sequence[tuple[float, float]], *, hold: float = 0.0) -> None:
        self.touches += 1
        touch = UnitTestTouch(*points[0])
        touch.touch_down()
        self.frame()
        for (x0, y0), (x1, y1) in pairwise(points):
            for part in (0.5, 1.0):
                touch.touch_move(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part)
                self.frame()
        if hold:
            self.tick(hold)
            touch.touch_move(*points[-1])
            self.frame()
        touch.touch_up()
        self.tick(0)


def _nothing() -> None:
    """Instead of drawing."""


def _picture(window: Any) -> Any:
    """What the app draws now, however the tablet is held: the window itself cannot be turned."""
    from PIL import Image

    drawn = window.children[-1].export_as_image().texture
    width, height = map(int, drawn.size)
    return Image.frombytes("RGBA", (width, height), drawn.pixels).convert("RGB")


def _seen(widget: Widget) -> Iterator[Widget]:
    if widget.opacity == 0 or getattr(widget, "shown", True) is False:
        return
    if widget.width <= 1 or widget.height <= 1:
        return
    yield widget
    for child in reversed(widget.children):
        yield from _seen(child)


def _middle(widget: Widget) -> tuple[float, float]:
    return widget.to_window(*widget.center)


def _patience(widget: Widget) -> float:
    """A scrolling page gives a touch to what it holds only when it knows it is no drag."""
    return 0.15 if _page_of(widget) else 0.0


def _page_of(widget: Widget) -> ScrollView | None:
    parent = widget.parent
    while parent is not None and parent is not EventLoop.window:
        if isinstance(parent, ScrollView):
            return parent
        parent = parent.parent
    return None


def _inside(widget: Widget, page: ScrollView) -> bool:
    x, y = _middle(widget)
    left, low = page.to_window(*page.pos)
    return left <= x <= left + page.width and low + 8 <= y <= low + page.height - 8
