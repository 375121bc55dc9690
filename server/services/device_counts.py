"""A tablet's own count of its events: how far it goes, and which numbers are not here. Pure."""

from collections.abc import Iterable, Sequence

Span = list[int]
"""[first, last], both included."""


def note(last: int, missing: Sequence[Span], seqs: Iterable[int]) -> tuple[int, list[Span]]:
    """The highest number and what is missing below it, once `seqs` have come too."""
    spans = [list(span) for span in missing]
    for seq in sorted(set(seqs)):
        if seq > last:
            if seq > last + 1:
                spans.append([last + 1, seq - 1])
            last = seq
        else:
            spans = [part for span in spans for part in _without(span, seq)]
    return last, spans


def whole_up_to(last: int, missing: Sequence[Span]) -> int:
    """The number up to which none is missing."""
    return missing[0][0] - 1 if missing else last


def beyond(spans: Sequence[Span], accepted: Iterable[Span]) -> list[Span]:
    """What of `spans` none of `accepted` covers."""
    left = [list(span) for span in spans]
    for first, last in accepted:
        left = [part for span in left for part in _outside(span, first, last)]
    return left


def _outside(span: Span, first: int, last: int) -> list[Span]:
    parts = ([span[0], min(span[1], first - 1)], [max(span[0], last + 1), span[1]])
    return [part for part in parts if part[0] <= part[1]]


def _without(span: Span, seq: int) -> list[Span]:
    return _outside(span, seq, seq)
