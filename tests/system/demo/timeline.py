"""What happened when: one line per scene on the screen as it goes, and timeline.json at the end."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

from server.clock import SystemClock
from shared import rfc3339
from shared.text import Text

Fact = str | int | float | bool | list[str]


class Failed(Exception):
    """The demonstration saw something that is not as it must be."""


def check(truth: object, what: str) -> None:
    """Raise `Failed` unless it is so; `what` says what was found instead, Chinese first."""
    if not truth:
        raise Failed(what)


def wait_for(look: Callable[[], object], what: str, *, seconds: float) -> None:
    """Look again and again until it is so; `Failed` when the time is over."""
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise Failed(f"{what}（等了 {seconds:.0f} 秒 waited）")
        time.sleep(0.05)


@dataclass
class Line:
    """A scene as it went. `facts` are what was seen; the first is shown on the screen."""

    no: int
    title: Text
    began_s: float
    at: datetime
    took_s: float = 0.0
    ended: str = "running"
    problem: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def show(self, *words: object) -> None:
        """Add to the end of the line on the screen."""
        self.shown += [str(word) for word in words]

    def note(self, **facts: Fact) -> None:
        """Keep for timeline.json."""
        self.facts |= facts

    def as_object(self) -> dict[str, object]:
        return {
            "no": self.no,
            "title": {"zh": self.title.zh, "en": self.title.en},
            "at": rfc3339.write(self.at),
            "began_s": round(self.began_s, 3),
            "took_s": round(self.took_s, 3),
            "ended": self.ended,
            "shown": self.shown,
            "facts": self.facts,
            **({"problem": self.problem} if self.problem else {}),
        }


@dataclass
class Timeline:
    total: int
    out: TextIO = field(default_factory=lambda: sys.stdout)
    lines: list[Line] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._began

    @contextmanager
    def scene(self, title: Text) -> Iterator[Line]:
        """Time a scene, print its line when it is over, well or not."""
        line = Line(len(self.lines) + 1, title, self.elapsed, SystemClock().now())
        self.lines.append(line)
        try:
            yield line
        except BaseException as error:
            line.ended, line.problem = "failed", str(error) or type(error).__name__
            raise
        else:
            line.ended = "done"
        finally:
            line.took_s = self.elapsed - line.began_s
            self._print(line)

    def write(self, path: Path, **facts: object) -> None:
        """Write everything that was seen; called whether it went well or not."""
        said = {
            "took_s": round(self.elapsed, 3),
            **facts,
            "scenes": [line.as_object() for line in self.lines],
        }
        path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def _print(self, line: Line) -> None:
        mark = "✓" if line.ended == "done" else "✗"
        words = [f"{line.title.zh} {line.title.en}", *line.shown]
        if line.problem:
            words.append(line.problem)
        print(
            f"[{self.elapsed:5.1f} s] {line.no:02d}/{self.total} {mark} {' · '.join(words)}",
            file=self.out,
            flush=True,
        )
