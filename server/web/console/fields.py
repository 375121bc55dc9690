"""A form as it was typed: read field by field, and shown again with what is wrong beside each.

Reading goes on after a fault, so that every field that is wrong is said at once; `BadInput` is
raised when the whole was read (`require_good`) or by the service. Nothing that was typed is lost.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from server.sentences import sentence
from server.web.language import said
from shared import uscc
from shared.errors import BadInput, DomainError
from shared.regions import significant

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(slots=True)
class Fields:
    """What was typed, and what is wrong with it by field."""

    values: MultiDict[str, str]
    wrong: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @classmethod
    def empty(cls, **preset: str) -> "Fields":
        return cls(MultiDict(preset))

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be chosen more than once."""
        return self.values.getlist(name)

    def text(self, name: str, most: int) -> str:
        """A text that must be there."""
        found = self.maybe(name, most)
        if not found:
            self.wrong.setdefault(name, _("请填写。"))
        return found

    def maybe(self, name: str, most: int) -> str:
        """A text that may be left out."""
        found = self[name].strip()
        if len(found) > most:
            self.wrong[name] = _("太长了，最多 %(most)s 个字。", most=most)
        return found[:most]

    def day(self, name: str) -> date | None:
        """A day that must be there; None for what is no day."""
        found = self.maybe_day(name)
        if found is None:
            self.wrong.setdefault(name, _("请填写。"))
        return found

    def maybe_day(self, name: str) -> date | None:
        typed = self[name].strip()
        if not typed:
            return None
        try:
            return date.fromisoformat(typed)
        except ValueError:
            self.wrong[name] = _("请按 年-月-日 填写日期。")
            return None

    def clock(self, name: str) -> time | None:
        """A time of day that must be there, as 09:30; None for what is none."""
        found = self.text(name, 5)
        if CLOCK.fullmatch(found):
            return time.fromisoformat(found)
        self.wrong.setdefault(name, _("请按 时:分 填写。"))
        return None

    def region(self, name: str) -> str:
        """A region code (6 or 12 digits) that must be there."""
        found = self.text(name, 12)
        try:
            significant(found)
        except BadInput:
            self.wrong.setdefault(name, _("请填 6 位或 12 位行政区划代码。"))
        return found

    def credit_code(self, name: str) -> str:
        """A unified social credit code that must be there; its check character holds."""
        found = self.text(name, 40)
        if found and not uscc.is_valid(found):
            self.wrong.setdefault(name, _("不是正确的统一社会信用代码，请核对 18 位和校验码。"))
        return found

    def number(self, name: str, least: float, most: float) -> float | None:
        """A number that may be left out."""
        typed = self[name].strip()
        if not typed:
            return None
        try:
            found = float(typed)
        except ValueError:
            found = float("nan")
        if not least <= found <= most:
            self.wrong[name] = _("请填 %(least)s 到 %(most)s 之间的数。", least=least, most=most)
            return None
        return found

    def count(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A whole number; `otherwise` when it is left out."""
        typed = self[name].strip()
        if not typed:
            return otherwise
        if not (typed.isascii() and typed.isdecimal() and least <= int(typed[:9]) <= most):
            self.wrong[name] = _("请填 %(least)s 到 %(most)s 之间的数。", least=least, most=most)
            return otherwise
        return int(typed)

    def maybe_count(self, name: str, least: int, most: int) -> int | None:
        """A whole number that may be left out."""
        return self.count(name, least, most, 0) if self[name].strip() else None

    def choice(self, name: str, words: Collection[str], otherwise: str) -> str:
        """One of `words`; `otherwise` when it is left out."""
        typed = self[name]
        if typed and typed not in words:
            self.wrong[name] = _("请从列表里选。")
        return typed if typed in words else otherwise

    def require_good(self) -> None:
        """Return if nothing is wrong so far; `BadInput` naming every field otherwise."""
        if self.wrong:
            raise BadInput(
                "Something was left out or is wrong.",
                errors={f"/{name}": "?" for name in self.wrong},
            )

    def refused(self, why: DomainError, names: Mapping[str, str] | None = None) -> "Fields":
        """The same with what a service refused; `names` says where its pointers are typed."""
        self.problem = said(sentence(why.code))
        if isinstance(why, BadInput):
            for pointer in why.errors:
                name = pointer.strip("/").partition("/")[0]
                self.wrong.setdefault((names or {}).get(name, name), _("这一项不对，请检查。"))
        return self


def typed() -> Fields:
    """The form of this request."""
    return Fields(MultiDict(request.form))
