"""The words for codes, by subject, and the tone each is shown in. Data, never a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from server.documents.kinds import TITLES, DocumentKind
from server.web.language import said
from shared.events.kinds import EventKind
from shared.slots import SAID


class Tone(StrEnum):
    """How a word is shown; always with an icon or the word itself, never by colour alone."""

    QUIET = "quiet"
    INFO = "info"
    FINE = "fine"
    CAUTION = "caution"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Word:
    text: LazyString | str
    tone: Tone = Tone.QUIET
    icon: str = ""


PLAN_STATUS: Mapping[str, Word] = {
    "draft": Word(_("草稿"), Tone.QUIET, "pencil"),
    "submitted": Word(_("待审批"), Tone.INFO, "hourglass"),
    "returned": Word(_("已退回"), Tone.CAUTION, "arrow-back-up"),
    "approved": Word(_("已批准"), Tone.FINE, "check"),
    "filed": Word(_("已备案"), Tone.FINE, "circle-check"),
    "published": Word(_("已公布"), Tone.FINE, "eye"),
    "amended": Word(_("已变更"), Tone.FINE, "refresh"),
    "taken_up": Word(_("已并入原计划"), Tone.QUIET, "archive"),
    "closed": Word(_("已结束"), Tone.QUIET, "archive"),
    "cancelled": Word(_("已取消"), Tone.QUIET, "ban"),
}
KIND: Mapping[str, Word] = {
    "daily": Word(_("日常检查")),
    "special": Word(_("专项检查")),
    "case": Word(_("个案检查")),
    "immediate": Word(_("即时检查")),
    "lead": Word(_("线索核查")),
    "emergency": Word(_("紧急检查")),
}
TRIGGER: Mapping[str, Word] = {
    "annual_plan": Word(_("年度计划")),
    "random": Word(_("双随机")),
    "special": Word(_("专项部署")),
    "complaint_12345": Word(_("12345 投诉举报")),
    "assigned": Word(_("上级交办")),
    "monitoring_lead": Word(_("监测线索")),
    "media": Word(_("媒体曝光")),
    "rectification": Word(_("整改复查")),
    "self_request": Word(_("企业申请")),
    "licence_verify": Word(_("许可核查")),
    "emergency": Word(_("紧急情况")),
}
VISIT_TYPE: Mapping[str, Word] = {
    "inspection": Word(_("行政检查")),
    "service_visit": Word(_("入企服务")),
    "observation": Word(_("观摩督导")),
    "offsite": Word(_("非现场检查")),
}
EFFECT: Mapping[str, Word] = {
    "block": Word(_("阻断"), Tone.PROBLEM, "ban"),
    "explain": Word(_("需说明"), Tone.CAUTION, "writing"),
    "warn": Word(_("提醒"), Tone.INFO, "info-circle"),
}
DRAW_STATUS: Mapping[str, Word] = {
    "frozen": Word(_("待双方承诺"), Tone.INFO, "lock"),
    "committed": Word(_("待公布秘密"), Tone.CAUTION, "hourglass"),
    "held": Word(_("已抽取"), Tone.FINE, "circle-check"),
    "void": Word(_("已作废"), Tone.PROBLEM, "ban"),
}
IMPORT_STATE: Mapping[str, Word] = {
    "waiting": Word(_("排队中"), Tone.INFO, "hourglass"),
    "checking": Word(_("检查中"), Tone.INFO, "refresh"),
    "publishing": Word(_("入库中"), Tone.INFO, "refresh"),
    "checked": Word(_("检查通过"), Tone.FINE, "check"),
    "refused": Word(_("有错行，未入库"), Tone.PROBLEM, "alert-octagon"),
    "done": Word(_("已入库"), Tone.FINE, "circle-check"),
    "failed": Word(_("无法导入"), Tone.PROBLEM, "ban"),
}
DRAW_PARTY: Mapping[str, Word] = {
    "agency": Word(_("检查机关")),
    "supervision": Word(_("监督机关")),
}
TASK_STATUS: Mapping[str, Word] = {
    "coded": Word(_("已赋码"), Tone.QUIET, "qrcode"),
    "issued": Word(_("已下发"), Tone.INFO, "device-tablet"),
    "in_visit": Word(_("检查中"), Tone.INFO, "player-play"),
    "finalised": Word(_("已完成"), Tone.FINE, "check"),
    "notified": Word(_("已告知"), Tone.FINE, "circle-check"),
    "rectifying": Word(_("整改中"), Tone.CAUTION, "hourglass"),
    "rechecked": Word(_("已复查"), Tone.FINE, "check"),
    "closed": Word(_("已结束"), Tone.QUIET, "archive"),
    "cancelled": Word(_("已取消"), Tone.QUIET, "ban"),
    "unable": Word(_("无法检查"), Tone.CAUTION, "door-exit"),
    "irregular": Word(_("不合规"), Tone.PROBLEM, "alert-octagon"),
}
MERGE_STATUS: Mapping[str, Word] = {
    "proposed": Word(_("待同意"), Tone.INFO, "hourglass"),
    "accepted": Word(_("已合并"), Tone.FINE, "check"),
    "declined": Word(_("不合并"), Tone.QUIET, "ban"),
    "dissolved": Word(_("已撤回合并"), Tone.QUIET, "arrow-back-up"),
    "lapsed": Word(_("已失效"), Tone.QUIET, "archive"),
}
STAGE: Mapping[str, Word] = {
    "unopened": Word(_("未开始"), Tone.QUIET, "clock"),
    "opened": Word(_("已开始"), Tone.INFO, "player-play"),
    "scanned": Word(_("已扫码"), Tone.INFO, "qrcode"),
    "notified": Word(_("检查中"), Tone.INFO, "player-play"),
    "read": Word(_("已宣读笔录"), Tone.INFO, "notes"),
    "signed": Word(_("已签字"), Tone.INFO, "signature"),
    "told": Word(_("已告知"), Tone.INFO, "send"),
    "left": Word(_("已离企"), Tone.INFO, "door-exit"),
    "sealed": Word(_("已封存"), Tone.FINE, "lock"),
    "unable": Word(_("无法检查"), Tone.CAUTION, "ban"),
    "urgent_opened": Word(_("紧急检查中"), Tone.CAUTION, "alert-triangle"),
    "urgent_notified": Word(_("紧急检查中"), Tone.CAUTION, "alert-triangle"),
    "urgent_read": Word(_("紧急检查中"), Tone.CAUTION, "alert-triangle"),
    "urgent_signed": Word(_("紧急检查中"), Tone.CAUTION, "alert-triangle"),
    "urgent_told": Word(_("待补扫码"), Tone.CAUTION, "alert-triangle"),
    "member": Word(_("联合检查成员"), Tone.INFO, "git-merge"),
    "offsite_opened": Word(_("非现场检查中"), Tone.INFO, "player-play"),
    "offsite_read": Word(_("待签字、告知"), Tone.INFO, "notes"),
    "offsite_unable": Word(_("无法检查"), Tone.CAUTION, "ban"),
    "offsite_told": Word(_("已告知"), Tone.INFO, "send"),
}
CONCLUSION: Mapping[str, Word] = {
    "no_problem": Word(_("未发现问题"), Tone.FINE, "circle-check"),
    "guidance": Word(_("已当场指导"), Tone.INFO, "info-circle"),
    "fixed_on_spot": Word(_("已当场改正"), Tone.FINE, "circle-check"),
    "rectify": Word(_("责令改正"), Tone.CAUTION, "alert-triangle"),
    "transfer": Word(_("依法移送"), Tone.PROBLEM, "transfer"),
    "unable": Word(_("无法检查"), Tone.CAUTION, "ban"),
    "closed": Word(_("企业已停业"), Tone.CAUTION, "door-exit"),
    "moved": Word(_("企业已迁址"), Tone.CAUTION, "door-exit"),
    "not_found": Word(_("未找到企业"), Tone.CAUTION, "door-exit"),
    "refused_entry": Word(_("企业拒绝进入"), Tone.CAUTION, "ban"),
    "aborted": Word(_("检查中止"), Tone.CAUTION, "ban"),
}
ANSWER: Mapping[str, Word] = {
    "conform": Word(_("符合"), Tone.FINE, "check"),
    "nonconform": Word(_("不符合"), Tone.PROBLEM, "x"),
    "not_applicable": Word(_("不适用"), Tone.QUIET, "minus"),
}
SEVERITY: Mapping[str, Word] = {
    "guidance": Word(_("指导改进"), Tone.INFO, "info-circle"),
    "rectify": Word(_("责令改正"), Tone.CAUTION, "alert-triangle"),
    "transfer": Word(_("移送处理"), Tone.PROBLEM, "transfer"),
}
SCAN_METHOD: Mapping[str, Word] = {
    "enterprise_code": Word(_("企业码")),
    "licence": Word(_("营业执照码")),
    "place_code": Word(_("场所码")),
    "manual": Word(_("手工确认")),
    "fix": Word(_("以定位登记")),
}
LATE_REASON: Mapping[str, Word] = {
    "emergency": Word(_("情况紧急")),
    "evidence_risk": Word(_("证据可能灭失")),
    "no_network": Word(_("没有网络")),
    "system_fault": Word(_("系统故障")),
}
UNABLE_REASON: Mapping[str, Word] = {
    "closed": Word(_("企业已停业")),
    "moved": Word(_("企业已迁址")),
    "not_found": Word(_("未找到企业")),
    "refused_entry": Word(_("企业拒绝进入")),
    "aborted": Word(_("检查中止")),
}
RULING: Mapping[str, Word] = {
    "ratify": Word(_("已认可"), Tone.FINE, "check"),
    "reject": Word(_("未予认可"), Tone.PROBLEM, "x"),
    "ask_again": Word(_("已请补传"), Tone.INFO, "refresh"),
}
FLAG: Mapping[str, Word] = {
    "W-LATE": Word(_("同步过晚")),
    "clock_suspect": Word(_("时钟可疑")),
    "clock_ahead": Word(_("时钟超前")),
    "hold_expired": Word(_("缺少前面的事件")),
    "mock_location": Word(_("有模拟定位")),
    "answers_differ": Word(_("多台平板答案不一致")),
    "desk_ruled": Word(_("监督处理过隔离或滞留的事件")),
}
MATTER: Mapping[str, Word] = {
    "visit": Word(_("不合规检查"), Tone.PROBLEM, "scale"),
    "fork": Word(_("两个版本"), Tone.PROBLEM, "arrows-split"),
    "quarantine": Word(_("被隔离"), Tone.CAUTION, "lock"),
    "hold": Word(_("等前面的事件"), Tone.CAUTION, "hourglass"),
    "gap": Word(_("编号缺口"), Tone.CAUTION, "alert-triangle"),
    "retarget": Word(_("改派请求"), Tone.CAUTION, "arrows-split"),
    "late_approval": Word(_("逾期未补批"), Tone.PROBLEM, "alert-octagon"),
    "dead_letter": Word(_("死信"), Tone.CAUTION, "mail-exclamation"),
}
RETARGET: Mapping[str, Word] = {
    "open": Word(_("改派待裁定"), Tone.CAUTION, "hourglass"),
    "agreed": Word(_("已同意改派"), Tone.FINE, "check"),
    "declined": Word(_("未同意改派"), Tone.QUIET, "x"),
}
QUARANTINE: Mapping[str, Word] = {
    "bad_signature": Word(_("签名不符")),
    "hash_mismatch": Word(_("摘要不符")),
    "chain_fork": Word(_("同一位置有两个事件")),
    "chain_broken": Word(_("事件链断开")),
    "prev_mismatch": Word(_("与前一个事件接不上")),
    "device_seq_backwards": Word(_("平板计数倒退")),
    "predecessor_quarantined": Word(_("前一个事件已被隔离")),
    "foreign_visit": Word(_("属于别的机关的检查")),
    "newer_app": Word(_("来自更新版本的应用")),
    "id_conflict": Word(_("同一编号有两个事件")),
    "officer_signature_bad": Word(_("执法人员签名不符")),
    "officer_key_revoked": Word(_("执法人员签名密钥已停用")),
    "hold_rejected": Word(_("前面的事件没有来，监督不予采信")),
    "device_retired": Word(_("平板已停用")),
    "device_lost": Word(_("平板已报失")),
    "officer_key_unknown": Word(_("没有登记的执法人员签名")),
    "bad_input": Word(_("内容无法读取")),
}
QUARANTINE_STATE: Mapping[str, Word] = {
    "open": Word(_("待处理"), Tone.CAUTION, "hourglass"),
    "resend": Word(_("等平板重传"), Tone.INFO, "refresh"),
    "admitted": Word(_("已采信"), Tone.FINE, "check"),
    "dismissed": Word(_("留在隔离区"), Tone.QUIET, "archive"),
}
DEVICE_STATUS: Mapping[str, Word] = {
    "active": Word(_("在用"), Tone.FINE, "check"),
    "retired": Word(_("已停用"), Tone.QUIET, "archive"),
    "lost": Word(_("已报失"), Tone.PROBLEM, "alert-octagon"),
    "wiped": Word(_("已清除"), Tone.QUIET, "trash"),
}
OUTBOX: Mapping[str, Word] = {
    "waiting": Word(_("待发送"), Tone.INFO, "hourglass"),
    "sending": Word(_("发送中"), Tone.INFO, "send"),
    "sent": Word(_("已送出"), Tone.FINE, "check"),
    "failed": Word(_("已换渠道"), Tone.CAUTION, "alert-triangle"),
    "dead": Word(_("未能送达"), Tone.PROBLEM, "alert-octagon"),
}
NOTICE_STATE: Mapping[str, Word] = {
    "queued": Word(_("待发送"), Tone.INFO, "hourglass"),
    "sent": Word(_("待查看"), Tone.INFO, "send"),
    "delivered": Word(_("已送达，待查看"), Tone.INFO, "mail-opened"),
    "opened": Word(_("待签收"), Tone.CAUTION, "eye"),
    "receipted": Word(_("已签收"), Tone.FINE, "circle-check"),
    "refused": Word(_("拒绝签收"), Tone.CAUTION, "ban"),
    "returned": Word(_("被退回"), Tone.PROBLEM, "alert-octagon"),
    "undelivered": Word(_("未能送达"), Tone.PROBLEM, "alert-octagon"),
}
PORTAL_COURSE: Mapping[str, Word] = {
    "under_way": Word(_("检查中"), Tone.INFO, "player-play"),
    "in_review": Word(_("监督机关复核中"), Tone.CAUTION, "hourglass"),
    "rejected": Word(_("认定不合规"), Tone.QUIET, "ban"),
    "awaits_result": Word(_("等待结果"), Tone.INFO, "hourglass"),
    "to_read": Word(_("待查看"), Tone.CAUTION, "mail"),
    "to_sign": Word(_("待签收"), Tone.CAUTION, "signature"),
    "done": Word(_("已签收"), Tone.FINE, "circle-check"),
}
TICKET_KIND: Mapping[str, Word] = {
    "objection": Word(_("异议"), Tone.INFO, "scale"),
    "complaint": Word(_("投诉"), Tone.CAUTION, "message-report"),
    "experience": Word(_("意见建议"), Tone.QUIET, "message-report"),
}
TICKET_OUTCOME: Mapping[str, Word] = {
    "open": Word(_("待答复"), Tone.CAUTION, "hourglass"),
    "upheld": Word(_("异议成立"), Tone.FINE, "check"),
    "rejected": Word(_("异议不成立"), Tone.QUIET, "ban"),
    "substantiated": Word(_("投诉属实"), Tone.PROBLEM, "alert-octagon"),
    "unsubstantiated": Word(_("投诉不属实"), Tone.QUIET, "ban"),
    "adopted": Word(_("已采纳"), Tone.FINE, "check"),
    "not_adopted": Word(_("未采纳"), Tone.QUIET, "ban"),
}
COMPLAINT_COURSE: Mapping[str, Word] = {
    "to_match": Word(_("待认定企业"), Tone.CAUTION, "search"),
    "open": Word(_("待办"), Tone.CAUTION, "hourglass"),
    "in_hand": Word(_("核查中"), Tone.INFO, "clipboard-list"),
    "result_told": Word(_("结果已告知"), Tone.INFO, "circle-check"),
    "answered": Word(_("已答复"), Tone.FINE, "check"),
    "returned": Word(_("已退回"), Tone.QUIET, "arrow-back-up"),
}
FORBIDDEN_ACT: Mapping[str, Word] = {
    "1": Word(_("接受馈赠、报酬、福利待遇")),
    "2": Word(_("参加宴请、娱乐、旅游")),
    "3": Word(_("由企业支付消费开支，或者转嫁检查费用")),
    "4": Word(_("强制接受指定的中介服务")),
    "5": Word(_("刻意要求法定代表人到场")),
    "6": Word(_("乱查封、乱扣押、乱冻结，动辄责令停产停业")),
    "7": Word(_("下达检查指标，把考核与检查频次、罚没数额挂钩")),
    "8": Word(_("以观摩、督导、考察等名义变相检查")),
}
RECTIFIED: Mapping[str, Word] = {
    "reported": Word(_("已报告，等复查"), Tone.INFO, "hourglass"),
    "fixed": Word(_("已改正"), Tone.FINE, "circle-check"),
    "partly": Word(_("部分改正"), Tone.CAUTION, "alert-triangle"),
    "not_fixed": Word(_("未改正"), Tone.PROBLEM, "alert-octagon"),
}
FINDING_STATE: Mapping[str, Word] = {
    **RECTIFIED,
    "on_spot": Word(_("当场改正"), Tone.FINE, "circle-check"),
    "guided": Word(_("当场指导"), Tone.INFO, "info-circle"),
    "open": Word(_("待整改"), Tone.CAUTION, "alert-triangle"),
    "transferred": Word(_("已移送处理"), Tone.PROBLEM, "transfer"),
}
REPORT_RECTIFICATION: Mapping[str, Word] = {
    "done": Word(_("整改完毕"), Tone.FINE, "circle-check"),
    "under_way": Word(_("整改中"), Tone.CAUTION, "hourglass"),
    "overdue": Word(_("逾期未整改完毕"), Tone.PROBLEM, "alert-octagon"),
}
INSPECTION_STANDING: Mapping[str, Word] = {
    "pending": Word(_("尚未形成结论"), Tone.INFO, "hourglass"),
    "void": Word(_("监督机关裁定不作为依据"), Tone.CAUTION, "ban"),
}
EXTENSION: Mapping[str, Word] = {
    "asked": Word(_("等答复"), Tone.INFO, "hourglass"),
    "granted": Word(_("同意延期"), Tone.FINE, "check"),
    "refused": Word(_("不同意延期"), Tone.QUIET, "ban"),
}
VISIT_TIME: Mapping[str, Word] = {
    "asked": Word(_("等答复"), Tone.INFO, "hourglass"),
    "agreed": Word(_("已约定"), Tone.FINE, "check"),
    "kept": Word(_("未同意"), Tone.CAUTION, "arrow-back-up"),
    "withdrawn": Word(_("已撤回"), Tone.QUIET, "ban"),
}
HALF: Mapping[str, Word] = {half: Word(LazyString(said, text)) for half, text in SAID.items()}
RATING: Mapping[str, Word] = {
    "5": Word(_("非常满意"), Tone.FINE, "mood-happy"),
    "4": Word(_("满意"), Tone.FINE, "mood-smile"),
    "3": Word(_("基本满意"), Tone.QUIET, "mood-neutral"),
    "2": Word(_("不满意"), Tone.CAUTION, "mood-sad"),
    "1": Word(_("非常不满意"), Tone.PROBLEM, "mood-cry"),
}
RATING_STATE: Mapping[str, Word] = {
    "open": Word(_("待核查"), Tone.CAUTION, "hourglass"),
    "handled": Word(_("待回访"), Tone.INFO, "phone"),
    "called": Word(_("待销号"), Tone.INFO, "check"),
    "closed": Word(_("已销号"), Tone.FINE, "circle-check"),
}
CALL_OUTCOME: Mapping[str, Word] = {
    "content": Word(_("认可处理结果"), Tone.FINE, "check"),
    "unreachable": Word(_("联系不上"), Tone.QUIET, "ban"),
    "not_content": Word(_("不认可，重新核查"), Tone.CAUTION, "arrow-back-up"),
}
UNDELIVERED_WHY: Mapping[str, Word] = {
    "no_confirmed_contact": Word(_("企业没有确认过的联系方式")),
    "no_consent": Word(_("企业没有同意电子送达，须纸质送达")),
    "expired": Word(_("过了有效期仍未送出")),
    "refused": Word(_("收件方拒收")),
    "returned": Word(_("被退回")),
    "given_up": Word(_("监督决定不再发送")),
}
CHANNEL: Mapping[str, Word] = {
    "email": Word(_("电子邮件"), icon="mail"),
    "smtp": Word(_("电子邮件"), icon="mail"),
    "sms": Word(_("短信"), icon="phone"),
    "paper": Word(_("纸质送达"), icon="file-text"),
    "wecom": Word(_("企业微信群机器人"), icon="message-report"),
    "dingtalk": Word(_("钉钉群机器人"), icon="message-report"),
    "webhook": Word(_("本单位的系统（webhook）"), icon="send"),
}
CONTACT_DOUBT: Mapping[str, Word] = {
    "officer": Word(_("与执法人员登记的号码相同"), Tone.PROBLEM, "alert-triangle"),
    "shared": Word(_("多家企业使用同一号码"), Tone.CAUTION, "alert-circle"),
}
CONSENT_HOW: Mapping[str, Word] = {
    "confirmation": Word(_("送达地址确认书")),
    "portal": Word(_("在企业端确认")),
}
CONSENT_ENDED: Mapping[str, Word] = {
    "changed": Word(_("已变更")),
    "withdrawn": Word(_("已撤回")),
}
CALL_STATE: Mapping[str, Word] = {
    "waiting": Word(_("待发送"), Tone.INFO, "hourglass"),
    "sending": Word(_("发送中"), Tone.INFO, "send"),
    "sent": Word(_("已送达"), Tone.FINE, "circle-check"),
    "dead": Word(_("已放弃"), Tone.PROBLEM, "alert-octagon"),
}
PURPOSE: Mapping[str, Word] = {
    "result_notice": Word(LazyString(said, TITLES[DocumentKind.RESULT])),
    "verification_code": Word(_("验证码")),
    "preannouncement": Word(_("检查预告")),
    "announcement_withdrawn": Word(_("撤回检查预告")),
    "time_agreed": Word(_("约定检查时间")),
    "time_kept": Word(_("未同意的检查时间")),
    "time_off": Word(_("约定的时间不再有效")),
    "rectification_due": Word(_("整改到期提醒")),
}
DOCUMENT_ICON: Mapping[DocumentKind, str] = {
    DocumentKind.RESULT: "file-certificate",
    DocumentKind.RECHECK: "file-certificate",
    DocumentKind.ORDER: "alert-triangle",
    DocumentKind.SERVICE: "send",
    DocumentKind.TRANSFER: "send",
}
DOCUMENT: Mapping[str, Word] = {
    kind: Word(LazyString(said, title), icon=DOCUMENT_ICON.get(kind, "file-text"))
    for kind, title in TITLES.items()
}
ROLE: Mapping[str, Word] = {
    "officer": Word(_("执法人员")),
    "planner": Word(_("计划编制")),
    "head": Word(_("机关负责人")),
    "agency_admin": Word(_("机关管理员")),
    "supervision": Word(_("执法监督")),
    "platform_admin": Word(_("平台管理员")),
    "assessor": Word(_("考核查阅")),
    "enterprise_owner": Word(_("企业负责人")),
    "enterprise_user": Word(_("企业经办人")),
    "public": Word(_("公众")),
    "enterprise": Word(_("企业")),
    "person": Word(_("人员")),
    "system": Word(_("系统")),
    "device": Word(_("平板")),
}
STANDING: Mapping[str, Word] = {
    "in_force": Word(_("有效"), Tone.FINE, "check"),
    "expiring": Word(_("将到期"), Tone.CAUTION, "clock"),
    "expired": Word(_("已过期"), Tone.PROBLEM, "alert-octagon"),
    "revoked": Word(_("已吊销"), Tone.PROBLEM, "ban"),
    "not_yet": Word(_("未生效"), Tone.QUIET, "clock"),
    "none": Word(_("无证"), Tone.QUIET, "user"),
}
LISTING: Mapping[str, Word] = {
    "published": Word(_("已公布"), Tone.FINE, "check"),
    "coming": Word(_("待生效"), Tone.INFO, "clock"),
    "off": Word(_("未公布"), Tone.CAUTION, "alert-triangle"),
}
AGENCY_TYPE: Mapping[str, Word] = {
    "administrative": Word(_("行政机关")),
    "authorised": Word(_("法律法规授权组织")),
    "entrusted": Word(_("受委托组织")),
    "assisting": Word(_("协助机构")),
    "supervision": Word(_("执法监督机关")),
}
AGENCY_STATUS: Mapping[str, Word] = {
    "draft": Word(_("待确认"), Tone.CAUTION, "hourglass"),
    "confirmed": Word(_("已确认"), Tone.FINE, "check"),
    "revoked": Word(_("已取消"), Tone.QUIET, "ban"),
}
APPROVER: Mapping[str, Word] = {
    "agency": Word(_("本机关")),
    "superior": Word(_("上级机关")),
    "county_government": Word(_("县级政府")),
    "city_government": Word(_("市级政府")),
    "province_government": Word(_("省级政府")),
}
ENTERPRISE_STATUS: Mapping[str, Word] = {
    "operating": Word(_("在营"), Tone.FINE, "check"),
    "suspended": Word(_("停业"), Tone.CAUTION, "player-pause"),
    "closed": Word(_("关闭"), Tone.QUIET, "archive"),
    "moved_out": Word(_("迁出"), Tone.QUIET, "door-exit"),
    "cancelled": Word(_("注销"), Tone.QUIET, "ban"),
    "revoked": Word(_("吊销"), Tone.PROBLEM, "ban"),
}
OFFICER_KIND: Mapping[str, Word] = {
    "officer": Word(_("执法人员")),
    "assistant": Word(_("协助人员")),
}
EVENT: Mapping[str, Word] = {
    EventKind.VISIT_OPENED: Word("", Tone.QUIET, "player-play"),
    EventKind.EMERGENCY_OPENED: Word("", Tone.CAUTION, "alert-triangle"),
    EventKind.OFFSITE_OPENED: Word("", Tone.QUIET, "device-desktop"),
    EventKind.JOINED: Word("", Tone.QUIET, "git-merge"),
    EventKind.MEMBER_JOINED: Word("", Tone.QUIET, "git-merge"),
    EventKind.MEMBER_DONE: Word("", Tone.QUIET, "git-merge"),
    EventKind.MEMBER_OPEN: Word("", Tone.CAUTION, "git-merge"),
    EventKind.SCANNED_IN: Word("", Tone.FINE, "qrcode"),
    EventKind.SCAN_MISMATCH: Word("", Tone.PROBLEM, "alert-octagon"),
    EventKind.CREDENTIALS_SHOWN: Word("", Tone.FINE, "id-badge"),
    EventKind.NOTICE_SERVED: Word("", Tone.FINE, "file-text"),
    EventKind.POINT_ANSWERED: Word("", Tone.QUIET, "list-check"),
    EventKind.OFF_LIST_FINDING: Word("", Tone.CAUTION, "note"),
    EventKind.EVIDENCE_ADDED: Word("", Tone.QUIET, "camera"),
    EventKind.CORRECTED: Word("", Tone.CAUTION, "writing"),
    EventKind.TRANSFERRED: Word("", Tone.CAUTION, "transfer"),
    EventKind.RECORD_READ: Word("", Tone.QUIET, "notes"),
    EventKind.RECORD_SIGNED: Word("", Tone.FINE, "signature"),
    EventKind.SIGNED: Word("", Tone.FINE, "signature"),
    EventKind.REFUSED: Word("", Tone.CAUTION, "ban"),
    EventKind.ABSENT: Word("", Tone.CAUTION, "user"),
    EventKind.UNABLE: Word("", Tone.CAUTION, "door-exit"),
    EventKind.RESULT_GIVEN: Word("", Tone.FINE, "send"),
    EventKind.LEFT: Word("", Tone.QUIET, "door-exit"),
    EventKind.SEALED: Word("", Tone.FINE, "lock"),
}
FACT: Mapping[str, LazyString] = {
    "done": _("本年度已检查次数"),
    "scheduled": _("本年度已安排次数"),
    "more": _("本计划安排次数"),
    "cap": _("年度频次上限"),
    "item_id": _("检查事项"),
    "officer_id": _("执法人员"),
    "region": _("行政区划"),
    "count": _("现有"),
    "least": _("至少需要"),
    "most": _("最多"),
    "day": _("日期"),
    "old": _("原日期"),
    "agency": _("机关"),
    "agency_id": _("机关"),
    "approved_on": _("批准日期"),
    "approver": _("批准机关"),
    "copy": _("抄送"),
    "document": _("文书"),
    "item_ids": _("检查事项"),
    "outcome": _("结果"),
    "rechecks": _("复查次数"),
    "source_no": _("来源编号"),
    "source_on": _("来源日期"),
    "uscc": _("统一社会信用代码"),
    "name": _("名称"),
    "days": _("天数"),
    "allowed": _("允许"),
    "events": _("事件数"),
    "decisions": _("决定数"),
    "spans": _("编号"),
    "points": _("要点数"),
    "late": _("逾期"),
    "findings": _("问题数"),
    "targets": _("企业数"),
    "tasks": _("任务数"),
    "version": _("版本"),
    "reasons": _("理由数"),
    "reason": _("理由"),
    "roles": _("角色"),
    "before": _("之前"),
    "after": _("之后"),
    "how": _("方式"),
    "no": _("编号"),
    "kind": _("类别"),
    "officer": _("执法人员"),
    "premise": _("场所"),
    "decision": _("决定"),
    "codes": _("代码"),
    "wrong_tries": _("输错次数"),
    "messages": _("信息数"),
    "unsynced": _("未同步的检查"),
    "content_hash": _("内容摘要"),
    "proposed_by": _("提出人"),
    "link": _("链接"),
}
PARAMETER: Mapping[str, Word] = {
    "geofence_m": Word(_("入企定位半径（米）")),
    "open_visit_hours": Word(_("一次入企最长小时")),
    "lease_days": Word(_("平板离线可用天数")),
    "retain_days": Word(_("平板保留已传数据天数")),
    "hold_days": Word(_("等待缺失事件天数")),
    "late_sync_days": Word(_("补传期限（自然日）")),
    "clock_offset_max_s": Word(_("时钟偏差上限（秒）")),
    "objection_workdays": Word(_("异议期限（工作日）")),
    "rectify_workdays": Word(_("整改期限（工作日）")),
    "result_due_workdays": Word(_("结果告知期限（工作日）")),
    "contact_enterprises": Word(_("一个联系方式最多用于几家企业")),
    "draw_step_hours": Word(_("抽取承诺和公布各限小时")),
    "push_batch": Word(_("每批上传事件数上限")),
    "sync_interval_s": Word(_("同步间隔（秒）")),
    "image_pixels": Word(_("照片像素上限")),
    "wifi_only_media": Word(_("只用无线网传照片")),
    "app_least": Word(_("平板应用最低版本")),
    "app_wanted": Word(_("平板应用建议版本")),
}
PARAMETER_STANDING: Mapping[str, Word] = {
    "in_force": Word(_("有效"), Tone.FINE, "check"),
    "coming": Word(_("待生效"), Tone.INFO, "clock"),
    "superseded": Word(_("已被接替"), Tone.QUIET, "archive"),
}
HOLIDAY_STANDING: Mapping[str, Word] = {
    "in_force": Word(_("有效"), Tone.FINE, "check"),
    "superseded": Word(_("已被接替"), Tone.QUIET, "archive"),
    "withdrawn": Word(_("已撤回"), Tone.CAUTION, "arrow-back-up"),
    "not_announced": Word(_("尚未公布"), Tone.CAUTION, "clock"),
}
PLAN_FIELD: Mapping[str, Word] = {
    "title": Word(_("计划名称")),
    "reason": Word(_("制定理由")),
    "item_ids": Word(_("检查事项")),
    "window_from": Word(_("开始日期")),
    "window_to": Word(_("结束日期")),
    "frequency": Word(_("同一企业检查次数")),
    "annual_plan_id": Word(_("所属年度计划")),
    "pool_size": Word(_("抽查名单总数")),
    "sample_percent": Word(_("抽查比例（百分之）")),
    "joint_agency_ids": Word(_("联合检查机关")),
    "assist_agency_ids": Word(_("协助机构")),
    "licence_basis_id": Word(_("许可核查的法律依据")),
    "special": Word(_("专项检查批准")),
    "oral_approver": Word(_("紧急口头批准人")),
    "oral_on": Word(_("口头批准日期")),
    "premise_id": Word(_("场所")),
    "officer_ids": Word(_("执法人员")),
    "assistant_count": Word(_("协助人员人数")),
    "reason_onsite": Word(_("现场检查理由")),
    "source_no": Word(_("来源编号")),
    "source_on": Word(_("来源日期")),
    "recheck_of": Word(_("复查的任务")),
    "letter": Word(_("协助函")),
}
VOCABULARY: Mapping[str, Mapping[str, Word]] = {
    "plan_status": PLAN_STATUS,
    "plan_field": PLAN_FIELD,
    "parameter": PARAMETER,
    "parameter_standing": PARAMETER_STANDING,
    "holiday_standing": HOLIDAY_STANDING,
    "draw_status": DRAW_STATUS,
    "draw_party": DRAW_PARTY,
    "import_state": IMPORT_STATE,
    "kind": KIND,
    "trigger": TRIGGER,
    "visit_type": VISIT_TYPE,
    "effect": EFFECT,
    "task_status": TASK_STATUS,
    "merge_status": MERGE_STATUS,
    "stage": STAGE,
    "conclusion": CONCLUSION,
    "answer": ANSWER,
    "severity": SEVERITY,
    "scan_method": SCAN_METHOD,
    "late_reason": LATE_REASON,
    "unable_reason": UNABLE_REASON,
    "ruling": RULING,
    "flag": FLAG,
    "matter": MATTER,
    "retarget": RETARGET,
    "quarantine": QUARANTINE,
    "quarantine_state": QUARANTINE_STATE,
    "device_status": DEVICE_STATUS,
    "outbox": OUTBOX,
    "notice_state": NOTICE_STATE,
    "portal_course": PORTAL_COURSE,
    "ticket_kind": TICKET_KIND,
    "ticket_outcome": TICKET_OUTCOME,
    "complaint_course": COMPLAINT_COURSE,
    "forbidden_act": FORBIDDEN_ACT,
    "rectified": RECTIFIED,
    "finding_state": FINDING_STATE,
    "report_rectification": REPORT_RECTIFICATION,
    "inspection_standing": INSPECTION_STANDING,
    "extension": EXTENSION,
    "visit_time": VISIT_TIME,
    "half": HALF,
    "rating": RATING,
    "rating_state": RATING_STATE,
    "call_outcome": CALL_OUTCOME,
    "undelivered_why": UNDELIVERED_WHY,
    "channel": CHANNEL,
    "contact_doubt": CONTACT_DOUBT,
    "consent_how": CONSENT_HOW,
    "consent_ended": CONSENT_ENDED,
    "purpose": PURPOSE,
    "call_state": CALL_STATE,
    "document": DOCUMENT,
    "role": ROLE,
    "standing": STANDING,
    "listing": LISTING,
    "agency_type": AGENCY_TYPE,
    "agency_status": AGENCY_STATUS,
    "approver": APPROVER,
    "enterprise_status": ENTERPRISE_STATUS,
    "officer_kind": OFFICER_KIND,
    "event": EVENT,
}
