"""Ogg sound: whether every page is whole.

Source: RFC 3533, pages that begin with `OggS` and say how long each of their segments is.
"""

from shared.files.octets import Broken, Octets

_HEAD, _COUNT_AT = 27, 26


def check(data: Octets) -> None:
    """Raise `Broken` unless whole pages fill the file."""
    at = 0
    while at < len(data):
        head = data[at : at + _HEAD]
        if len(head) < _HEAD or not head.startswith(b"OggS"):
            raise Broken("The sound is cut off.")
        segments = data[at + _HEAD : at + _HEAD + head[_COUNT_AT]]
        at += _HEAD + head[_COUNT_AT] + sum(segments)
    if at != len(data):
        raise Broken("The sound is cut off.")
