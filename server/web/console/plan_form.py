"""A plan as a form: read into a draft, and written back so that nothing typed is ever lost.

Each target has a key of its own; its fields are called `field.key`. What a draft holds and the
form does not show is carried along in hidden fields.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from server.services.plan_drafts import PlanDraft, TargetDraft
from server.web.console.fields import Fields
from shared.plans.model import (
    KIND_OF,
    Approver,
    AssistLetter,
    SpecialApproval,
    Term,
    Trigger,
    VisitType,
)

MOST_TARGETS = 200  # more than these are imported, not typed
LONGEST_TITLE, LONGEST_REASON, LONGEST_WHY, LONGEST_NO, LONGEST_NAME = 200, 2000, 1000, 80, 120
UNNAMED = "—"


@dataclass(frozen=True, slots=True)
class PlanForm:
    """The form of a plan, as it was typed."""

    typed: Fields

    @property
    def keys(self) -> list[str]:
        """The targets' keys in their order, each once."""
        return list(dict.fromkeys(self.typed.all("target")))

    def premise_of(self, key: str) -> str:
        return self.typed[f"premise.{key}"]

    def officers_of(self, key: str) -> list[str]:
        return self.typed.all(f"officer.{key}")

    def without(self, key: str) -> "PlanForm":
        """The same with one target dropped."""
        left = [kept for kept in self.keys if kept != key]
        values = MultiDict(self.typed.values)
        values.setlist("target", left)
        return PlanForm(Fields(values, self.typed.wrong, self.typed.problem))

    def with_target(self, key: str, premise_id: str, uscc: str) -> "PlanForm":
        """The same with one more target, whose officers are those of the one before."""
        values = MultiDict(self.typed.values)
        before = self.keys[-1] if self.keys else None
        values.setlist("target", [*self.keys, key])
        values[f"premise.{key}"], values[f"uscc.{key}"] = premise_id, uscc
        if before is not None:
            values.setlist(f"officer.{key}", self.officers_of(before))
            for field in ("assistants", "from", "to"):
                values[f"{field}.{key}"] = self.typed[f"{field}.{before}"]
        return PlanForm(Fields(values, self.typed.wrong, self.typed.problem))

    def draft(self, *, is_trial: bool = False) -> PlanDraft | None:
        """What was typed; None where that is no plan yet, with what is wrong in `typed.wrong`.

        A trial needs no title and no target.
        """
        typed = self.typed
        title = typed.maybe("title", LONGEST_TITLE) if is_trial else typed.text("title", 200)
        since, until = typed.day("window_from"), typed.day("window_to")
        trigger = Trigger(typed.choice("trigger", list(Trigger), Trigger.ANNUAL_PLAN))
        if not self.keys and not is_trial:
            typed.wrong["targets"] = _("还没有检查对象，请先找企业。")
        if len(self.keys) > MOST_TARGETS:
            typed.wrong["targets"] = too_many(len(self.keys))
        draft = PlanDraft(
            title=title or UNNAMED,
            kind=KIND_OF[trigger],
            trigger=trigger,
            visit_type=typed.choice("visit_type", list(VisitType), VisitType.INSPECTION),
            year=(since or date.min).year,
            window_from=since or date.min,
            window_to=until or date.min,
            item_ids=tuple(typed.all("item")),
            targets=tuple(self._target(key) for key in self.keys),
            reason=typed.maybe("reason", LONGEST_REASON),
            term=typed.choice("term", list(Term), Term.SCHEME),
            annual_plan_id=typed["annual_plan_id"] or None,
            frequency=typed.count("frequency", 1, 366, 1),
            pool_size=typed.maybe_count("pool_size", 1, 100_000_000),
            sample_percent=typed.maybe_count("sample_percent", 1, 100),
            joint_agency_ids=tuple(typed.all("joint")),
            assist_agency_ids=tuple(typed.all("assist")),
            licence_basis_id=typed["licence_basis_id"] or None,
            special=self._special(),
            oral_approver=typed.maybe("oral_approver", 60),
            oral_on=typed.maybe_day("oral_on"),
        )
        return None if typed.wrong else draft

    def _target(self, key: str) -> TargetDraft:
        typed = self.typed
        return TargetDraft(
            uscc=typed[f"uscc.{key}"],
            premise_id=self.premise_of(key),
            officer_ids=tuple(self.officers_of(key)),
            assistant_count=typed.count(f"assistants.{key}", 0, 99, 0),
            window_from=typed.maybe_day(f"from.{key}"),
            window_to=typed.maybe_day(f"to.{key}"),
            reason_onsite=typed.maybe(f"why.{key}", LONGEST_WHY),
            source_no=typed.maybe(f"source_no.{key}", LONGEST_NO),
            source_on=typed.maybe_day(f"source_on.{key}"),
            recheck_of=typed[f"recheck_of.{key}"] or None,
            letter=self._letter(key),
        )

    def _letter(self, key: str) -> AssistLetter | None:
        no = self.typed.maybe(f"letter_no.{key}", LONGEST_NO)
        if not no:
            return None
        issued = self.typed.day(f"letter_on.{key}")
        host = self.typed.text(f"letter_host.{key}", 64)
        return AssistLetter(no=no, host_agency_id=host, issued_on=issued or date.min)

    def _special(self) -> SpecialApproval | None:
        document = self.typed.maybe("special_document", LONGEST_NAME)
        if not document:
            return None
        approver = self.typed.choice("special_approver", list(Approver), Approver.AGENCY)
        return SpecialApproval(
            document=document,
            approver=Approver(approver),
            approved_on=self.typed.day("special_on") or date.min,
            until=self.typed.maybe_day("special_until"),
            target_limit=self.typed.maybe_count("special_limit", 0, 1_000_000),
            deployed_by=self.typed.maybe("special_deployed_by", LONGEST_NAME),
        )


