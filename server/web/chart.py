"""Small charts as the server draws them: bars from zero, in numbers a template can write as SVG.

No script, no style: what a bar is comes from a class, where it is from its attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

WIDTH, HEIGHT = 250, 96
GAP = 0.28
NICE = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar in the box of `WIDTH` × `HEIGHT`; without height where there is no value."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars under a top value, which is the first nice number above them all."""

    bars: tuple[Bar, ...]
    top: float
    width: int = WIDTH
    height: int = HEIGHT


def bars(labels: Sequence[str], values: Sequence[float | None], *, least: float = 1) -> Chart:
    """A chart of `values`; its top is at least `least`, its foot is always zero."""
    top = _nice(max([least, *(value for value in values if value is not None)]))
    step = WIDTH / max(len(values), 1)
    return Chart(
        top=top,
        bars=tuple(
            Bar(
                x=round(step * n + step * GAP / 2, 1),
                y=round(HEIGHT - _height(value, top), 1),
                width=round(step * (1 - GAP), 1),
                height=round(_height(value, top), 1),
                label=label,
                value=value,
            )
            for n, (label, value) in enumerate(zip(labels, values, strict=True))
        ),
    )


def _height(value: float | None, top: float) -> float:
    """In the units of the box; what is not nothing is never drawn as nothing."""
    if not value:
        return 0.0
    return max(2.0, HEIGHT * value / top)


def _nice(value: float) -> float:
    scale = 10.0 ** floor(log10(value))
    return next(nice * scale for nice in NICE if nice * scale >= value - 1e-9)
