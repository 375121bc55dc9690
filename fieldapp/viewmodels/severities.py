"""How grave a problem is, as the three segments that checklist and findings off the list share."""

from collections.abc import Iterator

from fieldapp.language import _
from fieldapp.viewmodels.parts import Choice


def severities(chosen: str) -> Iterator[Choice]:
    """The three, with the chosen one marked (R62)."""
    for key, label, tone in (
        ("guidance", _("指导改进"), "information"),
        ("rectify", _("责令改正"), "caution"),
        ("transfer", _("移送处理"), "problem"),
    ):
        yield Choice(key=key, label=label, chosen=key == chosen, tone=tone)
