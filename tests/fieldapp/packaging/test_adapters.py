"""The Android adapters on a machine whose every class, member and argument is the published API's.

Run at several API levels: a member that is younger than the tablet is a failure, as on a tablet.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import plyer
import pytest

from fieldapp.errors import (
    CameraFailed,
    MicrophoneNotAllowed,
    PickFailed,
    PlayerFailed,
    RecorderFailed,
    StoreKeyWrong,
)
from fieldapp.ports.android import android_ports, clock, permissions, screen
from fieldapp.ports.android.background import KeptAlive
from fieldapp.ports.android.camera import AndroidCamera
from fieldapp.ports.android.connectivity import AndroidConnectivity
from fieldapp.ports.android.device import AndroidDevice
from fieldapp.ports.android.feedback import AndroidFeedback
from fieldapp.ports.android.files import AndroidFilePicker
from fieldapp.ports.android.keystore import AndroidKeyStore
from fieldapp.ports.android.location import AndroidLocation
from fieldapp.ports.android.permissions import Permission
from fieldapp.ports.android.sound import CHUNK, AndroidPlayer, AndroidRecorder
from fieldapp.ports.connectivity import NO_LINK, Link
from fieldapp.ports.files import PickedFile
from fieldapp.ports.keystore import Protection
from tests.fieldapp.packaging.conftest import LEVELS, MakeJava, java_list
from tests.fieldapp.packaging.fake_jnius import ACTIVITY, Java, JavaException

every_level = pytest.mark.parametrize("level", LEVELS)
CONTEXT = "android.app.Activity"
LOCATION, MANAGER = "android.location.Location", "android.location.LocationManager"
CAMERA, SETTINGS = "android.hardware.Camera", "android.hardware.Camera.Parameters"
CIPHER, STORE = "javax.crypto.Cipher", "java.security.KeyStore"
NOW_NS = 90_000_000_000


# Where the tablet is


def position(java: Java, **other: Any) -> Any:
    said = {
        "getProvider": "gps",
        "getLatitude": 36.6684,
        "getLongitude": 117.0208,
        "hasAccuracy": True,
        "getAccuracy": 6.5,
        "getElapsedRealtimeNanos": NOW_NS - 1_500_000_000,
        "getExtras": java.thing("android.os.Bundle", getInt=lambda _name, _default: 9),
    }
    return java.thing(LOCATION, **{**said, **other})


def tablet_at(make_java: MakeJava, level: int, **other: Any) -> Java:
    java = make_java(level, {("android.os.SystemClock", "elapsedRealtimeNanos"): NOW_NS})
    java.answers[MANAGER, "getAllProviders"] = java_list(java, "gps", "network", "fused")
    java.answers[MANAGER, "requestLocationUpdates"] = lambda provider, _ms, _m, listener, _looper: (
        provider == "gps" and listener.onLocationChanged(position(java, **other))
    )
    java.answers[MANAGER, "getLastKnownLocation"] = lambda _provider: None
    return java


@every_level
def test_a_fix_says_all_that_tells_how_good_it_is(make_java: MakeJava, level: int) -> None:
    mock = "isMock" if level >= 31 else "isFromMockProvider"
    tablet_at(make_java, level, **{mock: True})

    location = AndroidLocation()
    location.fix()
    fix = location.fix()

    assert fix is not None
    assert (fix.lat, fix.lon, fix.acc_m) == (36.6684, 117.0208, 6.5)
    assert (fix.age_ms, fix.mock, fix.satellites, fix.provider) == (1500, True, 9, "gps")


def test_a_position_without_its_accuracy_is_no_fix(make_java: MakeJava) -> None:
    tablet_at(make_java, 33, hasAccuracy=False)

    location = AndroidLocation()
    assert location.fix() is None
    assert location.fix() is None


def test_a_system_that_does_not_count_satellites_is_not_zero_satellites(
    make_java: MakeJava,
) -> None:
    java = tablet_at(make_java, 33, getExtras=None)
    bundle = java.thing("android.os.Bundle", getInt=lambda _name, default: default)
    java.answers[MANAGER, "getLastKnownLocation"] = lambda provider: position(
        java, getProvider=provider, getExtras=bundle
    )

    fix = AndroidLocation().fix()

    assert fix is not None
    assert fix.satellites is None


def test_several_positions_at_once_count_as_the_newest(make_java: MakeJava) -> None:
    java = tablet_at(make_java, 33)
    two = java_list(java, position(java, getLatitude=1.0), position(java, getLatitude=2.0))
    java.answers[MANAGER, "requestLocationUpdates"] = lambda *given: given[3].several(two)

    location = AndroidLocation()
    location.resume()

    assert getattr(location.fix(), "lat", None) == 2.0


def test_nobody_listens_in_the_background(make_java: MakeJava) -> None:
    java = tablet_at(make_java, 33)
    location = AndroidLocation()
    location.resume()
    location.pause()
    location.pause()

    assert [name for name, _ in java.calls].count(f"{MANAGER}.removeUpdates") == 1


# Being allowed to


@every_level
def test_a_permission_is_explained_then_asked_once(make_java: MakeJava, level: int) -> None:
    java = make_java(level, {(CONTEXT, "checkSelfPermission"): -1})
    builder = "android.app.AlertDialog.Builder"
    java.answers[builder, "setPositiveButton"] = lambda _text, touch: touch.onClick(
        java.thing("android.app.AlertDialog"), -1
    )

    location = AndroidLocation()
    assert location.fix() is None
    assert location.fix() is None

    said = [name for name, _ in java.calls]
    assert said.count(f"{CONTEXT}.requestPermissions") == 1
    assert said.index(f"{builder}.setMessage") < said.index(f"{CONTEXT}.requestPermissions")


def test_before_android_13_nobody_is_asked_about_notifications(make_java: MakeJava) -> None:
    make_java(32, {(CONTEXT, "checkSelfPermission"): -1})
    assert permissions.ask(Permission.NOTIFICATIONS)

    make_java(33, {(CONTEXT, "checkSelfPermission"): -1})
    assert not permissions.ask(Permission.NOTIFICATIONS)


def test_every_permission_says_what_it_is_for_in_both_languages() -> None:
    assert all(permissions.WHY[one].zh and permissions.WHY[one].en for one in Permission)


# The camera

GREY = bytes([120]) * (1280 * 720) + bytes([128]) * (1280 * 720 // 2)


def tablet_with_camera(make_java: MakeJava, level: int, *, mounted: int = 90) -> Java:
    java = make_java(level)
    lens = java.thing(CAMERA)
    sizes = [(640, 480), (1280, 720), (4000, 3000), (8000, 6000)]
    offered = [java.thing("android.hardware.Camera.Size", width=w, height=h) for w, h in sizes]
    java.answers |= {
        (CAMERA, "getNumberOfCameras"): 2,
        (CAMERA, "open"): lambda _number: lens,
        (CAMERA, "setPreviewCallbackWithBuffer"): lambda seen: (
            seen and seen.onPreviewFrame(GREY, lens)
        ),
        (CAMERA, "getCameraInfo"): lambda number, info: info.state.update(
            facing=1 - number, orientation=mounted
        ),
        (CAMERA, "takePicture"): lambda _shutter, _raw, taken: taken.onPictureTaken(
            b"\xff\xd8jpeg", lens
        ),
        (SETTINGS, "getSupportedPreviewSizes"): java_list(java, *offered[:2]),
        (SETTINGS, "getSupportedPictureSizes"): java_list(java, *offered),
        (SETTINGS, "getSupportedFocusModes"): java_list(java, "auto", "continuous-picture"),
    }
    return java


def called(java: Java, name: str) -> list[tuple[Any, ...]]:
    return [given for called, given in java.calls if called == name]


@every_level
def test_the_camera_at_the_back_shows_and_takes_pictures_in_memory(
    make_java: MakeJava, level: int
) -> None:
    java = tablet_with_camera(make_java, level)
    camera = AndroidCamera()
    camera.start()
    seen: Any = called(java, f"{CAMERA}.setPreviewCallbackWithBuffer")[0][0]
    seen.onPreviewFrame(GREY, java.thing(CAMERA))

    frame = camera.frame()
    photo = camera.photo()
    camera.stop()

    assert frame is not None
    assert frame.shape == (1280, 720, 3)  # mounted across: turned upright
    assert np.ptp(frame) == 0
    assert photo.data == b"\xff\xd8jpeg"
    assert camera.frame() is None
    assert called(java, f"{CAMERA}.open") == [(1,)]
    assert called(java, f"{SETTINGS}.setPreviewSize") == [(1280, 720)]
    assert called(java, f"{SETTINGS}.setPictureSize") == [(4000, 3000)]
    assert called(java, f"{SETTINGS}.setFocusMode") == [("continuous-picture",)]
    assert called(java, f"{SETTINGS}.setRotation") == [(90,)]


@every_level
def test_the_light_is_switched_where_the_camera_has_one(make_java: MakeJava, level: int) -> None:
    java = tablet_with_camera(make_java, level)
    java.answers[SETTINGS, "getSupportedFlashModes"] = java_list(java, "off", "torch")
    camera = AndroidCamera()
    assert not camera.has_torch()
    with pytest.raises(CameraFailed):
        camera.torch(on=True)
    camera.start()

    assert camera.has_torch()
    camera.torch(on=True)
    camera.torch(on=False)
    assert called(java, f"{SETTINGS}.setFlashMode") == [("torch",), ("off",)]
    java.answers[SETTINGS, "getSupportedFlashModes"] = None
    assert not camera.has_torch()
    java.answers[SETTINGS, "setFlashMode"] = refuse
    with pytest.raises(CameraFailed):
        camera.torch(on=True)


def test_a_buffer_is_lent_again_as_soon_as_it_was_seen(make_java: MakeJava) -> None:
    java = tablet_with_camera(make_java, 33)
    camera = AndroidCamera()
    camera.start()
    lent = len(called(java, f"{CAMERA}.addCallbackBuffer"))
    seen: Any = called(java, f"{CAMERA}.setPreviewCallbackWithBuffer")[0][0]
    seen.onPreviewFrame(GREY, java.thing(CAMERA))

    assert len(called(java, f"{CAMERA}.addCallbackBuffer")) == lent + 1
    camera.stop()
    seen.onPreviewFrame(GREY, java.thing(CAMERA))
    assert len(called(java, f"{CAMERA}.addCallbackBuffer")) == lent + 1


def test_the_camera_begins_by_itself_once_it_is_allowed(make_java: MakeJava) -> None:
    java = tablet_with_camera(make_java, 33)
    java.answers[CONTEXT, "checkSelfPermission"] = -1
    camera = AndroidCamera()
    camera.start()
    assert camera.frame() is None
    with pytest.raises(CameraFailed):
        camera.photo()

    java.answers[CONTEXT, "checkSelfPermission"] = 0
    camera.frame()

    assert len(called(java, f"{CAMERA}.open")) == 1


def test_a_camera_that_another_app_holds_is_a_fault_with_a_name(make_java: MakeJava) -> None:
    java = tablet_with_camera(make_java, 33)
    java.answers[CAMERA, "open"] = refuse

    with pytest.raises(CameraFailed):
        AndroidCamera().start()


def refuse(*_: object, **__: object) -> None:
    raise JavaException("java.lang.RuntimeException: Fail to connect to camera service")


# The key store


def tablet_with_keys(make_java: MakeJava, level: int, *, chip: bool = True) -> Java:
    java = make_java(level)
    held: dict[str, Any] = {}

    def generated() -> Any:
        strongbox = called(
            java, "android.security.keystore.KeyGenParameterSpec.Builder.setIsStrongBoxBacked"
        )
        if strongbox and not chip and not held.get("refused"):
            held["refused"] = True
            raise JavaException("android.security.keystore.StrongBoxUnavailableException")
        held["key"] = java.thing("javax.crypto.SecretKey", getAlgorithm="AES")
        return held["key"]

    java.answers |= {
        ("javax.crypto.KeyGenerator", "generateKey"): generated,
        (STORE, "getKey"): lambda _alias, _password: held.get("key"),
        (STORE, "containsAlias"): lambda _alias: "key" in held,
        (STORE, "deleteEntry"): lambda _alias: held.pop("key"),
        (CIPHER, "getIV"): b"n" * 12,
        (CIPHER, "doFinal"): lambda data: bytes(byte ^ 0x55 for byte in data),
        ("javax.crypto.SecretKeyFactory", "getKeySpec"): lambda _key, _kind: java.thing(
            "android.security.keystore.KeyInfo"
        ),
    }
    info = "android.security.keystore.KeyInfo"
    java.answers[info, "isInsideSecureHardware"] = True
    java.answers[info, "getSecurityLevel"] = 1
    return java


@every_level
@pytest.mark.parametrize("chip", [True, False])
def test_what_the_hardware_wrapped_it_opens(make_java: MakeJava, level: int, *, chip: bool) -> None:
    java = tablet_with_keys(make_java, level, chip=chip)
    keys = AndroidKeyStore()
    wrapped = keys.wrap(b"store key")

    assert b"store key" not in wrapped
    assert keys.unwrap(wrapped) == b"store key"
    assert keys.protection is Protection.HARDWARE
    builder = "android.security.keystore.KeyGenParameterSpec.Builder"
    assert called(java, f"{builder}.setKeySize")[-1] == (256,)
    assert bool(called(java, f"{builder}.setIsStrongBoxBacked")) is (level >= 28)


def test_a_key_in_software_is_not_called_hardware(make_java: MakeJava) -> None:
    java = tablet_with_keys(make_java, 33)
    java.answers["android.security.keystore.KeyInfo", "getSecurityLevel"] = 0

    assert AndroidKeyStore().protection is Protection.NONE


def test_a_forgotten_key_opens_nothing(make_java: MakeJava) -> None:
    tablet_with_keys(make_java, 33)
    keys = AndroidKeyStore()
    wrapped = keys.wrap(b"store key")
    keys.forget()
    keys.forget()

    with pytest.raises(StoreKeyWrong):
        keys.unwrap(wrapped)


def test_what_was_changed_is_not_opened(make_java: MakeJava) -> None:
    java = tablet_with_keys(make_java, 33)
    keys = AndroidKeyStore()
    wrapped = keys.wrap(b"store key")
    java.answers[CIPHER, "doFinal"] = refuse

    with pytest.raises(StoreKeyWrong):
        keys.unwrap(wrapped)


# The network, the machine, the window


@every_level
def test_a_network_says_what_it_costs(make_java: MakeJava, level: int) -> None:
    java = make_java(level)
    network = "android.net.NetworkCapabilities"
    free = {16, 11, 18}  # validated, not metered, not roaming
    has = free
    java.answers[network, "hasCapability"] = lambda which: which in has

    assert AndroidConnectivity().link() == Link(online=True, metered=False, roaming=False)
    has = {16}
    assert AndroidConnectivity().link() == Link(online=True, metered=True, roaming=level >= 28)


def test_no_network_is_no_link(make_java: MakeJava) -> None:
    java = make_java(33)
    java.answers["android.net.ConnectivityManager", "getActiveNetwork"] = lambda: None

    assert AndroidConnectivity().link() == NO_LINK


def test_boots_are_counted_where_their_id_is_hidden(make_java: MakeJava) -> None:
    make_java(33, {("android.provider.Settings.Global", "getInt"): 41})

    assert clock.android_clock().read().boot_id == "boot-41"


@every_level
def test_the_window_is_kept_out_of_every_picture(make_java: MakeJava, level: int) -> None:
    java = make_java(level)
    screen.keep_secret()

    assert called(java, "android.view.Window.setFlags") == [(0x2000, 0x2000)]


@every_level
def test_a_round_in_the_background_keeps_the_process_and_lets_it_go(
    make_java: MakeJava, level: int
) -> None:
    java = make_java(level)
    lock = "android.os.PowerManager.WakeLock"
    with KeptAlive():
        assert called(java, f"{lock}.acquire") == [(600_000,)]
        assert not called(java, f"{lock}.release")

    said = [name for name, _ in java.calls]
    assert any(name.endswith("startForegroundService") for name in said)
    assert any(name.endswith("stopService") for name in said)
    assert called(java, f"{lock}.release") == [()]


def test_the_machine_is_told_by_plyer_and_the_system(
    make_java: MakeJava, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_java(33, {("android.os.Build", "MODEL"): "T1", ("android.os.Build", "MANUFACTURER"): "Q"})
    monkeypatch.setattr(plyer, "battery", SimpleNamespace(status={"percentage": 71.6}))
    device = AndroidDevice(tmp_path / "later")

    assert device.battery_percent() == 72
    assert device.free_bytes() > 0
    assert device.model().startswith("Q T1 (Android")


def test_signs_are_given_by_plyer_and_never_stop_an_act(
    make_java: MakeJava, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_java(33)
    felt: list[float] = []
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(plyer, "vibrator", SimpleNamespace(vibrate=felt.append))
    monkeypatch.setattr(
        plyer, "notification", SimpleNamespace(notify=lambda **said: shown.append(said))
    )
    feedback = AndroidFeedback()
    feedback.vibrate(80)
    feedback.notify("同步完成", "")
    monkeypatch.setattr(plyer, "vibrator", SimpleNamespace(vibrate=refuse))
    monkeypatch.setattr(plyer, "notification", SimpleNamespace(notify=refuse))
    feedback.vibrate(80)
    feedback.notify("同步完成", "")

    assert felt == [0.08]
    assert shown == [{"title": "同步完成", "message": "", "app_name": "明察"}]


@every_level
def test_a_tone_says_right_or_wrong_and_one_that_fails_stops_nothing(
    make_java: MakeJava, level: int
) -> None:
    tones = "android.media.ToneGenerator"
    java = make_java(level)
    feedback = AndroidFeedback()

    feedback.sound(fine=True)
    feedback.sound(fine=False)
    java.answers[tones, "startTone"] = refuse
    feedback.sound(fine=True)

    played = [name for name, _ in java.calls]
    assert played.count(f"{tones}.startTone") == 3
    assert played.count(f"{tones}.release") == 1


# Sound and files

RECORD, TRACK = "android.media.AudioRecord", "android.media.AudioTrack"


def a_microphone(java: Java, *chunks: bytes) -> None:
    """It fills the array it is given, as pyjnius writes back what Java did."""
    waiting = list(chunks)

    def read(into: bytearray, _start: int, _size: int, _mode: int) -> int:
        heard = waiting.pop(0) if waiting else b""
        into[: len(heard)] = heard
        return len(heard)

    java.answers |= {(RECORD, "getState"): 1, (RECORD, "read"): read}


@every_level
def test_the_microphone_hears_into_memory(make_java: MakeJava, level: int) -> None:
    java = make_java(level)
    a_microphone(java, b"a" * CHUNK, b"bc", b"de")
    recorder = AndroidRecorder()
    recorder.start()

    assert recorder.heard() == b"a" * CHUNK + b"bc"
    assert recorder.stop() == b"de"
    assert (recorder.heard(), recorder.stop()) == (b"", b"")
    assert called(java, f"{RECORD}()") == [(1, 16_000, 16, 2, 320_000)]
    said = [name.rpartition(".")[2] for name, _ in java.calls]
    assert said.index("startRecording") < said.index("stop") < said.index("release")


def test_a_microphone_that_may_not_or_cannot_listen_says_which(make_java: MakeJava) -> None:
    java = make_java(33, {(CONTEXT, "checkSelfPermission"): -1})
    with pytest.raises(MicrophoneNotAllowed):
        AndroidRecorder().start()

    java = make_java(33)
    with pytest.raises(RecorderFailed, match="elsewhere"):
        AndroidRecorder().start()  # its state is not initialised
    java.answers |= {(RECORD, "getState"): 1, (RECORD, "read"): -6}
    recorder = AndroidRecorder()
    recorder.start()
    with pytest.raises(RecorderFailed, match="broke down"):
        recorder.heard()
    assert recorder.stop() == b""
    java.answers[RECORD, "startRecording"] = refuse
    with pytest.raises(RecorderFailed, match="not start"):
        recorder.start()


@every_level
def test_sound_is_played_from_memory_until_its_end(make_java: MakeJava, level: int) -> None:
    java = make_java(level, {(TRACK, "getPlaybackHeadPosition"): 8_000})
    room = [CHUNK, 0, 2_000]
    java.answers[TRACK, "write"] = lambda _data, _from, size, _how: min(size, room.pop(0))
    player = AndroidPlayer()
    assert player.position_ms() is None
    player.play(bytes(CHUNK + 2_000), rate=16_000, channels=1)

    assert player.position_ms() == 500
    assert room == []
    java.answers[TRACK, "getPlaybackHeadPosition"] = (CHUNK + 2_000) // 2
    assert player.position_ms() is None
    assert called(java, f"{TRACK}()") == [(3, 16_000, 4, 2, 320_000, 1)]
    assert [len(data) for data, *_ in called(java, f"{TRACK}.write")] == [CHUNK, 2_000, 2_000]
    assert len(called(java, f"{TRACK}.release")) == 1
    java.answers[TRACK, "play"] = refuse
    java.answers[TRACK, "write"] = 0
    with pytest.raises(PlayerFailed):
        player.play(bytes(4), rate=44_100, channels=2)


def a_chooser(java: Java, result: int, data: bytes = b"") -> None:
    """Whoever is asked answers at once, with a document of these bytes."""
    left = [data[at : at + 5] for at in range(0, len(data), 5)]

    def read(into: bytearray, _start: int, size: int) -> int:
        piece = left.pop(0)[:size] if left else b""
        into[: len(piece)] = piece
        return len(piece) or -1

    def ask(_intent: Any, number: int) -> None:
        listeners: Any = called(java, f"{ACTIVITY}.registerActivityResultListener")
        address = java.thing("android.net.Uri")
        given = java.thing("android.content.Intent", getData=lambda: address)
        for number_ in (number + 1, number):
            listeners[-1][0].onActivityResult(number_, result, given)

    rows = "android.database.Cursor"
    resolver = "android.content.ContentResolver"
    java.answers |= {
        (CONTEXT, "startActivityForResult"): ask,
        (CONTEXT, "getContentResolver"): java.thing(resolver),
        (resolver, "openInputStream"): java.thing("java.io.InputStream", read=read),
        (resolver, "query"): java.thing(rows),
        (rows, "getColumnIndex"): 2,
        (rows, "moveToFirst"): True,
        (rows, "getString"): "许可证.pdf",
    }


@every_level
def test_a_chosen_document_is_read_into_memory(make_java: MakeJava, level: int) -> None:
    java = make_java(level)
    a_chooser(java, -1, b"%PDF-1.7 and so on")

    picked = AndroidFilePicker().pick(most_bytes=100)

    assert picked == PickedFile(data=b"%PDF-1.7 and so on", name="许可证.pdf")
    assert len(called(java, "java.io.InputStream.close")) == 1
    assert len(called(java, f"{ACTIVITY}.unregisterActivityResultListener")) == 1
    assert called(java, "android.content.Intent.setType") == [("*/*",)]


def test_a_document_that_is_too_large_nothing_chosen_and_one_that_went(make_java: MakeJava) -> None:
    java = make_java(33)
    a_chooser(java, -1, bytes(50))
    picked = AndroidFilePicker().pick(most_bytes=12)
    assert picked is not None
    assert len(picked.data) == 13
    a_chooser(java, 0)
    assert AndroidFilePicker().pick(most_bytes=12) is None
    a_chooser(java, -1)
    java.answers["android.content.ContentResolver", "query"] = None
    assert AndroidFilePicker().pick(most_bytes=12) == PickedFile(data=b"", name="")
    java.answers["android.content.ContentResolver", "openInputStream"] = refuse
    with pytest.raises(PickFailed):
        AndroidFilePicker().pick(most_bytes=12)


@every_level
def test_all_ports_are_there(make_java: MakeJava, level: int, tmp_path: Path) -> None:
    make_java(level, {("android.provider.Settings.Global", "getInt"): 3})
    ports = android_ports(tmp_path)

    assert ports.clock.read().boot_id == "boot-3"
