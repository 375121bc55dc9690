"""A PIN while it is typed. It lives in memory only, and only until it was tried."""

from fieldapp.language import _

ERASE = "erase"
LEAST_DIGITS = 6
MOST_DIGITS = 12


class PinDraft:
    def __init__(self) -> None:
        self._digits = ""

    @property
    def digits(self) -> str:
        return self._digits

    @property
    def count(self) -> int:
        return len(self._digits)

    def press(self, key: str) -> None:
        """A figure, or `ERASE` for the last one; more than twelve are not taken."""
        if key == ERASE:
            self._digits = self._digits[:-1]
        elif key.isdecimal() and self.count < MOST_DIGITS:
            self._digits += key

    def clear(self) -> None:
        self._digits = ""

    def missing(self, name: str = "") -> str:
        """What is still to be typed; empty when there are enough figures."""
        if self.count >= LEAST_DIGITS:
            return ""
        if name:
            return _("请{name}本人输入 PIN（至少 6 位）。").format(name=name)
        return _("请输入 PIN（至少 6 位）。")
