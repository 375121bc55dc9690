"""Run the demonstration; exit code 0 if everything was as it must be.

python -m tests.system.demo            # or: make demo
DEMO_BREAK=touch|decoder|smtp|server|signature make demo
"""

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from tests.servers import smtp_server
from tests.system.demo import breaking
from tests.system.demo.breaking import Break
from tests.system.demo.play import Folders, Play
from tests.system.demo.processes import Children
from tests.system.demo.script import SCENES
from tests.system.demo.timeline import Timeline

OUT = Path("demo-output")


def main() -> int:
    try:
        broken = breaking.asked_for(os.environ)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _end)
    timeline = Timeline(len(SCENES))
    print(f"明察演示 Mingcha demonstration → {OUT}/", flush=True)
    with ExitStack() as stack:
        folders = Folders.fresh(OUT, stack)
        children = Children(folders.out / "logs")
        stack.callback(children.end_all)
        mail = stack.enter_context(smtp_server())
        if broken is Break.SMTP:
            mail.reply = "554 5.7.1 Refused"
        play = Play(broken, folders, children, mail, stack)
        return _perform(play, timeline)


def _perform(play: Play, timeline: Timeline) -> int:
    ended, code = "failed", 1
    try:
        for title, act in SCENES:
            with timeline.scene(title) as line:
                act(play, line)
        ended, code = "done", 0
    except Exception as error:  # noqa: BLE001 -- whatever it was, it is shown and the run has failed
        _explain(play, timeline, error)
    finally:
        cpu_s = play.tablet_.cpu_s if play.tablet_ else {}
        timeline.write(
            play.folders.out / "timeline.json",
            ended=ended,
            broken=str(play.broken),
            tablet_cpu_s=cpu_s,
        )
    if code == 0:
        print(f"演示完成 done in {timeline.elapsed:.1f} s", flush=True)
    return code


def _explain(play: Play, timeline: Timeline, error: Exception) -> None:
    line = timeline.lines[-1]
    if play.pages_ is not None:
        play.pages_.last_looks()
    for words in play.children.last_words():
        print(f"    {words}")
    if play.broken is not Break.NOTHING:
        print(f"    DEMO_BREAK={play.broken}")
    title = f"{line.title.zh} {line.title.en}"
    problem = str(error) or type(error).__name__
    print(f"演示失败 DEMO FAILED: {line.no:02d} {title}: {problem}", flush=True)


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
