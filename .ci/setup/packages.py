"""What the system must offer, how to see that it does, and which Debian package brings it.

Things are looked for as commands and files, not as packages: a browser may well have been installed
some other way.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

POSTGRESQL = Path("/usr/lib/postgresql")
NOTO = Path("/usr/share/fonts/opentype/noto")
# Named by its Maven coordinates: in /usr/share/java it is just "core.jar".
ZXING = Path("/usr/share/maven-repo/com/google/zxing/core/debian/core-debian.jar")


def command(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def file(path: str | Path) -> Callable[[], bool]:
    return lambda: Path(path).exists()


def library(name: str) -> Callable[[], bool]:
    return lambda: any(
        folder.is_dir() and any(folder.glob(f"lib{name}.so*"))
        for folder in (Path("/usr/lib"), Path("/usr/lib64"), *Path("/usr/lib").glob("*-linux-gnu*"))
    )


def header(name: str) -> Callable[[], bool]:
    return lambda: any(
        (folder / name).exists() for folder in (Path("/usr/include"), Path("/usr/local/include"))
    )


def python_header() -> bool:
    return Path(sysconfig.get_path("include"), "Python.h").exists()


def python_venv() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def opengl_driver() -> bool:
    return any(Path("/usr/lib").glob("*-linux-gnu*/dri/*_dri.so"))


def postgresql() -> bool:
    return shutil.which("initdb") is not None or any(POSTGRESQL.glob("*/bin/initdb"))


def certificates() -> bool:
    return Path("/etc/ssl/certs/ca-certificates.crt").exists()


SETUP: tuple[tuple[str, Callable[[], bool]], ...] = (
    ("python3-dev", python_header),
    ("python3-venv", python_venv),
    ("ca-certificates", certificates),
    ("build-essential", command("gcc")),
    ("libssl-dev", header("openssl/crypto.h")),
    ("pkg-config", command("pkg-config")),
    ("libgl1", library("GL")),
    ("libegl1", library("EGL")),
    ("libgl1-mesa-dri", opengl_driver),
    ("libmtdev1", library("mtdev")),
    ("fonts-noto-cjk", file(NOTO / "NotoSerifCJK-Bold.ttc")),
)
TEST: tuple[tuple[str, Callable[[], bool]], ...] = (
    ("postgresql", postgresql),
    ("redis-server", command("redis-server")),
    ("chromium", command("chromium")),
    ("default-jre-headless", command("java")),
    ("libzxing-core-java", file(ZXING)),
    ("libzbar0", library("zbar")),
    ("softhsm2", command("softhsm2-util")),
)


def missing(*, with_tests: bool) -> list[str]:
    wanted = SETUP + (TEST if with_tests else ())
    return [package for package, is_there in wanted if not is_there()]


def install(names: list[str], log: Path, *, with_tests: bool) -> str | None:
    """Install with apt. Returns what a person must do instead, or None when all is there."""
    by_hand = "apt-get update && apt-get install --no-install-recommends " + " ".join(names)
    if shutil.which("apt-get") is None:
        return f"There is no apt-get here. Install what Debian calls:\n  {' '.join(names)}"
    root: list[str] = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if sudo is None or subprocess.call([sudo, "-n", "true"], stderr=subprocess.DEVNULL):
            return f"Some packages are missing and this is not root. Run as root:\n  {by_hand}"
        root = [sudo, "-n"]
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    options = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2"]
    with log.open("ab") as out:
        for arguments in (["update"], ["install", "--no-install-recommends", *names]):
            subprocess.run(
                [*apt, *options, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
            )
    still = missing(with_tests=with_tests)
    if still:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        return (
            f"{tail}\n\nStill missing: {' '.join(still)}. With a working network, run as root:\n"
            f"  apt-get update && apt-get install --no-install-recommends {' '.join(still)}"
        )
    return None
