"""Who is at work on this tablet, on which visit, and where on the screen. Shared by all screens."""

from collections.abc import Callable
from typing import Protocol

from fieldapp.language import _
from fieldapp.looks import Look
from fieldapp.ports.bundle import Ports
from fieldapp.ports.camera import Photo
from fieldapp.session import Session, TaskLine
from fieldapp.sync.cycle import CycleReport
from fieldapp.sync.policy import Wait, Wish
from fieldapp.tablet import Condition, Tablet
from fieldapp.viewmodels.background import Background
from fieldapp.viewmodels.places import ASIDE, OF_A_VISIT, Place
from fieldapp.viewmodels.visit import Visit
from shared.errors import DomainError

Went = Callable[[Place], None]
FELT_FINE_MS, FELT_WRONG_MS = 80, 500


class Wardrobe(Protocol):
    """How the screens look; whoever draws them changes it."""

    def look(self) -> Look:
        """How they look now."""
        ...

    def choose(self, look: Look) -> None:
        """Draw them so from now on, and remember it for the officer at work."""
        ...


class NoWardrobe:
    """Nothing is drawn."""

    def look(self) -> Look:
        return Look()

    def choose(self, look: Look) -> None:
        """There is nothing to change."""


class Duty:
    """`went` is told of every change of place; the frame of the app shows it."""

    def __init__(self, tablet: Tablet, ports: Ports, background: Background) -> None:
        self.tablet = tablet
        self.ports = ports
        self.background = background
        self.wardrobe: Wardrobe = NoWardrobe()
        self.officer_id = ""
        self.visit: Visit | None = None
        self.place = Place.UNLOCK
        self.came_from = Place.TODAY
        """Where a look aside was begun, and where it leads back to."""
        self.syncing = False
        self._not_before_ms = 0
        self._watchers: list[Went] = []
        self._changed: list[Callable[[], None]] = []
        self._landed: list[Callable[[], None]] = []
        self._begun: list[Callable[[], None]] = []
        self._locking: list[Callable[[], None]] = []

    @property
    def session(self) -> Session:
        """The open store; asking for it while locked is a bug."""
        session = self.tablet.session()
        if session is None:
            raise RuntimeError("The tablet is locked.")
        return session

    @property
    def unlocked(self) -> bool:
        return self.tablet.session() is not None

    def watch(self, went: Went) -> None:
        self._watchers.append(went)

    def on_change(self, changed: Callable[[], None]) -> None:
        """Be told when something happened that other parts of the screen may show."""
        self._changed.append(changed)

    def changed(self) -> None:
        for each in self._changed:
            each()

    def on_landed(self, landed: Callable[[], None]) -> None:
        """Be told when a round has ended, after which lists may be longer or shorter."""
        self._landed.append(landed)

    def on_begun(self, begun: Callable[[], None]) -> None:
        """Be told when an officer is at work, before the first screen is shown."""
        self._begun.append(begun)

    def on_lock(self, locking: Callable[[], None]) -> None:
        """Be told before the tablet is locked, while what is under way can still be stored."""
        self._locking.append(locking)

    def go(self, place: Place) -> None:
        """Show another screen; a locked tablet shows nothing but its way in."""
        if not self.unlocked:
            place = self.way_in()
        if place in OF_A_VISIT and self.visit is None:
            place = Place.TODAY
        if place in ASIDE and self.place not in ASIDE:
            self.came_from = self.place
        self.place = place
        if self.visit is not None:
            self.visit.here = place
        for went in self._watchers:
            went(place)
        self.changed()

    def way_in(self) -> Place:
        return Place.ENROL if self.tablet.condition() is Condition.NEW else Place.UNLOCK

    def begin_work(self, officer_id: str) -> None:
        """An officer has unlocked the tablet and is at work from now on."""
        self.officer_id = officer_id
        self.visit = None
        for each in self._begun:
            each()
        self.go(Place.TODAY)

    def take_up(self, line: TaskLine) -> None:
        """Take a task in hand and stand where its visit stands."""
        self.visit = Visit(self.session, line, self.officer_id)
        self.go(self.visit.due())

    def lay_down(self) -> None:
        """Back to the list; the visit stays as it is."""
        self.visit = None
        self.go(Place.TODAY)

    def lock(self) -> None:
        for each in self._locking:
            each()
        self.visit = None
        self.officer_id = ""
        self.tablet.lock()
        self.go(Place.UNLOCK)

    def sync(self, wish: Wish = Wish.NOW) -> None:
        """One round with the server, unless one is under way."""
        if self.syncing or not self.unlocked:
            return
        self.syncing = True
        self.changed()
        session = self.session
        self.background.run(lambda: session.cycle().run(wish), self._synced, self._not_synced)

    def sync_if_due(self) -> None:
        """One round, unless the last one failed and asked for more patience."""
        if self.ports.clock.read().elapsed_ms >= self._not_before_ms:
            self.sync(Wish.BY_ITSELF)

    def _synced(self, report: CycleReport) -> None:
        self.syncing = False
        elapsed = self.ports.clock.read().elapsed_ms
        self._not_before_ms = elapsed + int(self._wait_s(report) * 1000)
        if report.wiped:
            self.visit = None
            self.officer_id = ""
            self.go(self.way_in())
        self.changed()
        for each in self._landed:
            each()

    def _wait_s(self, report: CycleReport) -> float:
        """Until the next round by itself: what a failure asks for, else what the server set.

        Without a network nothing was asked of anybody: the next look may be soon.
        """
        if report.retry_in_s or not self.unlocked or report.evidence_waits is Wait.NO_NETWORK:
            return report.retry_in_s
        interval = self.session.sync_interval_s()
        # A little apart, or every tablet of a county would come at the same moment for ever.
        return interval * (0.9 + 0.2 * self.ports.randomness.fraction())

    def photo(self) -> Photo:
        """A picture of the size the server wants. Raises `CameraFailed`."""
        return self.ports.camera.photo(most_pixels=self.session.image_pixels())

    def signal(self, *, fine: bool) -> None:
        """Let the person feel and hear that something was right or wrong, as far as is wanted."""
        chosen = self.session.preferences()
        if chosen.vibration:
            self.ports.feedback.vibrate(FELT_FINE_MS if fine else FELT_WRONG_MS)
        if chosen.sound:
            self.ports.feedback.sound(fine=fine)

    def _not_synced(self, error: DomainError) -> None:
        self._synced(CycleReport(problem=error))

    def officer_name(self) -> str:
        """The officer at work; empty while locked."""
        if not self.unlocked:
            return ""
        found = (o.name for o in self.session.officers() if o.officer_id == self.officer_id)
        return next(found, _("未识别"))
