"""Versions are compared by their numbers, and what is none forbids nothing."""

import pytest

from shared.app_version import is_older


@pytest.mark.parametrize(
    ("version", "least"),
    [("0.1.0", "0.1.1"), ("0.9", "0.10"), ("1.2.3", "2"), ("1.0.dev0", "1.1"), ("", "1")],
)
def test_an_older_version_is_older(version: str, least: str) -> None:
    assert is_older(version, least)
    assert not is_older(least, version)


@pytest.mark.parametrize("least", ["", "0", "0.1", "0.1.0", None, 7, "x", "-1", "\uff19"])
def test_what_is_no_later_version_forbids_nothing(least: object) -> None:
    assert not is_older("0.1.0", least)
