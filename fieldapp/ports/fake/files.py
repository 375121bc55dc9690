"""A person who chooses the files that the test put there, in order; None chooses nothing."""

from fieldapp.errors import PickFailed
from fieldapp.ports.files import PickedFile


class FakeFilePicker:
    def __init__(self, *files: PickedFile | None) -> None:
        self.files = list(files)

    def pick(self, *, most_bytes: int) -> PickedFile | None:
        if not self.files:
            raise PickFailed("Nothing is there to be chosen.")
        chosen = self.files.pop(0)
        if chosen is None:
            return None
        return PickedFile(data=chosen.data[: most_bytes + 1], name=chosen.name)
