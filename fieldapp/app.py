"""The tablet's app: puts ports, tablet, view-models and screens together, and runs them.

Nothing is decided here. Whoever starts it passes the ports: a desktop, an Android tablet or a test.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import Metrics

from fieldapp import language
from fieldapp.flow.marking import marked
from fieldapp.looks import LARGE, Look
from fieldapp.ports.bundle import Ports
from fieldapp.screens.background import Threads
from fieldapp.screens.bound import BoundScreen
from fieldapp.screens.directory import Directory
from fieldapp.screens.kv import tongue
from fieldapp.screens.shell import Shell
from fieldapp.screens.widgets import kit
from fieldapp.tablet import Tablet
from fieldapp.theme import fonts
from fieldapp.theme.paint import CALM, SUNLIGHT, paint
from fieldapp.theme.room import room
from fieldapp.viewmodels.attaching import AttachingState, AttachingViewModel
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.photographing import PhotographingState, PhotographingViewModel
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.sounding import SoundingState, SoundingViewModel
from fieldapp.viewmodels.standing import StandingViewModel
from fieldapp.viewmodels.topbar import TopBarViewModel
from fieldapp.viewmodels.viewing import ViewingState, ViewingViewModel
from shared.text import Language

SYNC_EVERY_S = 15.0
"""How often the tablet looks whether a round is due; how far rounds lie apart, the server sets."""

HEAR_EVERY_S = 0.25
"""How often the level of a recording, or the place in one that is played, is looked at."""

WIDGETS = kit.WIDGETS


class FieldApp(App):
    """`sync_every_s` None means that only a person's touch or a seal starts a round."""

    title = "明察"

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        *,
        tablet: Tablet | None = None,
        sync_every_s: float | None = SYNC_EVERY_S,
    ) -> None:
        super().__init__()
        self._sync_every_s = sync_every_s
        self._plain = Metrics.fontscale
        """The size of type that the system is set to."""
        self.duty = Duty(tablet or Tablet(folder, ports), ports, Threads())
        self.duty.wardrobe = self

    def build(self) -> Shell:
        fonts.register()
        Window.clearcolor = paint.ground
        Window.softinput_mode = "below_target"
        camera = PhotographingViewModel(self.duty, self._show_photo, kept=self._refresh_screen)
        self._camera = camera
        self._viewing = ViewingViewModel(self.duty, self._show_viewing, mark=_marked)
        self._sounding = SoundingViewModel(self.duty, self._show_sounding, kept=self._look_at)
        self._attaching = AttachingViewModel(
            self.duty, self._show_attaching, kept=self._refresh_screen
        )
        self.shell = Shell(Directory(self._furnish))
        room.follow(self.shell)
        self._top = TopBarViewModel(self.duty, self.shell.ids.top.show)
        self._standing = StandingViewModel(self.duty, self.shell.show_standing)
        self.shell.bind_models(
            standing=self._standing,
            photo=camera,
            viewing=self._viewing,
            sounding=self._sounding,
            attaching=self._attaching,
            top=self._top,
        )
        self.shell.bind(
            on_language=lambda _shell: self._other_language(),
            on_look=lambda _shell: self.other_look(),
            on_type=lambda _shell: self.other_type(),
        )
        return self.shell

    def on_start(self) -> None:
        self.duty.watch(self._went)
        self.duty.on_change(self._refresh_frame)
        self.duty.on_landed(self._refresh_list)
        self.duty.on_begun(self._wear_own_look)
        self.duty.on_lock(self.hush)
        self.duty.go(self.duty.way_in())
        self._timers = [
            Clock.schedule_interval(self._tick, 1.0),
            Clock.schedule_interval(self._hear, HEAR_EVERY_S),
        ]
        if self._sync_every_s is not None:
            self._timers.append(Clock.schedule_interval(self._sync_if_due, self._sync_every_s))

    def other_look(self) -> None:
        """Calm colours indoors, black on white in the sun; every screen is built anew."""
        self.choose(replace(self.look(), sunlight=not self.look().sunlight))

    def other_type(self) -> None:
        """Larger type, or the plain size again."""
        self.choose(replace(self.look(), large=not self.look().large))

    def look(self) -> Look:
        """How it looks now."""
        return Look(
            sunlight=paint.palette is SUNLIGHT,
            large=Metrics.fontscale > self._plain,
            language=language.current(),
        )

    def _wear(self, look: Look) -> None:
        """Draw everything so; where more than words change, every screen is built anew."""
        before = self.look()
        if look.language is not before.language:
            language.use(look.language)
            tongue.changed()
        paint.wear(SUNLIGHT if look.sunlight else CALM)
        Metrics.fontscale = self._plain * (LARGE if look.large else 1.0)
        room.large = look.large
        if (look.sunlight, look.large) != (before.sunlight, before.large):
            self.shell.leave()
            Window.remove_widget(self.shell)
            self.root = self.build()
            Window.add_widget(self.shell)

    def choose(self, look: Look) -> None:
        """Draw everything so, and remember it for the officer at work."""
        before = self.look()
        self._wear(look)
        if self.duty.unlocked and self.duty.officer_id:
            self.duty.session.keep_look(self.duty.officer_id, look)
        if (look.sunlight, look.large) != (before.sunlight, before.large):
            self.duty.go(self.duty.place)
        else:
            self.shell.refresh()
            self._camera.refresh()
            self._viewing.refresh()
            self._sounding.refresh()
            self._attaching.refresh()
            self._refresh_frame()

    def _wear_own_look(self) -> None:
        """An officer is at work: as that one left it, or as it is for one who never chose."""
        own = self.duty.session.look(self.duty.officer_id)
        if own is not None:
            self._wear(own)

    def on_stop(self) -> None:
        for timer in self._timers:
            timer.cancel()
        Metrics.fontscale = self._plain
        room.large = False
        self.hush()
        self.duty.tablet.lock()

    def hush(self) -> None:
        """Nothing is heard or played while the tablet is locked or another app is in front."""
        self._sounding.put_away()
        self._viewing.close()

    def open_settings(self, *_: object) -> bool:
        """Kivy's own settings are not for officers."""
        return False

    def _furnish(self, screen: BoundScreen, model: type[Any]) -> None:
        """Bind a screen that was just built, and give it the sheet that takes photos."""
        screen.camera = self._camera
        screen.sounding = self._sounding
        screen.attaching = self._attaching
        screen.model = model(self.duty, screen.show)

    def _went(self, place: Place) -> None:
        """Asked each time: the shell is another once the look has changed."""
        self.shell.went(place)
        self._sounding.look()

    def _show_photo(self, state: PhotographingState) -> None:
        self.shell.show_photo(state)

    def _show_viewing(self, state: ViewingState) -> None:
        self.shell.show_viewing(state)

    def _show_sounding(self, state: SoundingState) -> None:
        self.shell.show_sounding(state)

    def _show_attaching(self, state: AttachingState) -> None:
        self.shell.show_attaching(state)

    def _look_at(self, evidence_id: str) -> None:
        """A recording became evidence: it can be listened to, and be void."""
        self.shell.refresh()
        self._viewing.open(evidence_id)

    def _hear(self, _elapsed: float) -> None:
        self._sounding.tick()
        self._viewing.tick()

    def _refresh_screen(self) -> None:
        self.shell.refresh()

    def _refresh_frame(self) -> None:
        self._top.refresh()
        self._standing.changed()

    def _refresh_list(self) -> None:
        if self.duty.place in (Place.TODAY, Place.SYNC):
            self.shell.refresh()

    def _tick(self, _elapsed: float) -> None:
        self._top.refresh()
        self.shell.tick()

    def _sync_if_due(self, _elapsed: float) -> None:
        self.duty.sync_if_due()

    def _other_language(self) -> None:
        other = Language.EN if self.look().language is Language.ZH else Language.ZH
        self.choose(replace(self.look(), language=other))


def _marked(photo: bytes, lines: Sequence[str]) -> bytes | None:
    """A copy with these lines on it, in the tablet's own face."""
    return marked(photo, lines, fonts.folder() / "NotoSansSC-Regular.otf")
