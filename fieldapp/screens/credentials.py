"""证: each officer's live credential."""

from io import BytesIO

from kivy.core.image import Image as CoreImage
from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.image import Image

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.screens.widgets.repeat import Strip
from fieldapp.viewmodels.credentials import CredentialsState


class CredentialFact(Strip):
    """A name over its value, for a narrow card."""


class Portrait(Image):
    """The photograph on the certificate, read in memory alone; nothing is drawn without one."""

    jpeg = ObjectProperty(None, allownone=True)

    def on_jpeg(self, *_: object) -> None:
        if self.jpeg is None:
            self.texture = None
        else:
            self.texture = CoreImage(BytesIO(self.jpeg), ext="jpg", nocache=True).texture
        self.opacity = 0 if self.jpeg is None else 1

    def on_kv_post(self, _base: object) -> None:
        self.on_jpeg()


class CredentialsScreen(BoundScreen):
    """`enlarged` shows the code over everything else, for a phone held at arm's length."""

    state = ObjectProperty(CredentialsState(), rebind=True)
    enlarged = BooleanProperty(defaultvalue=False)

    def on_leave(self) -> None:
        self.enlarged = False


load(__file__)
