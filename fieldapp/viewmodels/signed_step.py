"""A step whose paper somebody signs: the notice, the record, the result."""

from collections.abc import Mapping

from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.signers import Signer, as_before, suggested
from fieldapp.viewmodels.step import Step
from fieldapp.viewmodels.taking import Mode, Taking, TakingState, shown


class SignedStep(Step):
    """Holds the signing panel's draft from `enter` on."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty)
        self.signer = Signer(self.refresh)

    def enter(self) -> None:
        self.signer.begin(self.beginning())
        super().enter()

    def beginning(self) -> Taking:
        """What the panel holds before anybody touches it."""
        return as_before(self.visit)

    def pick_name(self, name: str) -> None:
        """A suggested name was touched."""
        owner = self.visit.enterprise.legal_rep if self.visit.enterprise else ""
        self.signer.owner(name, owner)

    def panel(self, content_hash: str, titles: Mapping[Mode, str]) -> TakingState:
        """The signing panel as it is now, over the content with this hash."""
        return shown(
            self.signer.taking,
            names=suggested(self.visit),
            content_hash=content_hash,
            titles=titles,
        )


class ReadThenSigned(SignedStep):
    """A step whose paper is read to its last line before the panel opens (R44)."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty)
        self.was_read = False
        self.signing = False

    def enter(self) -> None:
        self.was_read = self.signing = False
        super().enter()

    def read_to_end(self) -> None:
        """The last line has been on the screen."""
        if not self.was_read:
            self.was_read = True
            self.refresh()

    def to_sign(self, *, open_panel: bool) -> None:
        """Turn from the paper to the panel, or back."""
        self.signing = open_panel
        self.refresh()
