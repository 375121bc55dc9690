"""A document as it is issued: drawn, then sealed. Drawing may be repeated; sealing may not."""

from datetime import datetime
from functools import lru_cache

from server.documents.press import Press
from server.documents.sealing import Look, Sealer
from server.documents.sheet import Sheet

DEVELOPMENT = "仅供开发测试"
FACES = 500
"""Faces kept in memory: a few kilobytes for each agency that issues."""


def issue(press: Press, sealer: Sealer, sheet: Sheet, at: datetime) -> bytes:
    """The sheet drawn and signed at `at`, with the agency's seal where its paper has a place."""
    drawn = press.draw(sheet)
    if drawn.place is None:
        return sealer.seal(drawn.pdf, at=at, look=None)
    below = DEVELOPMENT if sealer.is_development else ""
    face = _face(press, sheet.content["agency"]["name"], below)
    return sealer.seal(drawn.pdf, at=at, look=Look(face=face, place=drawn.place))


@lru_cache(FACES)
def _face(press: Press, agency_name: str, below: str) -> bytes:
    return press.seal_face(agency_name, below)
