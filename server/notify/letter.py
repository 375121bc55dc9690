"""A message on its way to one person. It holds no finding: number, agency, date and link alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.text import Language


class Purpose(StrEnum):
    """Why a message is sent. A purpose is never renamed: rows of the outbox carry it."""

    RESULT_NOTICE = "result_notice"
    VERIFICATION_CODE = "verification_code"
    SIGN_IN_CODE = "sign_in_code"
    INVITATION = "invitation"
    PREANNOUNCEMENT = "preannouncement"
    ANNOUNCEMENT_WITHDRAWN = "announcement_withdrawn"
    TIME_AGREED = "time_agreed"
    TIME_KEPT = "time_kept"
    TIME_OFF = "time_off"
    RECTIFICATION_DUE = "rectification_due"


NEWS = (
    Purpose.PREANNOUNCEMENT,
    Purpose.ANNOUNCEMENT_WITHDRAWN,
    Purpose.TIME_AGREED,
    Purpose.TIME_KEPT,
    Purpose.TIME_OFF,
    Purpose.RECTIFICATION_DUE,
)
"""What is told without a document, to everybody confirmed of an enterprise."""
CARRIED_ON = (Purpose.RESULT_NOTICE, *NEWS)
"""What goes on to the next channel when one is given up, and to the desk when none is left."""


class ChannelName(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    WEBHOOK = "webhook"


PERSONAL = (ChannelName.SMS, ChannelName.EMAIL)
"""Where a person is reached: codes go there alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What the text is made of. `link` is empty for a code, `code` for everything else.

    `half` is the half of `day` where one was asked for (`shared.slots.Half`).
    """

    agency: str
    number: str
    day: date
    link: str = ""
    code: str = ""
    minutes: int = 0
    half: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Letter:
    """A message ready to be sent. Its text form is kept empty: it knows an address and a secret.

    `message_id` is the same at every try, so that whoever gets it twice can tell.
    """

    message_id: str
    purpose: Purpose
    address: str
    language: Language
    body: Body
