"""A machine with the battery, disk and signs that the test wants."""


class FakeDevice:
    def __init__(self, *, battery: int | None = 80, free: int = 8 * 1024**3) -> None:
        self.battery = battery
        self.free = free

    def battery_percent(self) -> int | None:
        return self.battery

    def free_bytes(self) -> int:
        return self.free

    def model(self) -> str:
        return "fake tablet"


class FakeFeedback:
    """Keeps what the person would have felt and read."""

    def __init__(self) -> None:
        self.vibrations: list[int] = []
        self.sounds: list[str] = []
        self.notices: list[tuple[str, str]] = []

    def vibrate(self, milliseconds: int) -> None:
        self.vibrations.append(milliseconds)

    def sound(self, *, fine: bool) -> None:
        self.sounds.append("fine" if fine else "wrong")

    def notify(self, title: str, text: str) -> None:
        self.notices.append((title, text))
