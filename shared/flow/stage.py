"""Where a tablet's part of a visit stands."""

from enum import StrEnum


class Stage(StrEnum):
    """The URGENT stages are those of R41: work before the scan, which must come before leaving.

    The OFFSITE stages are those of an inspection that nobody enters for.
    """

    UNOPENED = "unopened"
    OPENED = "opened"
    SCANNED = "scanned"
    NOTIFIED = "notified"
    READ = "read"
    SIGNED = "signed"
    TOLD = "told"
    LEFT = "left"
    SEALED = "sealed"
    UNABLE = "unable"
    UNABLE_TOLD = "unable_told"
    UNABLE_LEFT = "unable_left"
    URGENT_OPENED = "urgent_opened"
    URGENT_NOTIFIED = "urgent_notified"
    URGENT_READ = "urgent_read"
    URGENT_SIGNED = "urgent_signed"
    URGENT_TOLD = "urgent_told"
    MEMBER = "member"
    OFFSITE_OPENED = "offsite_opened"
    OFFSITE_READ = "offsite_read"
    OFFSITE_UNABLE = "offsite_unable"
    OFFSITE_TOLD = "offsite_told"
