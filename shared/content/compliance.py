"""Content of the compliance report (涉企检查合规报告): an enterprise's inspections over a period.

One paper in place of many certificates. It is a picture of a day: what happens after `as_of` is not
in it. The enterprise chooses which inspections it lists; how many it left out stands in `counts`,
so that nobody can show a choice as the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from shared.content import parts, problems, words
from shared.flow.duties import OFFSITE
from shared.localtime import local_day

KIND = "compliance"


class Standing(StrEnum):
    """How far an inspection has come by the day of the report."""

    TOLD = "told"
    PENDING = "pending"  # under way, under review, or its result is still to be made
    VOID = "void"  # supervision ruled that it does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """One inspection of the period.

    `result` is the content of the result in force, None unless it was told; `rectified` says of
    each problem to put right, by `problems.key_of`, what was found of it last: "reported", "fixed",
    "partly", "not_fixed"; not there if nothing was said. `due` is the day to have it put right by.
    `objected`: the enterprise objects to the result, and nobody has decided yet.
    """

    began: datetime
    agencies: Sequence[str]
    items: Sequence[str]
    standing: Standing
    number: str = ""
    content_hash: str = ""
    result: Mapping[str, Any] | None = None
    rectified: Mapping[str, str] = field(default_factory=dict)
    due: date | None = None
    objected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Both days are in it."""

    since: date
    until: date


CLOSED = frozenset({"on_spot", "guided", "fixed"})
"""States of a finding in which nothing of it is left to do."""


def build(
    *,
    agency: Mapping[str, str],
    enterprise: Mapping[str, str],
    period: Period,
    as_of: datetime,
    listed: Sequence[Inspected],
    left_out: int,
) -> dict[str, Any]:
    """Return the report as JSON, the newest inspection first.

    `agency` {id, name, phone, supervision_phone} issues it; `enterprise` is {uscc, name, legal_rep,
    address}; `listed` are the inspections the enterprise shows, `left_out` counts the others.
    """
    newest_first = sorted(listed, key=lambda one: one.began, reverse=True)
    inspections = [_inspection(one, local_day(as_of)) for one in newest_first]
    return {
        "v": parts.VERSION,
        "content": KIND,
        "provisional_no": "",
        "agency": dict(agency),
        "enterprise": dict(enterprise),
        "period": {"since": period.since.isoformat(), "until": period.until.isoformat()},
        "as_of": parts.minute(as_of),
        "counts": _counts(inspections, left_out),
        "inspections": inspections,
        "notes": list(words.COMPLIANCE_NOTES),
    }


def _counts(inspections: Sequence[Mapping[str, Any]], left_out: int) -> dict[str, int]:
    found = [one for each in inspections for one in each["findings"]]
    closed = sum(one["state"] in CLOSED for one in found)
    clean = sum(each["conclusion"] == "no_problem" for each in inspections)
    with_problems = sum(bool(each["findings"]) for each in inspections)
    return {
        "all": len(inspections) + left_out,
        "listed": len(inspections),
        "left_out": left_out,
        "no_problem": clean,
        "with_problems": with_problems,
        "without_conclusion": len(inspections) - clean - with_problems,
        "findings": len(found),
        "closed": closed,
        "open": len(found) - closed,
    }


def _inspection(one: Inspected, day: date) -> dict[str, Any]:
    told = one.result or {}
    findings = [_finding(problem, one) for problem in told.get("problems", ())]
    rectification = _rectification(findings, one.due, day)
    return {
        "inspected_on": parts.minute(one.began),
        "agencies": list(one.agencies),
        "items": list(one.items),
        "number": one.number,
        "content_hash": one.content_hash,
        "standing": str(one.standing),
        "conclusion": told.get("conclusion", ""),
        "conclusion_text": _concluded(one, told),
        "findings": findings,
        "rectification": rectification,
        "rectification_text": words.RECTIFICATIONS[rectification],
        "due": one.due.isoformat() if one.due and rectification != "none" else "",
        **({"objection_text": words.OBJECTED} if one.objected else {}),
    }


def _concluded(one: Inspected, told: Mapping[str, Any]) -> str:
    if one.standing is not Standing.TOLD:
        return words.NOT_CONCLUDED[one.standing]
    unable = told.get("unable", "")
    said = str(told["conclusion_text"])
    if parts.is_offsite(told):
        said = f"{said}（{words.METHODS[OFFSITE]}）"
    return f"{said}（{unable}）" if unable else said


def _finding(problem: Mapping[str, Any], one: Inspected) -> dict[str, str]:
    state = _state(problem, one)
    return {
        "point_no": problem["point_no"],
        "title": problem["title"],
        "severity": problem["severity"],
        "state": state,
        "state_text": words.FINDING_STATES[state],
    }


def _state(problem: Mapping[str, Any], one: Inspected) -> str:
    if problem["fixed_on_spot"]:
        return "on_spot"
    if problem["severity"] == "rectify":
        return one.rectified.get(problems.key_of(problem), "open")
    return "transferred" if problem["severity"] == "transfer" else "guided"


def _rectification(findings: Sequence[Mapping[str, str]], due: date | None, day: date) -> str:
    """How far what was ordered is put right: `none` was ordered, `done`, `under_way`, `overdue`."""
    ordered = [
        one for one in findings if one["severity"] == "rectify" and one["state"] != "on_spot"
    ]
    if not ordered:
        return "none"
    if all(one["state"] in CLOSED for one in ordered):
        return "done"
    return "overdue" if due is not None and due < day else "under_way"
