"""Gates of 检查必留痕 and 结果必告知: what is signed is what the events say, nothing missing."""

from collections.abc import Mapping
from typing import Any

from shared.content.signing import Built
from shared.events.kinds import EventKind as Kind
from shared.flow import duties
from shared.flow.ask import Ask, Refusal, open_points
from shared.flow.duties import OFFSITE
from shared.flow.state import VisitState
from shared.localtime import local_day
from shared.reference import References
from shared.text import Text

INSPECTIONS = frozenset({"inspection", OFFSITE})  # of the visit types in shared/plans/model.py
DOOR_REASONS = frozenset({"not_found", "refused_entry"})


def notice_as_built(payload: Mapping[str, Any], built: Built) -> Refusal | None:
    return _same_content(payload, built, rule="R44")


def record_as_built(payload: Mapping[str, Any], built: Built) -> Refusal | None:
    return _same_content(payload, built, rule="R45")


def result_as_built(payload: Mapping[str, Any], built: Built) -> Refusal | None:
    if built.content["conclusion"] != payload["conclusion"]:
        return Refusal(
            code="conclusion_differs",
            rule="R60",
            reason=Text(
                zh="结论与检查记录不一致。", en="The conclusion does not follow from the answers."
            ),
        )
    return _same_content(payload, built, rule="R60")


def _same_content(payload: Mapping[str, Any], built: Built, *, rule: str) -> Refusal | None:
    if built.hash == payload["content_hash"]:
        return None
    return Refusal(
        code="content_differs",
        rule=rule,
        reason=Text(
            zh="所签内容与检查记录不一致。", en="What was signed is not what the events say."
        ),
    )


def acknowledged_properly(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """Signed needs a name and strokes, refused a reason and a witness (R45, domain case 4)."""
    given = ask.payload if "outcome" in ask.payload else ask.payload.get("acknowledgement")
    if not given:
        return None
    if given["outcome"] == "signed" and not (given["name"] and given["strokes"]):
        return Refusal(
            code="signature_empty",
            rule="R44",
            reason=Text(zh="签收须有姓名和手写签名。", en="A signature needs a name and strokes."),
        )
    if given["outcome"] == "refused" and not (
        given["reason"] and (given["witness"] or given["video_sha256"])
    ):
        return _unwitnessed()
    return None


def told_to_somebody(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """Where nobody is, nobody is told on the spot: an off-site result is served afterwards."""
    given = ask.payload
    if not state.offsite or (given["given"] == "later" and not given["acknowledgement"]):
        return None
    return Refusal(
        code="nobody_enters",
        rule="R30",
        reason=Text(
            zh="非现场检查的结果由平台送达，不能当场告知。",
            en="The result of an off-site inspection is served by the platform, not on the spot.",
        ),
    )


def refusal_witnessed(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    return None if ask.payload["witness"] or ask.payload["video_sha256"] else _unwitnessed()


def _unwitnessed() -> Refusal:
    return Refusal(
        code="witness_missing",
        rule="R45",
        reason=Text(
            zh="拒签须注明原因并有见证人或录像。",
            en="A refusal needs its reason and a witness or a video.",
        ),
    )


def point_on_form(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    wanted = (ask.payload["form_id"], ask.payload["form_version"])
    begun = state.opened_at if state.offsite else None
    day = local_day(state.scan.at if state.scan else begun or ask.at)
    for task in duties.all_of(state, refs, ask.device_id):
        for form in refs.forms_of(task):
            if (form.id, form.version) != wanted:
                continue
            if not form.valid_from <= day or (form.valid_to and day > form.valid_to):
                return Refusal(
                    code="form_not_in_force",
                    rule="R11",
                    reason=Text(
                        zh="检查表单在入企时已失效。", en="The form was not in force at the scan."
                    ),
                )
            if ask.payload["point_id"] in form.point_ids:
                return None
    return Refusal(
        code="point_off_form",
        rule="R11",
        reason=Text(
            zh="此要点不在本次检查表单内。", en="The point is not on this inspection's form."
        ),
    )


def an_inspection(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """A service visit or an observation finds nothing and orders nothing; it is only recorded."""
    tasks = duties.all_of(state, refs, ask.device_id)
    if not tasks or any(task.visit_type in INSPECTIONS for task in tasks):
        return None
    return Refusal(
        code="not_an_inspection",
        rule="R11",
        reason=Text(
            zh="这次是服务走访或观摩，不是检查，不记录问题。",
            en="This is a service visit or an observation, no inspection: nothing is found.",
        ),
    )


def all_points_answered(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    left = len(open_points(state, ask, refs))
    if not left:
        return None
    return Refusal(
        code="points_open",
        rule="R11",
        reason=Text(zh=f"还有 {left} 个要点未填。", en=f"{left} point(s) have no answer yet."),
        lifted_by=Kind.POINT_ANSWERED,
    )


def record_unchanged(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    read = state.record
    if read is not None and read.content_hash == ask.payload["content_hash"]:
        return None
    return Refusal(
        code="record_changed",
        rule="R45",
        reason=Text(
            zh="笔录在宣读后有改动，请重新宣读。",
            en="The record changed after it was read out: read it again.",
        ),
        lifted_by=Kind.RECORD_READ,
    )


def unable_is_shown(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """Nobody there needs a photo; no entry needs a photo or a witness (domain cases 2 and 3)."""
    known = {item.sha256 for item in state.evidence}
    shown = any(sha256 in known for sha256 in ask.payload["evidence"])
    if ask.payload["reason"] in ("refused_entry", "aborted"):
        shown = shown or bool(ask.payload["witness"])
    if shown:
        return None
    return Refusal(
        code="evidence_missing",
        rule="R45",
        reason=Text(
            zh="请先拍摄现场照片或填写见证人。", en="Take a photo or name a witness first."
        ),
        lifted_by=Kind.EVIDENCE_ADDED,
    )


def unable_without_a_door(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """Who never went there has found nobody and was refused no entry."""
    if not state.offsite or ask.payload["reason"] not in DOOR_REASONS:
        return None
    return Refusal(
        code="nobody_enters",
        rule="R30",
        reason=Text(
            zh="非现场检查不入企，不能以“查无企业”“拒绝进入”结束。",
            en="Nobody enters in an off-site inspection: it cannot end at a door.",
        ),
    )


def members_closed(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    waiting = [m for m, last in state.members.items() if last is Kind.MEMBER_JOINED]
    if not waiting or state.lead != ask.device_id:
        return None
    return Refusal(
        code="members_open",
        rule="R31",
        reason=Text(
            zh=f"还有 {len(waiting)} 个联合检查单位未完成。",
            en=f"{len(waiting)} joint member(s) are not done.",
        ),
        lifted_by=Kind.MEMBER_DONE,
    )


def seal_is_whole(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    own = tuple(e.sha256 for e in state.evidence if e.device_id == ask.device_id)
    quoted = tuple((q.device_id, q.head) for q in state.quotes if q.by == ask.device_id)
    payload = ask.payload
    whole = (
        payload["head"] == ask.prev
        and payload["events"] == ask.seq - 1
        and tuple(payload["evidence"]) == own
        and tuple((q["device_id"], q["head"]) for q in payload["quoted"]) == quoted
    )
    if whole:
        return None
    return Refusal(
        code="seal_incomplete",
        rule="R47",
        reason=Text(
            zh="封存清单与检查过程不一致。", en="The seal does not list what the chain holds."
        ),
    )
