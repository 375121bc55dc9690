"""The machine under the program: battery, free storage, model."""

from typing import Protocol


class Device(Protocol):
    def battery_percent(self) -> int | None:
        """0..100, or None where there is no battery to ask."""
        ...

    def free_bytes(self) -> int: ...

    def model(self) -> str: ...
