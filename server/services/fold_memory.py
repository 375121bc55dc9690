"""Visits under way as this process folded them last: an event is folded once, not by each push.

A visit that comes in pieces would otherwise be folded from its beginning each time. What is
remembered is a hint and never an answer: `visit_fold.fold` goes on from it only where it is what
the beginning of the visit, as it was just loaded, would be folded to. So it may be of a transaction
that was undone, of a database that was restored, or behind what another process took in.
"""

from server.remembering import Remembered
from server.services import visit_fold
from server.services.visit_fold import Folded, Material

MOST = 128
"""Visits that are remembered, some 50 KB each."""


class FoldMemory:
    """The `most` visits that were folded last and are not whole yet."""

    def __init__(self, most: int = MOST) -> None:
        self._folded = Remembered[str, Folded](most)

    def fold(self, material: Material) -> Folded:
        """Fold a visit, from where this process left it if that still stands."""
        visit_id = material.visit_id
        folded = visit_fold.fold(material, self._folded.get(visit_id))
        if folded.complete:
            self._folded.forget(visit_id)
        else:
            self._folded.put(visit_id, folded)
        return folded


OF_THIS_PROCESS = FoldMemory()
