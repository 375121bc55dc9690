"""Adapters without an outside, for tests and demonstrations. They behave like the real ones."""

from dataclasses import replace

from fieldapp.ports.bundle import Ports
from fieldapp.ports.fake.camera import FakeCamera, FakeDecoder
from fieldapp.ports.fake.clock import FakeClock
from fieldapp.ports.fake.device import FakeDevice, FakeFeedback
from fieldapp.ports.fake.files import FakeFilePicker
from fieldapp.ports.fake.keystore import FakeKeyStore
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.network import NoNetwork
from fieldapp.ports.fake.randomness import SeededRandomness
from fieldapp.ports.fake.sound import FakePlayer, FakeRecorder


def fake_ports(**instead: object) -> Ports:
    """Every port faked; name one to put your own in its place."""
    ports = Ports(
        clock=FakeClock(),
        location=FakeLocation(),
        camera=FakeCamera(),
        decoder=FakeDecoder(),
        keystore=FakeKeyStore(),
        transport=NoNetwork(),
        randomness=SeededRandomness(),
        device=FakeDevice(),
        feedback=FakeFeedback(),
        recorder=FakeRecorder(),
        player=FakePlayer(),
        files=FakeFilePicker(),
    )
    return replace(ports, **instead)  # type: ignore[arg-type]
