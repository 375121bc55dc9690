"""Gates of 执法必亮证: who counts as an officer, and that there are enough of them."""

from shared.events.kinds import EventKind as Kind
from shared.flow.ask import Ask, Refusal
from shared.flow.state import VisitState
from shared.localtime import local_day
from shared.reference import References
from shared.text import Text


def own_credential(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    if ask.payload["officer_id"] == ask.officer_id:
        return None
    return Refusal(
        code="not_own_credential",
        rule="R07",
        reason=Text(
            zh="每名执法人员须本人亮证。", en="Each officer shows his own credential himself."
        ),
    )


def officer_certified(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    officer = refs.officers.get(ask.officer_id)
    if officer is not None and officer.certified_at(ask.at, local_day(ask.at)):
        return None
    assistant = officer is not None and officer.kind != "officer"
    return Refusal(
        code="assistant_not_officer" if assistant else "certificate_not_in_force",
        rule="R05" if assistant else "R04",
        reason=Text(
            zh="辅助人员不得单独执法，不计入人数。"
            if assistant
            else "执法证不在有效期内或已被吊销。",
            en="Assistants may not inspect and are not counted."
            if assistant
            else "The certificate is not in force.",
        ),
    )


def certificate_as_known(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    officer = refs.officers.get(ask.officer_id)
    if officer is None or officer.certificate_no == ask.payload["certificate_no"]:
        return None
    return Refusal(
        code="certificate_differs",
        rule="R08",
        reason=Text(
            zh="执法证号与登记的不一致。", en="The certificate number differs from the record."
        ),
    )


def two_certified(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    missing = refs.parameters.min_officers - len(state.officers_counted(ask.device_id))
    if missing <= 0:
        return None
    off, on = (
        (f"还差 {missing} 名执法人员确认。", f"{missing} more officer(s) must confirm."),
        (f"还差 {missing} 名执法人员亮证。", f"{missing} more officer(s) must show a credential."),
    )
    return Refusal(
        code="officers_missing",
        rule="R07",
        reason=Text(*(off if state.offsite else on)),
        lifted_by=Kind.CREDENTIALS_SHOWN,
    )


def record_attested(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """Nobody of the enterprise signs an off-site record; two officers in force do (R07, R45)."""
    missing = refs.parameters.min_officers - len(state.record_signers(ask.device_id))
    if missing <= 0:
        return None
    return Refusal(
        code="signatures_missing",
        rule="R45",
        reason=Text(
            zh=f"还差 {missing} 名执法人员在检查记录上签字。",
            en=f"{missing} more officer(s) must sign the record.",
        ),
        lifted_by=Kind.RECORD_SIGNED,
    )


def one_of_the_officers(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """Only who confirmed to make this inspection, in force, signs its record."""
    if ask.officer_id in state.officers_counted(ask.device_id):
        return None
    return Refusal(
        code="not_of_this_inspection",
        rule="R07",
        reason=Text(
            zh="您没有确认参加本次检查，不能签字。",
            en="You have not confirmed to take part: you cannot sign.",
        ),
        lifted_by=Kind.CREDENTIALS_SHOWN,
    )


def two_present(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """An exit needs two officers in force as well, though nobody is there to show a card to."""
    day = local_day(ask.at)
    present = {
        id_
        for id_ in ask.payload["officer_ids"]
        if id_ in refs.officers and refs.officers[id_].certified_at(ask.at, day)
    }
    if len(present) >= refs.parameters.min_officers:
        return None
    return Refusal(
        code="officers_missing",
        rule="R07",
        reason=Text(
            zh="须有两名以上执法人员在场。", en="Two or more officers in force must be present."
        ),
    )
