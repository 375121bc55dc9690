"""A disk that is full, of a tablet and of a server: nothing is taken by half, nothing is lost.

The disk is a tmpfs of its own, which takes root to mount; elsewhere the tests skip. Its size is
real (ENOSPC from the kernel), its slowness is not.
"""

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from fieldapp.errors import NoSpace
from fieldapp.flow.inspection import InspectionFlow
from shared.events.kinds import EventKind
from tests.system.acting import ACTS
from tests.system.hardship import counting
from tests.system.hardship.bustle import bustle
from tests.system.hardship.place import Team, noise, place, steps

pytestmark = pytest.mark.torture
MIB = 1024 * 1024
LEAST = 10


class Disk:
    """A small disk. What is thrown on it as ballast is no part of what is tested."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, *, leave: int) -> None:
        """Leave so many bytes free, or what is free by now if that is less."""
        with self._ballast.open("ab") as file:
            while (size := shutil.disk_usage(self.folder).free - leave) > 0:
                with suppress(OSError):  # somebody else took some of it just now
                    os.posix_fallocate(file.fileno(), file.tell(), size)
                    return

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, *, mib: int) -> Iterator[Disk]:
    folder.mkdir()
    told = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "mingcha-small-disk", str(folder)]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk takes root: {done.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def act(team: Team, visit_id: str, kind: EventKind) -> bool:
    """Do the next act; whether it was done. One that was not has left nothing behind."""
    before = _stored(team)
    flow: InspectionFlow = team.session.inspection(visit_id)
    try:
        ACTS[kind](team, flow)
    except NoSpace:
        assert _stored(team) == before
        return False
    assert len(_stored(team)) == len(before) + 1
    return True


def _stored(team: Team) -> list[str]:
    rows = team.session.desk.held.store.rows("SELECT hash FROM event ORDER BY device_seq")
    return [hash_ for (hash_,) in rows]


def test_a_tablet_whose_disk_is_full_loses_no_act(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    refused = 0
    problems = set()
    with (
        small_disk(tmp_path / "disk", mib=48) as disk,
        place(tmp_path, teams=1, visits=20, tablets=disk.folder) as found,
        found.serving(),
    ):
        found.enrol()
        (team,) = found.teams
        team.picture = noise(200_000)
        for _ in team.tasks:
            disk.empty()
            visit_id = team.session.open_visit(
                [team.free_task()], officer_id=team.people[0]
            ).visit_id
            for kind in steps():
                disk.fill(leave=chance.randrange(150_000))
                done = act(team, visit_id, kind)
                refused += not done
                if chance.random() < 0.2:
                    report = team.sync()
                    problems.add(report.problem.code if report.problem else "")
                if chance.random() < 0.1:
                    disk.empty()
                    team.tablet.lock()
                    team.unlock()
                if not done:
                    disk.empty()
                    assert act(team, visit_id, kind)
        disk.empty()
        team.bring()
        assert refused >= LEAST
        assert "no_space" in problems
        assert counting.faults(found) == []


def test_a_server_whose_disk_is_full_takes_nothing_by_half(tmp_path: Path, seed: int) -> None:
    with (
        small_disk(tmp_path / "disk", mib=128) as disk,
        place(disk.folder, teams=3, visits=10, tablets=tmp_path / "tablets") as found,
        found.serving(),
    ):
        found.enrol()
        for team in found.teams:
            team.picture = noise(300_000)

        def strike(chance: random.Random) -> None:
            if chance.random() < 0.6:
                disk.fill(leave=chance.randrange(200_000))
            else:
                disk.empty()

        bustle(found, strike, seed, longest_pause_s=2.0, least=LEAST)
        disk.empty()
        for team in found.teams:
            team.bring()
        problems = {problem for team in found.teams for problem in team.problems}
        assert "server_busy" in problems
        assert "server_broken" not in problems, "a full disk is no bug: 503, come again"
        assert counting.faults(found) == []
