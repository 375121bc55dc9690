"""How an officer likes the tablet to look: palette, language, size of type. Kept for each one.

It lies in the encrypted store with everything else, so the way in is shown as the last officer had
it, and in plain after a restart.
"""

from dataclasses import asdict, dataclass

from fieldapp.store.facts import Facts
from fieldapp.store.opening import Store
from shared.text import Language

LARGE = 1.3
"""How much larger large type is (look and feel: nothing is cut off by it)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    sunlight: bool = False
    large: bool = False
    language: Language = Language.ZH


def kept(store: Store, officer_id: str) -> Look | None:
    """How this officer left it; None for one who never chose."""
    stored = Facts(store).get(_name(officer_id))
    if stored is None:
        return None
    return Look(**{**stored, "language": Language(stored["language"])})


def keep(store: Store, officer_id: str, look: Look) -> None:
    """Remember it until it is changed again."""
    with store.transaction() as tx:
        Facts(store).put(tx, _name(officer_id), asdict(look))


def _name(officer_id: str) -> str:
    return f"look:{officer_id}"
