"""Child processes that never outlive the demonstration, each with its own log."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.servers import LOOPBACK, find
from tests.system.demo.timeline import Failed

BINARIES = Path(sys.executable).parent
PATIENCE = 60.0
TAIL = 12


@dataclass
class Child:
    """One running program; `stdin` and `stdout` are pipes when it is talked to."""

    name: str
    process: subprocess.Popen[str]
    log: Path
    files: list[IO[bytes]] = field(default_factory=list)

    def stop(self) -> int:
        """End it as an operator would (SIGTERM) and wait; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.wait()

    def hang_up(self) -> None:
        """Say no more: the tablet ends by that alone, since its window takes SIGTERM for itself."""
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def tail(self) -> list[str]:
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]


@dataclass
class Children:
    """Everything that was started, to be ended whatever happens."""

    logs: Path
    all: list[Child] = field(default_factory=list)

    def start(
        self, name: str, command: Sequence[str | Path], env: Mapping[str, str], *, talks: bool
    ) -> Child:
        """Start a program whose log is logs/<name>.log; it dies with us even if we are killed."""
        log = self.logs / f"{name}.log"
        with log.open("ab") as sink:
            process = subprocess.Popen(
                [find("setpriv"), "--pdeathsig", "TERM", *command],
                env={**os.environ, **env},
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else sink,
                stderr=sink,
                text=True,
                encoding="utf-8",
            )
        child = Child(name, process, log)
        self.all.append(child)
        return child

    def run(
        self, name: str, command: Sequence[str | Path], env: Mapping[str, str], *, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; what it says goes into its log and comes back."""
        done = subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )
        with (self.logs / f"{name}.log").open("a", encoding="utf-8") as sink:
            sink.write(done.stdout + done.stderr)
        return done

    def end_all(self) -> None:
        for child in reversed(self.all):
            child.hang_up()
            if child.process.poll() is None:
                child.process.terminate()
        for child in reversed(self.all):
            try:
                child.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()

    def last_words(self) -> list[str]:
        """The last lines of every log, for a report of what went wrong."""
        said = []
        for log in sorted(self.logs.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]
            said += [f"--- {log.name}", *lines]
        return said


def mingcha(*words: str) -> list[str | Path]:
    """The installed command, as an operator calls it."""
    command = BINARIES / "mingcha"
    if not command.exists():
        found = shutil.which("mingcha")
        if found is None:
            raise Failed("没有 mingcha 命令，请先 make setup（mingcha is not installed）")
        command = Path(found)
    return [command, *words]


def answers(port: int) -> str:
    """What knocking at a port of this machine says: `open`, or the error's name."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2):
            return "open"
    except OSError as error:
        return type(error).__name__
