"""Tests of the screens. The robot comes first: it sets what Kivy reads while it is imported."""

import tests.robot  # noqa: F401
