"""Left and right of a visit's steps: the rail of the five musts, and the enterprise's facts."""

from io import BytesIO

from kivy.core.image import Image as CoreImage
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.image import Image

from fieldapp.screens.kv import load
from fieldapp.screens.widgets.touch import Row
from fieldapp.viewmodels.standing import RailMust, RailStep, StandingState

THUMB_PIXELS = 192


class RailStepView(Row):
    item = ObjectProperty(RailStep(key="", label="", done=False, here=False), rebind=True)


class RailMustView(BoxLayout):
    """One must with its steps; both report to the rail."""

    item = ObjectProperty(
        RailMust(key="", sign="", name="", progress="locked", here=False, steps=()), rebind=True
    )


class ThumbView(ButtonBehavior, Image):
    """A small picture of a piece of evidence, made in memory alone; touched, it is looked at."""

    item = ObjectProperty(None, allownone=True, rebind=True)
    role = StringProperty("")

    def on_item(self, *_: object) -> None:
        shown = self.item and not self.item.sign
        picture = _thumb(self.item.picture()) if shown else None
        self.texture = picture.texture if picture else None

    def on_kv_post(self, _base: object) -> None:
        self.on_item()


class _Standing(BoxLayout):
    state = ObjectProperty(StandingState(), rebind=True)
    model = ObjectProperty(None, allownone=True)


class Rail(_Standing):
    """The whole navigation of a visit."""


class Side(_Standing):
    """What one looks up beside any step."""

    __events__ = ("on_photo", "on_sound", "on_file", "on_evidence")

    def on_photo(self) -> None:
        """A photo of the visit as a whole is wanted."""

    def on_sound(self) -> None:
        """A recording for the visit as a whole is wanted."""

    def on_file(self) -> None:
        """A file was handed over for the visit as a whole."""

    def on_evidence(self, key: str) -> None:
        """A piece of evidence was touched."""


def _thumb(data: bytes) -> CoreImage | None:
    """None for a file that is no picture after all: evidence is kept, whatever it is."""
    from PIL import Image as Picture  # late: the list of tasks is drawn without it
    from PIL import UnidentifiedImageError

    small = BytesIO()
    try:
        with Picture.open(BytesIO(data)) as picture:
            picture.draft("RGB", (THUMB_PIXELS, THUMB_PIXELS))
            picture.thumbnail((THUMB_PIXELS, THUMB_PIXELS))
            picture.convert("RGB").save(small, "PNG")
    except (OSError, UnidentifiedImageError):
        return None
    small.seek(0)
    return CoreImage(small, ext="png", nocache=True)


load(__file__)
