"""The other desktop adapters."""

import io
import os
import warnings
from pathlib import Path

import numpy as np
import pytest
import segno
from PIL import Image

from fieldapp.errors import CameraFailed
from fieldapp.ports.desktop import desktop_ports
from fieldapp.ports.desktop.camera import FolderCamera
from fieldapp.ports.desktop.clock import SystemClock
from fieldapp.ports.desktop.decoder import ZxingDecoder
from fieldapp.ports.desktop.device import DesktopDevice
from fieldapp.ports.desktop.feedback import PlyerFeedback
from fieldapp.ports.desktop.keystore import NoKeyStore
from fieldapp.ports.desktop.location import SettingLocation
from fieldapp.ports.desktop.randomness import SystemRandomness
from fieldapp.ports.keystore import Protection

TEXT = "https://example.invalid/q/e/" + "a" * 300 + "检查"


def code(text: str, *, scale: int = 4) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=scale)
    return out.getvalue()


def newer(path: Path, seconds: int) -> None:
    os.utime(path, (1_700_000_000 + seconds,) * 2)


def test_the_clock_goes_on_and_knows_its_offset_and_boot() -> None:
    clock = SystemClock()
    one, two = clock.read(), clock.read()
    assert one.wall.utcoffset() is not None
    assert two.elapsed_ms >= one.elapsed_ms > 0
    assert one.boot_id == two.boot_id != ""


def test_a_drawn_code_is_read_from_the_cameras_frame(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(code(TEXT))
    camera = FolderCamera(str(tmp_path))
    camera.start()
    frame = camera.frame()
    assert frame is not None
    assert (frame.dtype, frame.shape[2]) == (np.uint8, 3)
    assert ZxingDecoder().decode(frame) == (TEXT,)


def test_a_code_turned_and_dirtied_is_still_read() -> None:
    picture = Image.open(io.BytesIO(code(TEXT, scale=6))).convert("RGB")
    turned = picture.rotate(17, expand=True, fillcolor=(255, 255, 255))
    noise = np.random.default_rng(1).integers(-40, 40, (turned.height, turned.width, 3))
    frame = np.clip(np.asarray(turned).astype(int) + noise, 0, 255).astype(np.uint8)
    assert ZxingDecoder().decode(frame) == (TEXT,)


def test_a_picture_without_a_code_has_no_text() -> None:
    assert ZxingDecoder().decode(np.zeros((200, 200, 3), dtype=np.uint8)) == ()


def test_the_newest_picture_is_what_the_camera_sees(tmp_path: Path) -> None:
    for number, text in enumerate(("first", "second")):
        path = tmp_path / f"{2 - number}.png"
        path.write_bytes(code(text))
        newer(path, number)
    camera = FolderCamera(str(tmp_path / "*.png"))
    camera.start()
    assert ZxingDecoder().decode(camera.frame()) == ("second",)


def test_a_jpeg_is_handed_over_byte_for_byte(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 10, 10)).save(out, "JPEG")
    (tmp_path / "photo.jpg").write_bytes(out.getvalue())
    photo = FolderCamera(str(tmp_path / "photo.jpg")).photo()
    assert (photo.data, photo.media_type) == (out.getvalue(), "image/jpeg")


def test_a_photo_is_no_larger_than_it_may_be(tmp_path: Path) -> None:
    Image.new("RGB", (400, 300), (200, 10, 10)).save(tmp_path / "photo.jpg", "JPEG")
    photo = FolderCamera(str(tmp_path)).photo(most_pixels=30_000)
    with Image.open(io.BytesIO(photo.data)) as picture:
        assert picture.size == (200, 150)


def test_any_other_picture_becomes_a_jpeg_in_memory(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(code("x"))
    photo = FolderCamera(str(tmp_path)).photo()
    assert Image.open(io.BytesIO(photo.data)).format == "JPEG"
    assert [path.name for path in tmp_path.iterdir()] == ["code.png"]


def test_a_half_written_picture_is_no_frame_yet(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(code(TEXT)[:100])
    camera = FolderCamera(str(tmp_path))
    camera.start()
    assert camera.frame() is None
    with pytest.raises(CameraFailed):
        camera.photo()


@pytest.mark.parametrize("source", ["", "/nowhere/at/all"])
def test_without_a_picture_the_camera_says_so(source: str) -> None:
    camera = FolderCamera(source)
    camera.start()
    assert camera.frame() is None
    with pytest.raises(CameraFailed):
        camera.photo()


def test_a_camera_that_is_off_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(code("x"))
    camera = FolderCamera(str(tmp_path))
    assert camera.frame() is None
    camera.start()
    camera.stop()
    assert camera.frame() is None


def test_a_position_from_a_setting_is_marked_as_mocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGCHA_FIELD_FIX", "36.65,117.12,8")
    fix = SettingLocation.from_environment().fix()
    assert fix is not None
    assert (fix.lat, fix.lon, fix.acc_m, fix.mock) == (36.65, 117.12, 8.0, True)
    monkeypatch.delenv("MINGCHA_FIELD_FIX")
    assert SettingLocation.from_environment().fix() is None


def test_a_desktop_says_that_it_has_no_hardware_key_store() -> None:
    store = NoKeyStore()
    assert store.protection is Protection.NONE
    assert store.unwrap(store.wrap(b"secret")) == b"secret"


def test_randomness_differs_and_ids_are_version_seven() -> None:
    chance = SystemRandomness()
    assert chance.take(32) != chance.take(32)
    assert len(chance.take(16)) == 16
    one, two = chance.uuid7(), chance.uuid7()
    assert one < two
    assert one[14] == "7"
    assert 0 <= chance.fraction() < 1


def test_free_space_is_measured_even_before_the_folder_exists(tmp_path: Path) -> None:
    device = DesktopDevice(tmp_path / "not" / "yet")
    assert device.free_bytes() > 0
    assert device.model()
    assert device.battery_percent() is None or 0 <= device.battery_percent() <= 100


def test_signs_never_fail() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        PlyerFeedback().vibrate(30)
        PlyerFeedback().notify("明察", "同步完成")


def test_all_desktop_ports_can_be_made_at_once(tmp_path: Path) -> None:
    assert desktop_ports(tmp_path).keystore.protection is Protection.NONE
