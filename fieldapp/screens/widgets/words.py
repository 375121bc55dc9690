"""Text that breaks its lines as Chinese wants and takes the height it needs."""

from functools import cache

from kivy.core.text import Label as Measurer
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.label import Label

from fieldapp.screens.kv import load
from fieldapp.screens.widgets.gaps import no_height
from fieldapp.screens.widgets.wrapping import Measure, wrap

EM, LAST_IDEOGRAPH = "一", "鿿"


@cache
def _measure(font_name: str, font_size: float, weight: str) -> Measure:
    ruler = Measurer(font_name=font_name, font_size=font_size, bold=weight == "bold")
    ruler.resolve_font_name()

    @cache
    def width(piece: str) -> float:
        # Each Chinese character is one em wide; to ask for every one of them loads its outline.
        asked = EM if len(piece) == 1 and EM <= piece <= LAST_IDEOGRAPH else piece
        return float(ruler.get_extents(asked)[0])

    return width


class Words(Label):
    """Set `words`; `text` is what is drawn. `most_lines` 0 means as many as it takes."""

    words = StringProperty("")
    most_lines = NumericProperty(0)
    fit = BooleanProperty(defaultvalue=False)
    """Take the width of the words as well, for short texts in a row."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("words", "width", "font_size", "font_name", "bold", "most_lines", "fit"):
            self.fbind(name, self._lay)
        self.fbind("texture_size", self._grow)
        self.fbind("parent", self._grow)
        self._lay()
        self._grow()

    def _grow(self, *_: object) -> None:
        self.height = self.texture_size[1] if self.words else no_height(self)

    def _lay(self, *_: object) -> None:
        measure = _measure(self.font_name, self.font_size, "bold" if self.bold else "regular")
        if self.fit:
            self.text_size = (None, None)
            self.text = self.words
            self.width = measure(self.words) + 2 if self.words else 0
            self._grow()
            return
        room = max(self.width - self.padding[0] - self.padding[2] - 2, self.font_size)
        lines = wrap(self.words, room, measure)
        if self.most_lines and len(lines) > self.most_lines:
            lines = lines[: self.most_lines]
            last = lines[-1]
            while last and measure(last + "…") > room:
                last = last[:-1]
            lines[-1] = last + "…"
        self.text_size = (self.width, None)  # type: ignore[assignment]
        self.text = "\n".join(lines)
        self._grow()


load(__file__)
