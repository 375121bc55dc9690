"""The frame around all screens: top bar, rail, the step, the side, and the camera over them."""

from collections.abc import Mapping

from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from fieldapp.screens import evidence_sheets, standing, topbar
from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.kv import load
from fieldapp.viewmodels.attaching import AttachingState, AttachingViewModel
from fieldapp.viewmodels.photographing import PhotographingState, PhotographingViewModel
from fieldapp.viewmodels.places import OF_A_VISIT, Place
from fieldapp.viewmodels.sounding import SoundingState, SoundingViewModel
from fieldapp.viewmodels.standing import StandingState, StandingViewModel
from fieldapp.viewmodels.topbar import TopBarViewModel
from fieldapp.viewmodels.viewing import ViewingState, ViewingViewModel

PARTS = (evidence_sheets, standing, topbar)


class Shell(FloatLayout):
    """Shows the screen of a place. `screens` gives each place its own, built when asked for."""

    standing = ObjectProperty(StandingState(), rebind=True)
    photo = ObjectProperty(PhotographingState(), rebind=True)
    standing_model = ObjectProperty(None, allownone=True)
    photo_model = ObjectProperty(None, allownone=True)
    viewing = ObjectProperty(ViewingState(), rebind=True)
    viewing_model = ObjectProperty(None, allownone=True)
    sounding = ObjectProperty(SoundingState(), rebind=True)
    sounding_model = ObjectProperty(None, allownone=True)
    attaching = ObjectProperty(AttachingState(), rebind=True)
    attaching_model = ObjectProperty(None, allownone=True)
    in_visit = BooleanProperty(defaultvalue=False)

    side_up = BooleanProperty(defaultvalue=False)
    """Held upright, the side is pulled up over the step."""

    __events__ = ("on_language", "on_look", "on_type")

    def __init__(self, screens: Mapping[Place, BoundScreen], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._screens = screens
        self._here: Place | None = None

    def on_language(self) -> None:
        """The other language was asked for."""

    def on_look(self) -> None:
        """The other palette was asked for."""

    def on_type(self) -> None:
        """The other size of type was asked for."""

    def leave(self) -> None:
        """Another frame takes over: what runs behind the screen ends."""
        if self._here is not None:
            self._put_away(self._here)
            self._here = None

    def bind_models(
        self,
        *,
        standing: StandingViewModel,
        photo: PhotographingViewModel,
        viewing: ViewingViewModel,
        sounding: SoundingViewModel,
        attaching: AttachingViewModel,
        top: TopBarViewModel,
    ) -> None:
        self.standing_model = standing
        self.photo_model = photo
        self.viewing_model = viewing
        self.sounding_model = sounding
        self.attaching_model = attaching
        self.ids.top.model = top

    def show_standing(self, state: StandingState) -> None:
        self.standing = state

    def show_viewing(self, state: ViewingState) -> None:
        self.viewing = state

    def show_sounding(self, state: SoundingState) -> None:
        self.sounding = state

    def show_attaching(self, state: AttachingState) -> None:
        self.attaching = state

    def show_photo(self, state: PhotographingState) -> None:
        self.photo = state

    def went(self, place: Place) -> None:
        """Leave the screen that is shown and enter that of `place`."""
        if self._here is not None:
            self._put_away(self._here)
        self._here = place
        self.side_up = False
        self.in_visit = place in OF_A_VISIT
        self.standing_model.moved()
        self._screens[place].model.enter()
        self.ids.screens.switch_to(self._screens[place])

    def _put_away(self, here: Place) -> None:
        """What lies over the screen and what runs behind it ends."""
        self.photo_model.cancel()
        self.viewing_model.close()
        self.sounding_model.put_away()
        self.attaching_model.cancel()
        self._screens[here].model.leave()

    def say_why(self, reason: str) -> None:
        """A locked button was touched."""
        self.standing_model.say_why(reason)

    def lead(self, key: str) -> None:
        """The way to where a lock is lifted was touched."""
        self.standing_model.lead(key)

    def refresh(self) -> None:
        """Draw what is shown again, in the language of now."""
        if self._here is not None:
            self._screens[self._here].model.refresh()

    def tick(self) -> None:
        """A second has passed."""
        if self._here is not None:
            self._screens[self._here].model.tick()


load(__file__)
