"""The five musts as a visit stands: the officer's whole navigation (计划必报备 … 结果必告知)."""

from collections.abc import Mapping
from enum import StrEnum

from shared.flow.stage import Stage
from shared.flow.state import VisitState
from shared.reference import References


class Must(StrEnum):
    FILED = "filed"
    SCANNED = "scanned"
    SHOWN = "shown"
    TRACED = "traced"
    TOLD = "told"


class Progress(StrEnum):
    DONE = "done"
    CURRENT = "current"
    LOCKED = "locked"


_TOLD = frozenset(
    {
        Stage.TOLD,
        Stage.URGENT_TOLD,
        Stage.LEFT,
        Stage.UNABLE_TOLD,
        Stage.UNABLE_LEFT,
        Stage.OFFSITE_TOLD,
        Stage.SEALED,
    }
)
_TRACED = _TOLD | {Stage.SIGNED, Stage.URGENT_SIGNED, Stage.UNABLE, Stage.OFFSITE_UNABLE}


def is_member(state: VisitState, device_id: str) -> bool:
    """Whether this tablet joined a visit that another leads."""
    return device_id in state.tasks_of and state.lead != device_id


def progress(state: VisitState, refs: References, device_id: str) -> Mapping[Must, Progress]:
    """Return each must's standing; the first that is not done is the current one.

    Where nobody enters there is nothing to scan, and that must is left out.
    """
    stage, least = state.stage(device_id), refs.parameters.min_officers
    attested = stage is Stage.OFFSITE_READ and len(state.record_signers(device_id)) >= least
    done = {
        Must.FILED: stage is not Stage.UNOPENED,
        # At a joint visit one entry serves all: the lead scans the enterprise (R31).
        Must.SCANNED: state.scan is not None or is_member(state, device_id),
        Must.SHOWN: len(state.officers_counted(device_id)) >= least,
        Must.TRACED: stage in _TRACED or attested,
        Must.TOLD: stage in _TOLD,
    }
    if state.offsite:
        del done[Must.SCANNED]
    current = next((must for must in done if not done[must]), None)
    return {
        must: Progress.DONE
        if done[must]
        else Progress.CURRENT
        if must is current
        else Progress.LOCKED
        for must in done
    }