def too_many(number: int) -> str:
    """Why this page does not change a plan of so many targets."""
    return _(
        "这份计划有 %(n)s 个检查对象，页面上最多编辑 %(most)s 个；请改用导入。",
        n=number,
        most=MOST_TARGETS,
    )


def of(draft: PlanDraft) -> PlanForm:
    """A draft as it would have been typed."""
    values: MultiDict[str, str] = MultiDict()
    for name, value in _of_plan(draft):
        values.add(name, value)
    for n, target in enumerate(draft.targets, start=1):
        values.add("target", str(n))
        for name, value in _of_target(target):
            values.add(f"{name}.{n}", value)
    return PlanForm(Fields(values))


def _of_plan(draft: PlanDraft) -> Iterable[tuple[str, str]]:
    for name in ("title", "trigger", "visit_type", "reason", "term", "oral_approver"):
        yield name, str(getattr(draft, name))
    for name in ("window_from", "window_to", "annual_plan_id", "frequency", "pool_size"):
        yield name, _written(getattr(draft, name))
    for name in ("sample_percent", "licence_basis_id", "oral_on"):
        yield name, _written(getattr(draft, name))
    yield from (("item", id_) for id_ in draft.item_ids)
    yield from (("joint", id_) for id_ in draft.joint_agency_ids)
    yield from (("assist", id_) for id_ in draft.assist_agency_ids)
    if draft.special is not None:
        yield "special_document", draft.special.document
        yield "special_approver", str(draft.special.approver)
        yield "special_on", _written(draft.special.approved_on)
        yield "special_until", _written(draft.special.until)
        yield "special_limit", _written(draft.special.target_limit)
        yield "special_deployed_by", draft.special.deployed_by


def _of_target(target: TargetDraft) -> Iterable[tuple[str, str]]:
    yield "premise", target.premise_id
    yield "uscc", target.uscc
    yield from (("officer", id_) for id_ in target.officer_ids)
    yield "assistants", _written(target.assistant_count)
    yield "from", _written(target.window_from)
    yield "to", _written(target.window_to)
    yield "why", target.reason_onsite
    yield "source_no", target.source_no
    yield "source_on", _written(target.source_on)
    yield "recheck_of", target.recheck_of or ""
    if target.letter is not None:
        yield "letter_no", target.letter.no
        yield "letter_host", target.letter.host_agency_id
        yield "letter_on", _written(target.letter.issued_on)


def _written(value: object) -> str:
    return "" if value is None else str(value)
