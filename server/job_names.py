"""The names of jobs that services ask to be woken. What they do is in server/jobs."""

from enum import StrEnum


class JobName(StrEnum):
    """A job takes ids, looks for itself, and may be run twice."""

    SEND_MESSAGE = "send_message"  # message: the outbox row
    ESCALATE_NOTICE = "escalate_notice"  # notice: one nobody signed for in time
    MAKE_CALL = "make_call"  # call: to another system
    DRAW_DOCUMENT = "draw_document"  # document: the document's row
    EXPIRE_HOLD = "expire_hold"  # visit, device: the chain whose events waited too long
    RUN_IMPORT = "run_import"  # run: an upload that waits
    VOID_DRAW = "void_draw"  # draw: one whose next step is overdue
    STAMP_VISIT = "stamp_visit"  # visit: a complete one that no time stamp covers yet
    TELL_RESULT = "tell_result"  # visit: one whose result could not be told at once
    SEND_SIGN_IN_CODE = "send_sign_in_code"  # sign_in: what was asked on the portal
    CLOSE_QUARTER = "close_quarter"  # agency, quarter: one that is over, whose ratings are summed
    FIND_MERGES = "find_merges"  # search: the look for overlaps somebody asked for
