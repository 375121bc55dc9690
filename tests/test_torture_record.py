"""docs/torture.md says of every long test when it last ran, and only that."""

from tests.torture_record import NEVER, Line, merged, page, read

OLD = Line(test="tests/a.py::test_old[x]", result="passed", seconds="3")
LONG_AGO = Line(
    test="tests/a.py::test_again", result="passed", seed="1", commit="abc", begun="then"
)


def test_what_is_written_is_read_back() -> None:
    lines = [OLD, LONG_AGO]
    assert list(read(page(lines)).values()) == lines


def test_a_run_replaces_its_own_lines_and_no_others() -> None:
    again = Line(test=LONG_AGO.test, result="failed", seed="2", commit="def", begun="now")
    there = [OLD.test, LONG_AGO.test, "tests/b.py::test_new"]
    before = {line.test: line for line in (OLD, LONG_AGO, Line(test="tests/a.py::test_gone"))}

    found = merged(before, [again], there)

    assert found == [again, OLD, Line(test="tests/b.py::test_new")]
    assert "3 tests: 2 have run, 1 of them failed." in page(found)
    assert NEVER in page(found)
