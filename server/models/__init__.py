"""Every table of the server, in one place to import from. Tables hold; they never decide."""

from server.models.agency import Agency, AgencyStatus, AgencyType
from server.models.anchor import AnchorLeaf, DailyAnchor
from server.models.announcement import Announcement
from server.models.audit import AuditEntry, AuditHead
from server.models.base import Base, Record, Retention
from server.models.catalogue import Form, InspectionItem, ItemPublication, LegalBasis
from server.models.complaint import Complaint, ComplaintState, Desk
from server.models.day_turn import DayTurn
from server.models.device import (
    Device,
    DeviceOfficer,
    DeviceOrder,
    DeviceStatus,
    DeviceToken,
    Enrolment,
    GapRuling,
    UsedAssertion,
)
from server.models.document import Document, DocumentNumber
from server.models.draw import Draw, DrawStatus, DrawTarget, DrawVoice
from server.models.enterprise import (
    Contact,
    ContactWay,
    Enterprise,
    EnterpriseCode,
    Premise,
    ServiceConsent,
)
from server.models.evidence import EvidenceFile, EvidenceState, Upload
from server.models.importing import ImportFault, ImportRun, ImportState, RowOrigin
from server.models.ledger import (
    ChainHead,
    EventStatus,
    GivenReceipt,
    Hold,
    LedgerEntry,
    Quarantine,
    ServerFact,
    TraceEvent,
)
from server.models.merge import (
    MergePart,
    MergeProposal,
    MergeSearch,
    MergeStatus,
    SearchStatus,
)
from server.models.notice import (
    DeliveryTry,
    Notice,
    NoticeLink,
    NoticeReceipt,
    NoticeState,
    OutboxMessage,
    OutboxState,
    PortalSession,
    VerificationCode,
)
from server.models.officer import Certificate, Officer, OfficerKind, Recusal
from server.models.parameter import HolidayYear, Parameter
from server.models.person import LoginSession, Person, SessionKind
from server.models.plan import (
    IN_FORCE,
    UNFILED,
    Approval,
    Decision,
    Plan,
    PlanFinding,
    PlanStatus,
    PlanTarget,
    PlanVersion,
)
from server.models.portal import PortalSignIn
from server.models.rating import Rating, RatingEntry, RatingLink, RatingQuarter
from server.models.rectification_deadline import RectificationDeadline
from server.models.report import ComplianceReport, ReportLink
from server.models.result_change import ChangeKind, ResultChange, ResultHead
from server.models.stamp import StampDue
from server.models.sync import ChangeLog, Epoch, SyncObject, SyncObjectVersion, SyncScope
from server.models.system_client import SystemClient
from server.models.task import (
    EnterpriseCounter,
    Task,
    TaskOfficer,
    TaskStatus,
    VisitCounter,
    WarningTally,
)
from server.models.ticket import Extension, Rectification, Ticket, TicketKind, TicketState
from server.models.trust import KeyCheck, KeySetVersion, PlatformKey, Revocation
from server.models.visit import Visit, VisitAnswer, VisitFinding, VisitTask
from server.models.visit_time import TimeState, VisitTime
from server.models.webhook import WebhookCall, WebhookSubscription

__all__ = [
    "IN_FORCE",
    "UNFILED",
    "Agency",
    "AgencyStatus",
    "AgencyType",
    "AnchorLeaf",
    "Announcement",
    "Approval",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Certificate",
    "ChainHead",
    "ChangeKind",
    "ChangeLog",
    "Complaint",
    "ComplaintState",
    "ComplianceReport",
    "Contact",
    "ContactWay",
    "DailyAnchor",
    "DayTurn",
    "Decision",
    "DeliveryTry",
    "Desk",
    "Device",
    "DeviceOfficer",
    "DeviceOrder",
    "DeviceStatus",
    "DeviceToken",
    "Document",
    "DocumentNumber",
    "Draw",
    "DrawStatus",
    "DrawTarget",
    "DrawVoice",
    "Enrolment",
    "Enterprise",
    "EnterpriseCode",
    "EnterpriseCounter",
    "Epoch",
    "EventStatus",
    "EvidenceFile",
    "EvidenceState",
    "Extension",
    "Form",
    "GapRuling",
    "GivenReceipt",
    "Hold",
    "HolidayYear",
    "ImportFault",
    "ImportRun",
    "ImportState",
    "InspectionItem",
    "ItemPublication",
    "KeyCheck",
    "KeySetVersion",
    "LedgerEntry",
    "LegalBasis",
    "LoginSession",
    "MergePart",
    "MergeProposal",
    "MergeSearch",
    "MergeStatus",
    "Notice",
    "NoticeLink",
    "NoticeReceipt",
    "NoticeState",
    "Officer",
    "OfficerKind",
    "OutboxMessage",
    "OutboxState",
    "Parameter",
    "Person",
    "Plan",
    "PlanFinding",
    "PlanStatus",
    "PlanTarget",
    "PlanVersion",
    "PlatformKey",
    "PortalSession",
    "PortalSignIn",
    "Premise",
    "Quarantine",
    "Rating",
    "RatingEntry",
    "RatingLink",
    "RatingQuarter",
    "Record",
    "Rectification",
    "RectificationDeadline",
    "Recusal",
    "ReportLink",
    "ResultChange",
    "ResultHead",
    "Retention",
    "Revocation",
    "RowOrigin",
    "SearchStatus",
    "ServerFact",
    "ServiceConsent",
    "SessionKind",
    "StampDue",
    "SyncObject",
    "SyncObjectVersion",
    "SyncScope",
    "SystemClient",
    "Task",
    "TaskOfficer",
    "TaskStatus",
    "Ticket",
    "TicketKind",
    "TicketState",
    "TimeState",
    "TraceEvent",
    "Upload",
    "UsedAssertion",
    "VerificationCode",
    "Visit",
    "VisitAnswer",
    "VisitCounter",
    "VisitFinding",
    "VisitTask",
    "VisitTime",
    "WarningTally",
    "WebhookCall",
    "WebhookSubscription",
]
