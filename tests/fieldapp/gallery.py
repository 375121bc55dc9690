"""`make gallery`: a picture of every screen, in both languages, lying and upright.

Fails on a picture with fewer than 50 colours, on two alike, and on words or targets laid out badly.
"""

import sys
import tempfile
from pathlib import Path

from fieldapp import language
from shared.text import Language
from tests.fieldapp.screens import walk
from tests.fieldapp.screens.album import Album
from tests.fieldapp.screens.bench import new_bench_in, set_to_work

FOLDER = Path("gallery-output")


def main(folder: Path, *, keep: bool) -> None:
    """Walk the app and leave what is seen in `folder`; `keep` makes new reference pictures."""
    language.use(Language.ZH)
    with tempfile.TemporaryDirectory() as data:
        with new_bench_in(Path(data) / "first") as bench:
            album = Album(bench.robot, folder, keep=keep)
            walk.inspect(bench, album)
            walk.hand_in(bench, album)
        with new_bench_in(Path(data) / "second") as bench:
            album.move_to(bench.robot)
            walk.look_aside(set_to_work(bench), album)
    pictures = sorted(folder.glob("*.png"))
    sys.stdout.write(f"{len(pictures)} pictures in {folder}\n")
    if album.faults:
        sys.exit("\n".join(album.faults))


if __name__ == "__main__":
    said = [each for each in sys.argv[1:] if each != "--keep"]
    main(Path(said[0]) if said else FOLDER, keep="--keep" in sys.argv)
