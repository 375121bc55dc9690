"""How a part that is not there takes back the gap its column would leave for it."""

from typing import Any

from kivy.uix.boxlayout import BoxLayout


def no_height(widget: Any) -> float:
    """The height of nothing: in a column, minus the column's spacing."""
    parent = widget.parent
    if isinstance(parent, BoxLayout) and parent.orientation == "vertical":
        return -float(parent.spacing)
    return 0.0
