"""Which screen and which view-model belong to a place. Each is read and built when first shown.

Together they take longer to make than everything else at the start, and of an inspection's twenty
screens a person who unlocks the tablet sees one.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from fieldapp.screens.bound import BoundScreen
from fieldapp.viewmodels.places import Place


class Pair(NamedTuple):
    """A class in `fieldapp/screens` and the class in `fieldapp/viewmodels` it is bound to."""

    screen: str
    model: str

    def load(self) -> tuple[type[BoundScreen], type[Any]]:
        """Both classes, their modules and the .kv imported now at the latest."""
        return _named("fieldapp.screens", self.screen), _named("fieldapp.viewmodels", self.model)


PAIRS: Mapping[Place, Pair] = {
    Place.ENROL: Pair("enrol.EnrolScreen", "enrolling.EnrollingViewModel"),
    Place.UNLOCK: Pair("unlock.UnlockScreen", "unlocking.UnlockingViewModel"),
    Place.TODAY: Pair("today.TodayScreen", "today.TodayViewModel"),
    Place.WEEK: Pair("week.WeekScreen", "week.WeekViewModel"),
    Place.SYNC: Pair("sync.SyncScreen", "syncing.SyncingViewModel"),
    Place.LIBRARY: Pair("library.LibraryScreen", "library.LibraryViewModel"),
    Place.SETTINGS: Pair("settings.SettingsScreen", "settings.SettingsViewModel"),
    Place.GUIDE: Pair("guide.GuideScreen", "guiding.GuidingViewModel"),
    Place.EMERGENCY: Pair("emergency.EmergencyScreen", "emergency.EmergencyViewModel"),
    Place.TASK: Pair("task.TaskScreen", "filing.FilingViewModel"),
    Place.SCAN: Pair("scan.ScanScreen", "scanning.ScanViewModel"),
    Place.CREDENTIALS: Pair("credentials.CredentialsScreen", "credentials.CredentialsViewModel"),
    Place.NOTICE: Pair("notice.NoticeScreen", "serving.ServingViewModel"),
    Place.CHECKLIST: Pair("checklist.ChecklistScreen", "checklist.ChecklistViewModel"),
    Place.RECORD: Pair("record.RecordScreen", "recording.RecordingViewModel"),
    Place.SIGNING: Pair("signing.SigningScreen", "signing.SigningViewModel"),
    Place.RESULT: Pair("result.ResultScreen", "telling.TellingViewModel"),
    Place.LEAVING: Pair("leaving.LeavingScreen", "leaving.LeavingViewModel"),
    Place.UNABLE: Pair("unable.UnableScreen", "ending.EndingViewModel"),
    Place.JOINT: Pair("joint.JointScreen", "joining.JoiningViewModel"),
    Place.TRANSFER: Pair("transfer.TransferScreen", "transferring.TransferringViewModel"),
    Place.OFF_LIST: Pair("off_list.OffListScreen", "off_list.OffListViewModel"),
    Place.ATTESTING: Pair("credentials.CredentialsScreen", "attesting.AttestingViewModel"),
    Place.CORRECTION: Pair("correction.CorrectionScreen", "correcting.CorrectingViewModel"),
}


class Directory(Mapping[Place, BoundScreen]):
    """`furnish` is given a new screen with its model's class, and binds the two."""

    def __init__(self, furnish: Callable[[BoundScreen, type[Any]], None]) -> None:
        self._furnish = furnish
        self._built: dict[Place, BoundScreen] = {}

    def __getitem__(self, place: Place) -> BoundScreen:
        if place not in self._built:
            screen, model = PAIRS[place].load()
            built = screen(name=place.value)
            self._furnish(built, model)
            self._built[place] = built
        return self._built[place]

    def __iter__(self) -> Iterator[Place]:
        return iter(PAIRS)

    def __len__(self) -> int:
        return len(PAIRS)


def _named(package: str, name: str) -> Any:
    module, _, member = name.partition(".")
    return getattr(import_module(f"{package}.{module}"), member)
