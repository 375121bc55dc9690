"""Small drawings beside words, as SVG in the page: no font to wait for, no style to allow.

An icon never stands alone for a meaning; the word beside it does.
"""

import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from server.web import assets

FOLDER = "@tabler/icons/icons/outline"
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_GROUND = re.compile(r'<path stroke="none"[^>]*/>')


def icon(name: str, kind: str = "") -> Markup:
    """The drawing `name` of Tabler's outline set; `kind` is one more class of it."""
    shapes = _shapes(assets.node_modules() / FOLDER / f"{name}.svg")
    return Markup(
        '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" '
        'aria-hidden="true" focusable="false">{}</svg>'
    ).format(kind, shapes)


@lru_cache(maxsize=256)
def _shapes(path: Path) -> Markup:
    found = _SHAPES.search(path.read_text(encoding="utf-8"))
    inner = _GROUND.sub("", found[1]) if found else ""
    return Markup(" ".join(inner.split()))  # noqa: S704 -- a file of the package, not a user's text
