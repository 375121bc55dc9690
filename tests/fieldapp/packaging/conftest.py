"""A tablet's Java that checks and answers, put where the adapters look for it."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fieldapp.ports.android import java as door
from fieldapp.ports.android import permissions
from tests.fieldapp.packaging.fake_jnius import Java

LEVELS = (26, 30, 33, 37)
"""The least our spec allows, one in between, the one it targets, and the newest described."""

MakeJava = Callable[..., Java]


@pytest.fixture
def make_java(monkeypatch: pytest.MonkeyPatch) -> MakeJava:
    """`make_java(level, {("android.x.Y", "member"): answer})` installs one for this test."""

    def make(level: int, answers: Mapping[tuple[str, str], Any] | None = None) -> Java:
        java = Java(level, {**granted(), **(answers or {})})
        monkeypatch.setitem(sys.modules, "jnius", java.module())
        monkeypatch.delitem(sys.modules, "fieldapp.ports.android.listeners", raising=False)
        monkeypatch.setattr(permissions, "_asked", set())
        monkeypatch.setattr(door, "_KEPT", [])
        return java

    yield make
    sys.modules.pop("fieldapp.ports.android.listeners", None)


def granted() -> dict[tuple[str, str], Any]:
    """Every permission given, and the UI thread answering at once."""
    return {
        ("android.app.Activity", "checkSelfPermission"): 0,
        ("android.app.Activity", "runOnUiThread"): lambda work: work.run(),
    }


def java_list(java: Java, *items: Any) -> Any:
    """A java.util.List of what it is given."""
    return java.thing(
        "java.util.List",
        size=lambda: len(items),
        get=lambda index: items[index],
        contains=lambda item: item in items,
    )
