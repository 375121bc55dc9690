"""现场留的联系方式: where the enterprise wants to be written to. Nobody must name anything."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fieldapp.language import _
from fieldapp.ports.randomness import Randomness
from shared import site_contact
from shared.site_contact import LONGEST_WORD, ContactKey, Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacting:
    """A contact as it is being typed. `capacity` is that of the person who takes the result."""

    name: str = ""
    capacity: str = ""
    phone: str = ""
    email: str = ""

    @property
    def reach(self) -> Reach:
        return Reach(phone=self.phone.strip(), email=self.email.strip())

    @property
    def given(self) -> bool:
        """Whether there is anything to be reached by."""
        return self.reach != Reach()

    def missing(self) -> str:
        """What is still to be given before it is a contact; empty when nothing is."""
        if not self.name.strip():
            return _("请填写联系人姓名。")
        if len(self.name.strip()) > LONGEST_WORD:
            return _("姓名太长。")
        if not self.given:
            return _("请填写手机或者邮箱。")
        if self.reach.phone and not site_contact.is_phone(self.reach.phone):
            return _("手机号码有误。")
        if self.reach.email and not site_contact.is_email(self.reach.email):
            return _("邮箱地址有误。")
        return ""

    def payload(self, key: ContactKey, chance: Randomness) -> dict[str, Any]:
        """As the event carries it: phone and e-mail for the platform alone."""
        box = chance.take(site_contact.SEED_BYTES + site_contact.NONCE_BYTES)
        return {
            "name": self.name.strip(),
            "capacity": self.capacity.strip()[:LONGEST_WORD] or None,
            "masked": self.reach.masked,
            "key_id": key.id,
            "sealed": site_contact.seal(self.reach, key, box),
        }


NOBODY = Contacting()


class Contactor:
    """Holds the draft; `changed` is called after every change of it."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.draft = NOBODY
        self.noted = NOBODY
        """What goes with the result; without a number nothing does."""

    def begin(self, name: str, capacity: str) -> None:
        """Start over with who took the notice, without telling."""
        self.draft = self.noted = Contacting(name=name, capacity=capacity)

    def name(self, name: str) -> None:
        self._set(replace(self.draft, name=name))

    def phone(self, phone: str) -> None:
        self._set(replace(self.draft, phone=phone))

    def email(self, email: str) -> None:
        self._set(replace(self.draft, email=email))

    def note(self) -> None:
        """What was typed goes with the result."""
        self.noted = self.draft

    def drop(self) -> None:
        """Nothing goes with it after all."""
        self.draft = self.noted = replace(self.draft, phone="", email="")

    def _set(self, draft: Contacting) -> None:
        if draft != self.draft:
            self.draft = draft
            self._changed()
