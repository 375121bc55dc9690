"""Where tests keep their files: in memory where there is plenty, for a disk is slow to be sure.

Databases under test commit for certain (fsync), tens of thousands of times in a run; on a disk that
is more than half of the time. A killed process loses nothing that is in memory, so tests that kill
see the same. `MINGCHA_TESTS_ON_DISK=1` leaves the choice to the system: `make bench` and
`make torture` measure and break what is on a real disk.
"""

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED_BYTES = 6 * 2**30


def keep_in_memory() -> None:
    """Point this process and its children at memory for temporary files, if that is safe."""
    if "MINGCHA_TESTS_ON_DISK" in os.environ or "TMPDIR" in os.environ or not _fits():
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # pytest asked before: it is remembered


def _fits() -> bool:
    try:
        room = os.statvfs(MEMORY)
        memory = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return False
    kib = next(line.split()[1] for line in memory.splitlines() if line.startswith("MemAvailable"))
    return (
        os.access(MEMORY, os.W_OK)
        and not room.f_flag & os.ST_NOEXEC
        and room.f_bavail * room.f_frsize >= NEEDED_BYTES
        and int(kib) * 1024 >= NEEDED_BYTES
    )
