"""`make gallery`: a picture of every screen: both languages, lying and upright, large type too.

Fails on a picture with fewer than 50 colours, on two alike, and on words or targets laid out badly.
"""

import sys
import tempfile
from pathlib import Path

from fieldapp import language
from shared import crypto
from shared.text import Language
from tests.fieldapp.screens import walk
from tests.fieldapp.screens.album import Album
from tests.fieldapp.screens.bench import new_bench_in, set_to_work, with_rules_and_facts

FOLDER = Path("gallery-output")
CONTACT_KEY = crypto.sealing_public(b"g" * 32)


def main(folder: Path, *, keep: bool) -> None:
    """Walk the app and leave what is seen in `folder`; `keep` makes new reference pictures."""
    language.use(Language.ZH)
    faults = [*_walk(folder, keep=keep), *_walk(folder, large=True)]
    pictures = sorted(folder.glob("*.png"))
    sys.stdout.write(f"{len(pictures)} pictures in {folder}\n")
    if faults:
        sys.exit("\n".join(faults))


def _walk(folder: Path, *, keep: bool = False, large: bool = False) -> list[str]:
    """Everything once, on three tablets; what is laid out badly."""
    with tempfile.TemporaryDirectory() as data:
        with new_bench_in(Path(data) / "first") as bench:
            album = Album(bench.robot, folder, keep=keep, large=large)
            if large:
                walk.enlarge(bench)
            walk.inspect(bench, album)
            walk.hand_in(bench, album)
        with new_bench_in(Path(data) / "second") as bench:
            album.move_to(bench.robot)
            set_to_work(bench)
            if large:
                walk.enlarge(bench)
            walk.look_aside(bench, album)
        with new_bench_in(Path(data) / "third") as bench:
            bench.field.platform.settings["contact_key"] = {"id": "f1", "public": CONTACT_KEY}
            album.move_to(with_rules_and_facts(bench).robot)
            if large:
                walk.enlarge(bench)
            walk.look_at_what_is_known(bench, album)
    return album.faults


if __name__ == "__main__":
    said = [each for each in sys.argv[1:] if each != "--keep"]
    main(Path(said[0]) if said else FOLDER, keep="--keep" in sys.argv)
