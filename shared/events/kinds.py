"""The kinds of trace event, in the order of an inspection. A kind is never renamed or reused."""

from enum import StrEnum

from shared.text import Text


class EventKind(StrEnum):
    VISIT_OPENED = "visit_opened"
    EMERGENCY_OPENED = "emergency_opened"
    OFFSITE_OPENED = "offsite_opened"
    JOINED = "joined"
    MEMBER_JOINED = "member_joined"
    MEMBER_DONE = "member_done"
    MEMBER_OPEN = "member_open"
    SCANNED_IN = "scanned_in"
    SCAN_MISMATCH = "scan_mismatch"
    CREDENTIALS_SHOWN = "credentials_shown"
    NOTICE_SERVED = "notice_served"
    POINT_ANSWERED = "point_answered"
    OFF_LIST_FINDING = "off_list_finding"
    EVIDENCE_ADDED = "evidence_added"
    CORRECTED = "corrected"
    TRANSFERRED = "transferred"
    RECORD_READ = "record_read"
    RECORD_SIGNED = "record_signed"
    SIGNED = "signed"
    REFUSED = "refused"
    ABSENT = "absent"
    UNABLE = "unable"
    RESULT_GIVEN = "result_given"
    LEFT = "left"
    SEALED = "sealed"


OFFICER_SIGNED = frozenset(
    {
        EventKind.EMERGENCY_OPENED,
        EventKind.JOINED,
        EventKind.MEMBER_JOINED,
        EventKind.MEMBER_DONE,
        EventKind.MEMBER_OPEN,
        EventKind.CREDENTIALS_SHOWN,
        EventKind.NOTICE_SERVED,
        EventKind.RECORD_READ,
        EventKind.RECORD_SIGNED,
        EventKind.SIGNED,
        EventKind.REFUSED,
        EventKind.ABSENT,
        EventKind.UNABLE,
        EventKind.RESULT_GIVEN,
        EventKind.SEALED,
    }
)
"""Acts that need the person: they carry `officer_sig`, so that one officer cannot play two."""

NAMES: dict[EventKind, Text] = {
    EventKind.VISIT_OPENED: Text(zh="开始检查", en="Visit opened"),
    EventKind.EMERGENCY_OPENED: Text(zh="紧急检查开始", en="Emergency visit opened"),
    EventKind.OFFSITE_OPENED: Text(zh="非现场检查开始", en="Off-site inspection opened"),
    EventKind.JOINED: Text(zh="加入联合检查", en="Joined a joint visit"),
    EventKind.MEMBER_JOINED: Text(zh="成员加入", en="Member joined"),
    EventKind.MEMBER_DONE: Text(zh="成员完成", en="Member done"),
    EventKind.MEMBER_OPEN: Text(zh="成员未完成", en="Member left open"),
    EventKind.SCANNED_IN: Text(zh="扫码入企", en="Scanned in"),
    EventKind.SCAN_MISMATCH: Text(zh="扫码不符", en="Wrong enterprise scanned"),
    EventKind.CREDENTIALS_SHOWN: Text(zh="亮证", en="Credential shown"),
    EventKind.NOTICE_SERVED: Text(zh="送达检查通知", en="Notice served"),
    EventKind.POINT_ANSWERED: Text(zh="检查要点", en="Point answered"),
    EventKind.OFF_LIST_FINDING: Text(zh="清单外问题", en="Finding off the list"),
    EventKind.EVIDENCE_ADDED: Text(zh="采集证据", en="Evidence added"),
    EventKind.CORRECTED: Text(zh="更正", en="Corrected"),
    EventKind.TRANSFERRED: Text(zh="移送", en="Transferred"),
    EventKind.RECORD_READ: Text(zh="宣读笔录", en="Record read out"),
    EventKind.RECORD_SIGNED: Text(zh="执法人员签字", en="Signed by an officer"),
    EventKind.SIGNED: Text(zh="企业签字", en="Signed by the enterprise"),
    EventKind.REFUSED: Text(zh="拒绝签字", en="Signature refused"),
    EventKind.ABSENT: Text(zh="无人签字", en="Nobody to sign"),
    EventKind.UNABLE: Text(zh="无法检查", en="Unable to inspect"),
    EventKind.RESULT_GIVEN: Text(zh="告知结果", en="Result given"),
    EventKind.LEFT: Text(zh="离企", en="Left"),
    EventKind.SEALED: Text(zh="封存", en="Sealed"),
}

OFFSITE_NAMES: dict[EventKind, Text] = {
    EventKind.CREDENTIALS_SHOWN: Text(zh="执法人员确认", en="Officer confirmed"),
    EventKind.RECORD_READ: Text(zh="记录定稿", en="Record settled"),
}
"""What acts are called where nobody enters: no card is held up and nothing is read out."""


def names(*, offsite: bool) -> dict[EventKind, Text]:
    """What each kind is called in a visit of this sort."""
    return {**NAMES, **OFFSITE_NAMES} if offsite else NAMES
