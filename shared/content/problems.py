"""The problems of a result, named so that what is said of one is said of the same one later."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shared import crypto
from shared.canonical import canonical
from shared.content import words

KEY_LETTERS = 16
REVISED = "（经异议复核变更）"


def key_of(problem: Mapping[str, Any]) -> str:
    """What a problem is called: the same in every version of its result that still has it."""
    named = [problem["point_no"], problem["title"], problem["note"]]
    return crypto.sha256_hex(canonical(named))[:KEY_LETTERS]


def to_rectify(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The problems that are still to be put right, by key."""
    return {
        key_of(problem): problem
        for problem in content["problems"]
        if problem["severity"] == "rectify" and not problem["fixed_on_spot"]
    }


def without(
    content: Mapping[str, Any], withdrawn: Collection[str], review: Mapping[str, Any]
) -> dict[str, Any]:
    """A result from which some problems are taken, and its conclusion as it follows then.

    `review` says by what decision, and stands in the content, so that it is under its hash.
    """
    left = [p for p in content["problems"] if key_of(p) not in withdrawn]
    conclusion = _conclusion(left)
    return {
        **content,
        "problems": left,
        "conclusion": conclusion,
        "conclusion_text": words.CONCLUSIONS[conclusion] + REVISED,
        "rectify_within_workdays": (
            content["rectify_within_workdays"] if conclusion == "rectify" else None
        ),
        "guidance": [p["note"] or p["title"] for p in left if p["severity"] == "guidance"],
        "review": dict(review),
    }


def _conclusion(problems: Sequence[Mapping[str, Any]]) -> str:
    if not problems:
        return "no_problem"
    left = {problem["severity"] for problem in problems if not problem["fixed_on_spot"]}
    for severity in ("transfer", "rectify", "guidance"):
        if severity in left:
            return severity
    return "fixed_on_spot"
