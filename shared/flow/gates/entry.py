"""Gates of 入企必扫码: the right enterprise, a code in force, and a reason for what is unusual."""

from shared.flow.ask import Ask, Refusal, tasks_of
from shared.flow.state import VisitState
from shared.reference import References
from shared.text import Text


def right_enterprise(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    uscc, premise = ask.payload["uscc"], ask.payload["premise_id"]
    for task in tasks_of(state, ask, refs):
        if task.uscc != uscc:
            seen = refs.enterprises.get(uscc)
            wanted = refs.enterprises.get(task.uscc)
            return Refusal(
                code="wrong_enterprise",
                rule="R40",
                reason=Text(
                    zh=f"扫到的是“{seen.name if seen else uscc}”，"
                    f"任务是“{wanted.name if wanted else task.uscc}”。",
                    en=f"Scanned {seen.name if seen else uscc}, the task is for "
                    f"{wanted.name if wanted else task.uscc}.",
                ),
            )
        if premise is not None and premise != task.premise_id:
            return Refusal(
                code="wrong_premise",
                rule="R40",
                reason=Text(
                    zh="扫到的是本企业的另一处场所。",
                    en="This is another premise of the enterprise.",
                ),
            )
    return None


def somebody_enters(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """An off-site inspection has no door: no scan, no notice at it, no leaving."""
    if not state.offsite:
        return None
    return Refusal(
        code="nobody_enters",
        rule="R30",
        reason=Text(
            zh="非现场检查不入企，没有这一步。",
            en="Nobody enters in an off-site inspection: there is no such step.",
        ),
    )


def left_the_same_enterprise(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """Leaving by a code is leaving the place of the task; a fix has no code to compare."""
    return right_enterprise(state, ask, refs) if ask.payload["uscc"] else None


def code_in_force(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    for of, name in (("key", ask.payload["kid"]), ("code", ask.payload["nonce"])):
        since = refs.revoked.get((of, name)) if name else None
        if since is not None and since <= ask.at:
            return Refusal(
                code="code_revoked",
                rule="R40",
                reason=Text(zh="此企业码已作废。", en="This enterprise code was revoked."),
            )
    return None


def outside_is_explained(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """Inside is distance <= radius + accuracy (domain §4.5); outside is explained, not refused."""
    distance = ask.payload["distance_m"]
    radius = max(
        (
            refs.premises[task.premise_id].radius_m
            for task in tasks_of(state, ask, refs)
            if task.premise_id in refs.premises
        ),
        default=None,
    )
    if distance is None or radius is None or ask.payload["outside_reason"]:
        return None
    if distance <= radius + ask.accuracy_m:
        return None
    return Refusal(
        code="outside_unexplained",
        rule="R40",
        reason=Text(
            zh="定位离登记地址较远，请说明原因。",
            en="The fix is far from the registered address: say why.",
        ),
    )


def manual_is_explained(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    payload = ask.payload
    if payload["method"] != "manual" or (payload["manual_reason"] and payload["photo_sha256"]):
        return None
    return Refusal(
        code="manual_unexplained",
        rule="R43",
        reason=Text(
            zh="手工识别须写明原因并拍摄门头照片。",
            en="Identifying by hand needs a reason and a photo of the sign.",
        ),
    )


def late_is_explained(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    if state.emergency is None or ask.payload["late_reason"] in ("emergency", "evidence_risk"):
        return None
    return Refusal(
        code="late_unexplained",
        rule="R41",
        reason=Text(
            zh="补扫须选择原因：紧急情况或证据可能灭失。",
            en="A late scan needs its reason: emergency or evidence at risk.",
        ),
    )
