"""Choosing a file on a desk: the system's own chooser through plyer, or the one a setting names."""

import os
import warnings
from pathlib import Path

from fieldapp.errors import PickFailed
from fieldapp.ports.files import PickedFile

SETTING = "MINGCHA_FIELD_FILE"

# What plyer raises where the desktop has no chooser of its own.
_MISSING = (NotImplementedError, ImportError, OSError, AttributeError)


class DesktopFilePicker:
    """`source` is a file that counts as chosen; without one the person is asked."""

    def __init__(self, source: str = "") -> None:
        self._source = source

    @classmethod
    def from_environment(cls) -> "DesktopFilePicker":
        return cls(os.environ.get(SETTING, ""))

    def pick(self, *, most_bytes: int) -> PickedFile | None:
        path = Path(self._source) if self._source else _asked()
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                return PickedFile(data=file.read(most_bytes + 1), name=path.name)
        except OSError as error:
            raise PickFailed("The file cannot be read.") from error


def _asked() -> Path | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of every chooser it does not find
            from plyer import filechooser  # late: it looks through a desktop's programs

            chosen = filechooser.open_file(multiple=False)
    except _MISSING as error:
        raise PickFailed("There is no chooser here.") from error
    return Path(chosen[0]) if chosen else None
