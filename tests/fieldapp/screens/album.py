"""Looks at the app at each stop of a walk, in both languages, lying and upright.

Used by the test that walks a whole inspection and by `make gallery`, which keeps the pictures.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from itertools import count
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from fieldapp import language
from shared.text import Language
from tests.fieldapp.screens.layout import badly_laid
from tests.robot import Robot

LYING, UPRIGHT = (1280, 800), (800, 1280)
LOOKS = (
    (Language.EN, LYING),
    (Language.EN, UPRIGHT),
    (Language.ZH, UPRIGHT),
    (Language.ZH, LYING),
)
QUICK_LOOKS = LOOKS[:2]
"""One thing is changed at a time, and the last is how the window lies: a layout costs most."""
LEAST_COLOURS = 50
REFERENCES = Path(__file__).parent / "pictures"
MAIN = ("today", "scanned", "credential", "checklist", "result")
"""The screens that are compared with a picture kept beside this file."""
SHRUNK = 4
TOLERANCE = 6.0
"""Mean difference of brightness, of 255; fonts differ a little from one system to the next."""


class Pictures(Enum):
    """How many are taken; the layout is looked at all the same."""

    ALL = auto()
    SOME = auto()
    """Those that have a reference, and one of each other stop: of the next, the next look."""
    NONE = auto()
    """The layout alone, in the language with the longer words."""


class Album:
    """`take` raises `AssertionError` for a blank picture or one taken before.

    Large type has pictures of its own, and no references.
    """

    def __init__(
        self,
        robot: Robot,
        folder: Path,
        *,
        keep: bool = False,
        large: bool = False,
        pictures: Pictures = Pictures.ALL,
    ) -> None:
        self._robot = robot
        self._keep = keep
        self._large = large
        self._pictures = pictures
        self._folder = folder
        self._number = count(1)
        self._seen: dict[bytes, str] = {}
        self.faults: list[str] = []
        """What is cut off, runs out of its place or is too small to touch."""

    def move_to(self, robot: Robot) -> None:
        """Go on with another running app."""
        self._robot = robot

    def take(self, name: str) -> None:
        """Look at what is shown now, in each language and both ways round."""
        number = next(self._number)
        stop = f"{number:02d}-{name}{'-large' if self._large else ''}"
        looks = QUICK_LOOKS if self._pictures is Pictures.NONE else LOOKS
        with turning(self._robot) as turn:
            for turns, (tongue, size) in enumerate(looks):
                self._speak(tongue)
                turn(size)
                way = "upright" if size is UPRIGHT else "lying"
                self._check(f"{stop}-{tongue}-{way}")
                main = name in MAIN and tongue is Language.ZH and not self._large
                if not (main or self._wants(number, turns)):
                    continue
                picture = self._look(f"{stop}-{tongue}-{way}")
                if main:
                    self._compare(picture, f"{name}-{way}")

    def _wants(self, number: int, turns: int) -> bool:
        if self._pictures is Pictures.SOME:
            return number % len(LOOKS) == turns
        return self._pictures is Pictures.ALL

    def _speak(self, tongue: Language) -> None:
        if language.current() is not tongue:
            self._robot.app.shell.dispatch("on_language")
            self._robot.tick(0)

    def _look(self, name: str) -> Path:
        path = self._robot.shot(self._folder / f"{name}.png")
        with Image.open(path) as picture:
            colours = picture.getcolors(picture.width * picture.height) or ()
            pixels = picture.tobytes()
        assert len(colours) >= LEAST_COLOURS, f"{name} is blank"
        twin = self._seen.setdefault(pixels, name)
        assert twin == name, f"{name} looks like {twin}"
        return path

    def _check(self, name: str) -> None:
        self.faults += [f"{name}: {fault}" for fault in badly_laid(self._robot)]

    def _compare(self, path: Path, name: str) -> None:
        """Note where a screen differs from its reference, or keep it as the new one."""
        with Image.open(path) as picture:
            size = (picture.width // SHRUNK, picture.height // SHRUNK)
            small = picture.convert("L").resize(size, Image.Resampling.BOX)
        reference = REFERENCES / f"{name}.png"
        if self._keep:
            REFERENCES.mkdir(exist_ok=True)
            small.save(reference, optimize=True)
            return
        with Image.open(reference) as kept:
            differs = ImageStat.Stat(ImageChops.difference(small, kept.convert("L"))).mean[0]
        if differs > TOLERANCE:
            self.faults.append(f"{path.name} differs from its reference by {differs:.1f}")


@contextmanager
def turning(robot: Robot) -> Iterator[Callable[[tuple[int, int]], None]]:
    """Lay the app out for a tablet held so; the offscreen window itself cannot be turned."""
    shell = robot.app.shell

    def turn(size: tuple[int, int]) -> None:
        shell.size_hint, shell.size = (None, None), size
        robot.tick(0.05)

    yield turn
    shell.size_hint = (1, 1)
    robot.tick(0.05)
