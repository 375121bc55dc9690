"""The fakes behave as what they stand for; other tests rely on it."""

from datetime import timedelta

import pytest

from fieldapp.errors import CameraFailed, HalfReply, Offline, StoreKeyWrong
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.camera import FakeCamera, FakeDecoder
from fieldapp.ports.fake.clock import START, FakeClock
from fieldapp.ports.fake.device import FakeDevice
from fieldapp.ports.fake.keystore import FakeKeyStore
from fieldapp.ports.fake.network import (
    HandlerTransport,
    LossyTransport,
    NoNetwork,
    SwitchedTransport,
)
from fieldapp.ports.fake.randomness import SeededRandomness
from fieldapp.ports.network import Request, Response

ASK = Request(method="GET", url="http://127.0.0.1/x")


def test_time_passes_for_both_clocks_and_a_person_moves_only_the_wall() -> None:
    clock = FakeClock()
    before = clock.read()
    clock.advance(seconds=1.5)
    assert clock.read().wall - before.wall == timedelta(seconds=1.5)
    assert clock.read().elapsed_ms - before.elapsed_ms == 1500
    clock.set_wall(START)
    assert clock.read().elapsed_ms - before.elapsed_ms == 1500
    clock.reboot()
    assert clock.read().boot_id != before.boot_id
    assert clock.read().elapsed_ms < before.elapsed_ms


def test_chance_repeats_itself_by_seed_and_never_within_one() -> None:
    one, same, other = SeededRandomness(), SeededRandomness(), SeededRandomness("other")
    assert one.take(40) == same.take(40) != other.take(40)
    ids = [one.uuid7() for _ in range(100)]
    assert len(set(ids)) == 100
    assert ids == sorted(ids)
    assert 0 <= one.fraction() < 1


def test_hardware_that_lost_its_key_opens_nothing() -> None:
    store = FakeKeyStore()
    wrapped = store.wrap(b"secret")
    assert store.unwrap(wrapped) == b"secret"
    with pytest.raises(StoreKeyWrong):
        FakeKeyStore(b"o" * 32).unwrap(wrapped)
    store.forget()
    with pytest.raises(StoreKeyWrong):
        store.unwrap(wrapped)


def test_a_lossy_network_delivers_and_loses_the_answer() -> None:
    heard: list[Request] = []

    def hear(request: Request) -> Response:
        heard.append(request)
        return Response(status=200)

    transport = LossyTransport(HandlerTransport(hear), left=1)
    with pytest.raises(HalfReply):
        transport.send(ASK)
    assert transport.send(ASK).status == 200
    assert len(heard) == 2


def test_a_network_that_is_off_delivers_nothing() -> None:
    transport = SwitchedTransport(NoNetwork())
    transport.on = False
    with pytest.raises(Offline):
        transport.send(ASK)


def test_a_camera_gives_its_photos_in_order_and_then_fails() -> None:
    camera = FakeCamera(b"one", b"two")
    assert [camera.photo().data, camera.photo().data] == [b"one", b"two"]
    with pytest.raises(CameraFailed):
        camera.photo()
    assert camera.frame() is None
    camera.start()
    frame = camera.frame()
    assert frame is not None
    assert FakeDecoder("a", "b").decode(frame) == ("a", "b")


def test_one_port_can_be_put_in_anothers_place() -> None:
    assert fake_ports(device=FakeDevice(battery=5)).device.battery_percent() == 5
