"""A million rows of CSV and a hundred thousand of XLSX, on PostgreSQL, in flat memory.

Each import runs in a process of its own, so that its peak memory is its own; the file with a tenth
of the rows says what "flat" is compared with.
"""

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from server import assembly, founding
from server.config import Settings
from server.services.imports.every_kind import KINDS
from server.services.imports.templates import headings
from tests.server.services.imports.files import usccs

pytestmark = [pytest.mark.bench, pytest.mark.postgres]
CSV_ROWS, CSV_SECONDS = 1_000_000, 180
XLSX_ROWS, XLSX_SECONDS = 100_000, 60
EVERY_BAD = 9_973  # each row whose number this divides has a wrong check digit
FLAT = 1.5

SCRIPT = """
import re, sys, time
from pathlib import Path
from server.cli import cli
begun = time.perf_counter()
try:
    cli(sys.argv[1:], standalone_mode=False)
except SystemExit as ended:
    code = ended.code
else:
    code = 0
# Not getrusage: what it calls the most is inherited from the process that started this one.
most = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print("\\nFIGURES", code, time.perf_counter() - begun, time.process_time(), most)
"""


@pytest.fixture(scope="module")
def codes() -> list[str]:
    return usccs(CSV_ROWS)


@pytest.fixture
def environment(postgres_url: str, tmp_path: Path) -> dict[str, str]:
    told = {"MINGCHA_DATA_DIR": str(tmp_path / "data"), "MINGCHA_DATABASE_URL": postgres_url}
    parts = assembly.set_up(Settings.from_env(told))
    founding.found(parts)
    parts.engine.dispose()
    return {**os.environ, **told}


def cells(number: int, code: str, *, bad: bool) -> list[str]:
    uscc = code[:-1] + ("0" if code[-1] != "0" else "1") if bad else code
    return [
        uscc,
        f"济南市第{number}号餐饮服务有限责任公司",
        f"3701{number % 12 + 1:02}",
        f"经十路{number}号",
        "张三",
        "餐饮服务",
        "ABCD"[number % 4],
        "",
        "",
        "2026-03-31",
    ]


def write_csv(path: Path, codes: list[str], *, bad: bool = False) -> Path:
    with path.open("w", encoding="utf-8-sig") as file:
        file.write(",".join(headings(KINDS["enterprises"])) + "\r\n")
        for n, code in enumerate(codes, start=2):
            file.write(",".join(cells(n, code, bad=bad and n % EVERY_BAD == 0)) + "\r\n")
    return path


def brought(environment: dict[str, str], path: Path, *more: str) -> tuple[int, float, float, str]:
    """Exit code, seconds, megabytes and what was said."""
    arguments = ["import", "enterprises", str(path), *more]
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "FIGURES" in told.stdout, told.stderr[-3000:]
    code, seconds, computed, megabytes = told.stdout.rsplit("FIGURES", 1)[1].split()
    print(  # noqa: T201 -- the figures are the point
        f"\n{path.name} {more}: {float(seconds):.1f} s ({float(computed):.1f} s of the processor), "
        f"{float(megabytes):.0f} MB"
    )
    return int(code), float(seconds), float(megabytes), told.stdout


@pytest.mark.timeout(1200)
def test_a_million_rows_of_csv(
    environment: dict[str, str], codes: list[str], tmp_path: Path
) -> None:
    tenth = write_csv(tmp_path / "tenth.csv", codes[: CSV_ROWS // 10])
    _, _, small, _ = brought(environment, tenth)
    bad = write_csv(tmp_path / "bad.csv", codes, bad=True)
    code, seconds, _, told = brought(environment, bad)
    named = [n for n in range(2, CSV_ROWS + 2) if n % EVERY_BAD == 0]
    assert code == 1
    assert all(f"第 {n} 行，统一社会信用代码" in told for n in named)
    assert f"错误 {len(named)} 行，入库 0" in told
    assert seconds <= CSV_SECONDS
    code, seconds, large, told = brought(environment, write_csv(tmp_path / "all.csv", codes))
    assert (code, f"入库 {CSV_ROWS * 9 // 10}，无变化 {CSV_ROWS // 10}" in told) == (0, True)
    assert seconds <= CSV_SECONDS
    assert large <= small * FLAT


@pytest.mark.timeout(600)
def test_a_hundred_thousand_rows_of_xlsx(
    environment: dict[str, str], codes: list[str], tmp_path: Path
) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(headings(KINDS["enterprises"]))
    for n, uscc in enumerate(codes[:XLSX_ROWS], start=2):
        sheet.append(cells(n, uscc, bad=n % EVERY_BAD == 0))
    path = tmp_path / "list.xlsx"
    book.save(path)
    code, seconds, _, told = brought(environment, path, "--skip-bad")
    named = [n for n in range(2, XLSX_ROWS + 2) if n % EVERY_BAD == 0]
    assert code == 0
    assert all(f"第 {n} 行，统一社会信用代码" in told for n in named)
    assert f"入库 {XLSX_ROWS - len(named)}" in told
    assert seconds <= XLSX_SECONDS
