"""The orchestrator's end of the pipe to the tablet's process."""

import json
import queue
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.system.demo.breaking import Break
from tests.system.demo.processes import Child, Children
from tests.system.demo.timeline import Failed

LABEL = 6  # shorter texts are names of buttons
MOST_SHOWN = 300
LONGEST_ACT_S = 90.0


@dataclass
class TabletTalk:
    """A running tablet. An act that fails, or takes for ever, is a `Failed`."""

    child: Child
    cpu_s: dict[str, float] = field(default_factory=dict)
    """What each act cost the tablet's processor."""
    _answers: "queue.Queue[str]" = field(default_factory=queue.Queue)

    @classmethod
    def start(
        cls,
        children: Children,
        *,
        folder: Path,
        screens: Path,
        environment: dict[str, str],
        broken: Break,
    ) -> "TabletTalk":
        command = [
            sys.executable,
            *("-m", "tests.system.demo.tablet", str(folder), str(screens)),
            *(("--broken", str(broken)) if broken is Break.TOUCH else ()),
        ]
        talk = cls(children.start("tablet", command, environment, talks=True))
        threading.Thread(target=talk._listen, daemon=True).start()
        return talk

    def do(self, act: str, **how: object) -> dict[str, Any]:
        """Have one thing done; returns what was seen."""
        pipe = self.child.process.stdin
        assert pipe is not None
        try:
            pipe.write(json.dumps({"do": act, "with": how}, ensure_ascii=False) + "\n")
            pipe.flush()
            line = self._answers.get(timeout=LONGEST_ACT_S)
        except BrokenPipeError:
            line = ""
        except queue.Empty:
            raise Failed(f"平板没有应答 the tablet does not answer: {act}") from None
        if not line:
            code = self.child.process.wait()
            raise Failed(f"平板程序已退出 the tablet's process ended with {code}: {act}")
        said: dict[str, Any] = json.loads(line)
        self.cpu_s[act] = said.get("cpu_s", 0.0)
        if "failed" in said:
            seen = " / ".join(words for words in said.get("sees", []) if len(words) > LABEL)
            raise Failed(f"平板 tablet: {said['failed']}（屏上 on screen: {seen[:MOST_SHOWN]}）")
        return said

    def _listen(self) -> None:
        pipe = self.child.process.stdout
        assert pipe is not None
        for line in pipe:
            self._answers.put(line)
        self._answers.put("")
