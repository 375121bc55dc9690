"""What a check of a case file found: every fault with its place, and what was counted.

A fault is something that does not hold. A note is worth a reader's eye and takes nothing away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from shared.case_file.sentences import OTHER, SENTENCES
from shared.text import Text


class Weight(StrEnum):
    FAULT = "fault"
    NOTE = "note"


class Anchor(StrEnum):
    """What the platform's signatures were checked against."""

    TRUSTED = "trusted"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found: a stable code, the entry (and line or id in it), and a detail."""

    code: str
    where: str
    detail: str = ""

    @property
    def weight(self) -> Weight:
        return Weight.NOTE if self.code in NOTES else Weight.FAULT

    @property
    def sentence(self) -> Text:
        return SENTENCES.get(self.code, OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of `verify`.

    `anchor` says whether a key set given from outside was used: without one the file only proves
    that it fits together, and a person must compare `key_set_fingerprint` with the platform's.
    """

    anchor: Anchor
    key_set_fingerprint: str
    findings: tuple[Finding, ...]
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    heads: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def faults(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.weight is Weight.FAULT)

    @property
    def notes(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.weight is Weight.NOTE)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong. Look at `anchor` too before believing it."""
        return not self.faults


NOTES = frozenset(
    {
        "evidence_absent",
        "certificate_not_in_force",
        "not_receipted",
        "key_set_unanchored",
        "stamp_unchecked",
    }
)
