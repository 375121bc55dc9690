"""The planted county for every test here that asks for it."""

from tests.server.planted import planted

__all__ = ["planted"]
