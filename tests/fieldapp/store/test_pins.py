"""PINs: strength, counting, waiting, dropping, and that nothing but the KDF can check one."""

import json
from pathlib import Path

import pytest

from fieldapp.errors import PinLocked, PinTooWeak, PinWrapDropped, StoreKeyWrong, WrongPin
from fieldapp.ports.fake.clock import FakeClock
from fieldapp.ports.fake.keystore import FakeKeyStore
from fieldapp.ports.fake.randomness import SeededRandomness
from fieldapp.store import keyfile, pins
from fieldapp.store.files import KEYS
from fieldapp.store.keyfile import KeyFile
from shared import crypto
from shared.crypto import PinParams

STORE_KEY = bytes(range(32))
PIN = "271828"
CHEAP = PinParams(memory_kib=64, iterations=1, lanes=1)


class Guesser:
    """Somebody at the lock screen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.keystore = FakeKeyStore()
        self.randomness = SeededRandomness()
        keyfile.save(folder, KeyFile(recovery_key="r", recovery="sealed"))
        self.add("wang", PIN)

    def add(self, officer_id: str, pin: str) -> None:
        wrap, _ = pins.wrap_store_key(
            STORE_KEY,
            officer_id=officer_id,
            label="张*",
            pin=pin,
            params=CHEAP,
            randomness=self.randomness,
            keystore=self.keystore,
        )
        keyfile.save(self.folder, keyfile.load(self.folder).with_wrap(wrap))

    def try_(self, pin: str, officer_id: str = "wang") -> bytes:
        return pins.try_pin(
            self.folder, officer_id, pin, now=self.clock.read(), keystore=self.keystore
        ).store_key

    def fail(self, times: int) -> None:
        for _ in range(times):
            with pytest.raises((WrongPin, PinWrapDropped)):
                self.try_("000001")
            self.clock.advance(seconds=pins.WAIT_S[9])


@pytest.fixture
def guesser(tmp_path: Path) -> Guesser:
    return Guesser(tmp_path)


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "12345",
        "27182",
        "abcdef",
        "27182a",
        "\uff12\uff17\uff11\uff18\uff12\uff18",
        "111111",
        "123456",
        "987654",
    ],
)
def test_a_weak_pin_is_not_taken(guesser: Guesser, pin: str) -> None:
    with pytest.raises(PinTooWeak):
        guesser.add("li", pin)


@pytest.mark.parametrize("pin", ["271828", "2718281828", "112233", "123457"])
def test_six_mixed_digits_are_enough(pin: str) -> None:
    pins.refuse_weak(pin)


def test_the_right_pin_gives_the_store_key(guesser: Guesser) -> None:
    assert guesser.try_(PIN) == STORE_KEY


def test_each_officer_has_a_pin_of_his_own(guesser: Guesser) -> None:
    guesser.add("li", "314159")
    assert guesser.try_("314159", "li") == STORE_KEY
    with pytest.raises(WrongPin):
        guesser.try_("314159", "wang")


def test_a_wrong_pin_says_how_many_tries_are_left(guesser: Guesser) -> None:
    with pytest.raises(WrongPin) as wrong:
        guesser.try_("000001")
    assert wrong.value.facts == {"tries_left": 9, "wait_s": 0}


def test_a_right_pin_forgives_the_wrong_ones(guesser: Guesser) -> None:
    guesser.fail(4)
    guesser.try_(PIN)
    with pytest.raises(WrongPin) as wrong:
        guesser.try_("000001")
    assert wrong.value.facts["tries_left"] == 9


def test_from_the_fifth_wrong_pin_the_wait_grows(guesser: Guesser) -> None:
    waits = []
    for _ in range(9):
        with pytest.raises(WrongPin) as wrong:
            guesser.try_("000001")
        waits.append(wrong.value.facts["wait_s"])
        guesser.clock.advance(seconds=waits[-1])
    assert waits == [0, 0, 0, 0, 30, 60, 300, 900, 3600]


def test_while_waiting_not_even_the_right_pin_is_tried(guesser: Guesser) -> None:
    guesser.fail(4)
    with pytest.raises(WrongPin):
        guesser.try_("000001")
    guesser.clock.advance(seconds=29)
    with pytest.raises(PinLocked) as locked:
        guesser.try_(PIN)
    assert locked.value.facts == {"wait_s": 1}
    guesser.clock.advance(seconds=1)
    assert guesser.try_(PIN) == STORE_KEY


def test_setting_the_clock_forward_does_not_shorten_the_wait(guesser: Guesser) -> None:
    guesser.fail(4)
    with pytest.raises(WrongPin):
        guesser.try_("000001")
    guesser.clock.set_wall(guesser.clock.read().wall.replace(year=2030))
    with pytest.raises(PinLocked):
        guesser.try_(PIN)


def test_a_restart_begins_the_wait_anew(guesser: Guesser) -> None:
    guesser.fail(4)
    with pytest.raises(WrongPin):
        guesser.try_("000001")
    guesser.clock.reboot()
    with pytest.raises(PinLocked) as locked:
        guesser.try_(PIN)
    assert locked.value.facts == {"wait_s": 25}


def test_ten_wrong_pins_drop_that_wrap_and_nobody_elses(guesser: Guesser) -> None:
    guesser.add("li", "314159")
    guesser.fail(10)
    with pytest.raises(PinWrapDropped):
        guesser.try_(PIN)
    wrap = keyfile.load(guesser.folder).wrap_of("wang")
    assert wrap is not None
    assert wrap.dropped
    assert (wrap.sealed, wrap.salt) == (b"", b"")
    assert guesser.try_("314159", "li") == STORE_KEY
    assert keyfile.load(guesser.folder).recovery == "sealed"


def test_a_guess_is_counted_before_it_is_tried(
    guesser: Guesser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulling the battery while the KDF runs gives nobody a free guess."""

    class BatteryPulled(Exception):
        pass

    def pull(*_: object) -> bytes:
        raise BatteryPulled

    monkeypatch.setattr(pins.crypto, "derive_pin_key", pull)
    for _ in range(3):
        with pytest.raises(BatteryPulled):
            guesser.try_("000001")
    wrap = keyfile.load(guesser.folder).wrap_of("wang")
    assert wrap is not None
    assert wrap.failures == 3


