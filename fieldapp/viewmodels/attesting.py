"""痕 · 执法人员签字: off site the officers sign the record, each with the own PIN (R45).

Nobody of the enterprise is there to sign; the record is told with the result.
"""

from fieldapp.language import _
from fieldapp.viewmodels.credentials import CredentialsViewModel, Wording
from fieldapp.viewmodels.parts import Action, Why
from shared.events.kinds import EventKind
from shared.reference import Officer


class AttestingViewModel(CredentialsViewModel):
    """The same keypad as for the credentials; what is signed is the record as it was settled."""

    kind = EventKind.RECORD_SIGNED

    def payload(self, _officer: Officer) -> dict[str, object]:
        """The hash of the record, whoever signs it."""
        record = self.visit.state.record
        return {"content_hash": record.content_hash if record else ""}

    def words(self) -> Wording:
        """What signing is called."""
        return Wording(done=_("已签字"), waiting=_("待签字"), confirm=_("本人在检查记录上签字"))

    def next(self) -> Action:
        """To the result, once enough have signed."""
        reason = Why() if self.visit.told else self.visit.why(EventKind.RESULT_GIVEN)
        return Action(key="credentials.next", label=_("去告知结果"), icon="next", reason=reason)

    def _shown(self) -> tuple[str, ...]:
        return tuple(self.visit.state.record_signers(self.visit.device_id))
