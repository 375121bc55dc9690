"""证: each officer's live credential."""

from kivy.properties import BooleanProperty, ObjectProperty

from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.screens.widgets.repeat import Strip
from fieldapp.viewmodels.credentials import CredentialsState


class CredentialFact(Strip):
    """A name over its value, for a narrow card."""


class CredentialsScreen(BoundScreen):
    """`enlarged` shows the code over everything else, for a phone held at arm's length."""

    state = ObjectProperty(CredentialsState(), rebind=True)
    enlarged = BooleanProperty(defaultvalue=False)

    def on_leave(self) -> None:
        self.enlarged = False


load(__file__)