def test_an_unknown_officer_costs_the_same_work_and_looks_the_same(
    guesser: Guesser, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = []
    real = crypto.derive_pin_key

    def count(pin: str, salt: bytes, params: PinParams) -> bytes:
        worked.append(params)
        return real(pin, salt, CHEAP)

    monkeypatch.setattr(pins.crypto, "derive_pin_key", count)
    with pytest.raises(WrongPin):
        guesser.try_(PIN, "nobody")
    assert worked == [PinParams()]


def test_the_file_holds_nothing_that_checks_a_pin_more_cheaply(guesser: Guesser) -> None:
    """Everything in it is the same for two PINs but what the KDF's key made."""
    text = (guesser.folder / KEYS).read_text("utf-8")
    (wrap,) = json.loads(text)["wraps"]
    assert set(wrap) == {
        "officer_id",
        "label",
        "salt",
        "nonce",
        "sealed",
        "params",
        "failures",
        "failed_at_ms",
        "failed_boot",
    }
    for digest in (PIN.encode(), STORE_KEY):
        assert crypto.sha256_hex(digest) not in text
    assert PIN not in text
    assert STORE_KEY.hex() not in text


def test_without_the_hardware_key_the_right_pin_opens_nothing(guesser: Guesser) -> None:
    guesser.keystore.forget()
    with pytest.raises(StoreKeyWrong):
        guesser.try_(PIN)


def test_the_default_cost_is_that_of_rfc_9106() -> None:
    assert PinParams() == PinParams(memory_kib=65536, iterations=3, lanes=4)


def test_a_crash_while_saving_leaves_the_old_file(
    guesser: Guesser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (guesser.folder / KEYS).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Exception, match="cannot be written"):
        guesser.try_(PIN)
    assert (guesser.folder / KEYS).read_bytes() == before
