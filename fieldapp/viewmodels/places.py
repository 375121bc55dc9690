"""Where a person can be in the app, and which act of a visit is made where."""

from collections.abc import Mapping
from enum import StrEnum

from shared.events.kinds import EventKind
from shared.flow.musts import Must


class Place(StrEnum):
    ENROL = "enrol"
    UNLOCK = "unlock"
    TODAY = "today"
    WEEK = "week"
    SYNC = "sync"
    LIBRARY = "library"
    GUIDE = "guide"
    EMERGENCY = "emergency"
    TASK = "task"
    SCAN = "scan"
    CREDENTIALS = "credentials"
    NOTICE = "notice"
    CHECKLIST = "checklist"
    RECORD = "record"
    SIGNING = "signing"
    RESULT = "result"
    LEAVING = "leaving"
    UNABLE = "unable"
    JOINT = "joint"
    TRANSFER = "transfer"
    SETTINGS = "settings"
    OFF_LIST = "off_list"
    CORRECTION = "correction"
    ATTESTING = "attesting"


PLACES_OF: Mapping[Must, tuple[Place, ...]] = {
    Must.FILED: (Place.TASK,),
    Must.SCANNED: (Place.SCAN,),
    Must.SHOWN: (Place.CREDENTIALS,),
    Must.TRACED: (Place.NOTICE, Place.CHECKLIST, Place.RECORD, Place.SIGNING),
    Must.TOLD: (Place.RESULT, Place.LEAVING),
}
"""The steps of each must, in order."""

PLACES_OF_MEMBER: Mapping[Must, tuple[Place, ...]] = {
    **PLACES_OF,
    Must.SCANNED: (Place.JOINT,),
    Must.TRACED: (Place.CHECKLIST,),
    Must.TOLD: (Place.LEAVING,),
}
"""At a joint visit the lead scans, serves, reads out and tells for all."""

PLACES_OF_OFFSITE: Mapping[Must, tuple[Place, ...]] = {
    **PLACES_OF,
    Must.SCANNED: (),
    Must.TRACED: (Place.CHECKLIST, Place.RECORD, Place.ATTESTING),
}
"""Nobody enters: nothing is scanned, served or signed by the enterprise."""

OF_A_VISIT = frozenset(
    {
        place
        for each in (PLACES_OF, PLACES_OF_OFFSITE)
        for places in each.values()
        for place in places
    }
    | {Place.UNABLE, Place.JOINT, Place.TRANSFER, Place.OFF_LIST, Place.CORRECTION}
)

ASIDE = frozenset({Place.SYNC, Place.LIBRARY, Place.GUIDE, Place.SETTINGS})
"""Where one looks something up and goes back to where one was."""

KIND_AT: Mapping[Place, EventKind] = {
    Place.TASK: EventKind.VISIT_OPENED,
    Place.SCAN: EventKind.SCANNED_IN,
    Place.CREDENTIALS: EventKind.CREDENTIALS_SHOWN,
    Place.NOTICE: EventKind.NOTICE_SERVED,
    Place.CHECKLIST: EventKind.POINT_ANSWERED,
    Place.RECORD: EventKind.RECORD_READ,
    Place.SIGNING: EventKind.SIGNED,
    Place.RESULT: EventKind.RESULT_GIVEN,
    Place.LEAVING: EventKind.LEFT,
    Place.UNABLE: EventKind.UNABLE,
    Place.JOINT: EventKind.MEMBER_JOINED,
    Place.TRANSFER: EventKind.TRANSFERRED,
    Place.OFF_LIST: EventKind.OFF_LIST_FINDING,
    Place.CORRECTION: EventKind.CORRECTED,
    Place.ATTESTING: EventKind.RECORD_SIGNED,
}
"""The act each step is for; whether it may be made now is the flow's to say."""

PLACE_OF: Mapping[EventKind, Place] = {
    **{kind: place for place, kind in KIND_AT.items()},
    EventKind.OFFSITE_OPENED: Place.TASK,
    EventKind.SEALED: Place.LEAVING,
    EventKind.MEMBER_DONE: Place.JOINT,
    EventKind.REFUSED: Place.SIGNING,
    EventKind.ABSENT: Place.SIGNING,
}
