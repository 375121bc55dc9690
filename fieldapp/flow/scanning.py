"""What a scanned text means for one visit: verified with no network, measured, never followed.

It prepares the payload of `scanned_in` or `scan_mismatch`; whether the act may be made is for the
flow engine, and the officer still has to say why where a reason is due.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from shared import geo, scan, tokens
from shared.events.envelope import Fix
from shared.geo import Crs, Fence, Measured
from shared.keyset import KeySet
from shared.reference import Premise, References, Task
from shared.scan import EnterpriseCode, Licence
from shared.tokens import TokenRefused, TokenType


class Seen(Enum):
    RIGHT = "right"
    MISMATCH = "mismatch"
    REFUSED = "refused"  # an enterprise code that does not verify
    OTHER = "other"  # no enterprise code at all


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReading:
    """`payload` is that of `scanned_in` when RIGHT, of `scan_mismatch` when MISMATCH.

    `code` is the error code to explain when REFUSED or OTHER; `text` what was seen, safe to show.
    `measured` is how far the fix lies from the premise, None where either is unknown; outside of
    it, `scanned_in` also wants `outside_reason`.
    """

    seen: Seen
    text: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    measured: Measured | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a code is judged by. `revoked` are the nonces of codes called back, as known now."""

    references: References
    tasks: tuple[Task, ...]
    keys: KeySet
    revoked: Collection[str]
    fix: Fix | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    method: str
    uscc: str
    premise_id: str | None = None
    kid: str | None = None
    nonce: str | None = None


def read_code(text: str, around: Surroundings) -> CodeReading:
    """Say what a camera's text is for this visit. Never raises for what was scanned."""
    shown = scan.showable(text)
    try:
        code = _code(text, around)
    except TokenRefused as error:
        return CodeReading(seen=Seen.REFUSED, text=shown, code=error.code)
    if code is None:
        return CodeReading(seen=Seen.OTHER, text=shown, code="code_unknown")
    other = next((task for task in around.tasks if not _fits(code, task)), None)
    if other is not None:
        return CodeReading(seen=Seen.MISMATCH, text=shown, payload=_mismatch(code, other))
    measured = measure(around.fix, _premise(code, around))
    return CodeReading(
        seen=Seen.RIGHT, text=shown, payload=_scanned_in(code, measured), measured=measured
    )


def measure(fix: Fix | None, premise: Premise | None) -> Measured | None:
    """How far a fix is from a premise, in WGS-84."""
    if fix is None or premise is None or premise.lat is None or premise.lon is None:
        return None
    centre = geo.to_wgs84(geo.Point(premise.lat, premise.lon), Crs(premise.crs))
    fence = Fence(centre=centre, radius_m=premise.radius_m)
    return geo.measure(geo.Point(fix.lat, fix.lon), fix.acc_m, fence)


def _code(text: str, around: Surroundings) -> _Code | None:
    match scan.decode(text):
        case EnterpriseCode(token):
            claims = tokens.read(
                token,
                TokenType.ENTERPRISE,
                around.keys.public,
                around.now,
                revoked=around.revoked,
            )
            return _Code(
                method="enterprise_code",
                uscc=claims["uscc"],
                premise_id=claims["premise"],
                kid=claims["kid"],
                nonce=claims["nonce"],
            )
        case Licence(uscc):
            return _Code(method="licence", uscc=uscc)
        case _:
            return None


def _fits(code: _Code, task: Task) -> bool:
    return code.uscc == task.uscc and code.premise_id in (None, task.premise_id)


def _premise(code: _Code, around: Surroundings) -> Premise | None:
    known = around.references.premises
    wanted = code.premise_id or next((task.premise_id for task in around.tasks), "")
    return known.get(wanted)


def _mismatch(code: _Code, task: Task) -> dict[str, Any]:
    seen = code.uscc if code.premise_id is None else f"{code.uscc}/{code.premise_id}"
    return {"expected": f"{task.uscc}/{task.premise_id}", "seen": seen}


def _scanned_in(code: _Code, measured: Measured | None) -> dict[str, Any]:
    return {
        "method": code.method,
        "uscc": code.uscc,
        "premise_id": code.premise_id,
        "kid": code.kid,
        "nonce": code.nonce,
        "distance_m": None if measured is None else round(measured.distance_m, 1),
    }
