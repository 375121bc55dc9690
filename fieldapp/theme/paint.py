"""The colours of the tablet, as the look of the product names them. A screen never mixes its own.

Text stands at 7:1 or more on what it lies on; a test computes it. A colour never says something
alone: an icon or a word says it too.
"""

from dataclasses import dataclass
from typing import Any

Colour = tuple[float, float, float, float]


def colour(hex_: str, alpha: float = 1.0) -> Colour:
    """`#RRGGBB` as Kivy wants it: four parts of 0..1."""
    red, green, blue = (int(hex_[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue, alpha


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """`quiet` is for what explains, `locked` for what cannot be done now, `line` for hairlines."""

    ink: Colour
    quiet: Colour
    paper: Colour
    ground: Colour
    line: Colour
    locked: Colour
    primary: Colour
    pressed: Colour
    tint: Colour
    on_primary: Colour
    problem: Colour
    problem_tint: Colour
    caution: Colour
    caution_tint: Colour
    fine: Colour
    fine_tint: Colour
    information: Colour
    information_tint: Colour
    shade: Colour
    clear: Colour
    hair: float
    """Half the width of an outline, in dp, as Kivy draws lines."""

    def tone(self, name: str) -> Colour:
        """The strong colour of `fine`, `caution`, `problem`, `information`; else the primary."""
        return {
            "fine": self.fine,
            "caution": self.caution,
            "problem": self.problem,
            "information": self.information,
            "quiet": self.quiet,
        }.get(name, self.primary)

    def tone_tint(self, name: str) -> Colour:
        """The pale ground that goes with `tone`."""
        return {
            "fine": self.fine_tint,
            "caution": self.caution_tint,
            "problem": self.problem_tint,
            "information": self.information_tint,
            "quiet": self.locked,
        }.get(name, self.tint)


CALM = Palette(
    ink=colour("#16211F"),
    quiet=colour("#3F4C49"),
    paper=colour("#FFFFFF"),
    ground=colour("#F3F6F5"),
    line=colour("#CBD5D2"),
    locked=colour("#E3E9E7"),
    primary=colour("#0B5F53"),
    pressed=colour("#084A41"),
    tint=colour("#DCEBE7"),
    on_primary=colour("#FFFFFF"),
    problem=colour("#B3261E"),
    problem_tint=colour("#FBE9E7"),
    caution=colour("#9A5B00"),
    caution_tint=colour("#FDF1DC"),
    fine=colour("#1E6B3A"),
    fine_tint=colour("#E1F2E6"),
    information=colour("#1F4E8C"),
    information_tint=colour("#E4EDF8"),
    shade=colour("#16211F", 0.55),
    clear=(0.0, 0.0, 0.0, 0.0),
    hair=0.6,
)

SUNLIGHT = Palette(
    ink=colour("#000000"),
    quiet=colour("#000000"),
    paper=colour("#FFFFFF"),
    ground=colour("#FFFFFF"),
    line=colour("#000000"),
    locked=colour("#E6E6E6"),
    primary=colour("#00332C"),
    pressed=colour("#000000"),
    tint=colour("#DDEEE9"),
    on_primary=colour("#FFFFFF"),
    problem=colour("#7A0500"),
    problem_tint=colour("#FFFFFF"),
    caution=colour("#4A2B00"),
    caution_tint=colour("#FFFFFF"),
    fine=colour("#003A17"),
    fine_tint=colour("#FFFFFF"),
    information=colour("#00244F"),
    information_tint=colour("#FFFFFF"),
    shade=colour("#000000", 0.7),
    clear=(0.0, 0.0, 0.0, 0.0),
    hair=1.0,
)
"""Pure black on white and lines of 2 dp, for a tablet in the sun."""


class Paint:
    """The palette that is worn now; widgets made from then on are drawn in it."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette

    def wear(self, palette: Palette) -> None:
        """Change the palette; what stands on the screen must be built again."""
        self.palette = palette

    def __getattr__(self, name: str) -> Any:
        return getattr(self.palette, name)


paint = Paint(CALM)
