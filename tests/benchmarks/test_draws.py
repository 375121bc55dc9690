"""10,000 of 1,000,000 enterprises: held, and replayed from the file, within time and memory.

It is one thread that only computes, so its seconds are those of the processor: what else the
machine does meanwhile does not count.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from shared.draws import pool
from shared.draws.model import Candidate
from shared.draws.pool import Staff
from tests.shared.draws.drawing import file_of, firm, terms

pytestmark = pytest.mark.bench

FIRMS, DRAWN, OFFICERS = 1_000_000, 10_000, 500
SECONDS, MEGABYTES = 5.0, 500

# In a process of its own, so that its peak memory is its own.
SCRIPT = """
import re, sys, time
from pathlib import Path
from shared.draws import holding, pool, record, replay, secrets
folder = Path(sys.argv[2])
if sys.argv[1] == "hold":
    frozen = (folder / "pool").read_bytes()
    used, begun = time.process_time(), time.perf_counter()
    census = holding.take_census(frozen)
    seed = secrets.seed(pool.pool_hash(frozen), "a1" * 32, "5e" * 32)
    assert len(holding.hold(frozen, census, seed)) == 10_000
else:
    file = (folder / "file").read_bytes()
    used, begun = time.process_time(), time.perf_counter()
    assert replay.verify(file).faults == ()
# Not getrusage: what it calls the most is inherited from the process that started this one.
most = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(time.process_time() - used, time.perf_counter() - begun, most)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = tuple(
        Candidate(id=f"officer-{n:04}", name=f"人员{n}", region=f"3701{n % 16:02}", load=n % 7)
        for n in range(OFFICERS)
    )
    firms = (
        firm(
            n,
            region=f"3701{n % 16:02}",
            industry=f"行业{n % 96}",
            name=f"济南市第{n}号餐饮服务有限责任公司",
        )
        for n in range(FIRMS)
    )
    staff = Staff(officers=people, recused=frozenset())
    frozen = b"".join(pool.lines(terms(count=DRAWN), firms, [], staff))
    found = tmp_path_factory.mktemp("draw")
    (found / "pool").write_bytes(frozen)
    (found / "file").write_bytes(file_of(frozen))
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("what", ["hold", "replay"])
def test_ten_thousand_of_a_million(folder: Path, what: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, what, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, wall, megabytes = map(float, told.stdout.split())
    print(f"\n{what}: {seconds:.2f} s ({wall:.2f} s by the wall), {megabytes:.0f} MB")  # noqa: T201 -- the figure is the point
    assert seconds <= SECONDS
    assert megabytes <= MEGABYTES
