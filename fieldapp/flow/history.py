"""What a visit's journal adds up to, folded once and kept until somebody appends."""

from dataclasses import dataclass, replace

from fieldapp.store.journal import Journal
from shared.chain import NO_PREVIOUS
from shared.flow import engine
from shared.flow.state import VisitState
from shared.reference import References


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state after `head`, the hash of the last event; before the first it is empty."""

    device_id: str
    task_ids: tuple[str, ...]
    head: str = NO_PREVIOUS
    seq: int = 0
    state: VisitState


class History:
    """`begun` is where a visit stands that has no event yet."""

    def __init__(
        self, journal: Journal, visit_id: str, references: References, *, begun: Standing
    ) -> None:
        self._journal = journal
        self._visit_id = visit_id
        self._references = references
        self._last = begun
        self._read_at: int | None = None

    def now(self) -> Standing:
        """Where the visit stands, from memory when nothing was written since.

        A screen asks dozens of times a touch: the store is asked once a change.
        """
        standing = self._journal.standing  # before the head, so that no change falls between
        if standing is None or standing != self._read_at:
            head = self._journal.head(self._visit_id)
            if head is not None and head.hash != self._last.head:
                self._last = self._fold()
            self._read_at = standing
        return self._last

    def _fold(self) -> Standing:
        events = self._journal.events(self._visit_id)
        state = VisitState()
        for event in events:
            state = engine.apply(state, event, self._references)
        newest = events[-1]
        return replace(
            self._last,
            device_id=newest.device_id,
            task_ids=events[0].task_ids,
            head=newest.hash,
            seq=newest.seq,
            state=state,
        )
