"""Camera pictures become upright frames in the right colours."""

import numpy as np
import pytest

from fieldapp.ports.android.nv21 import upright


def picture(bright: np.ndarray, red: int = 128, blue: int = 128) -> bytes:
    """NV21 bytes of a brightness plane and one colour."""
    colour = np.empty((bright.shape[0] // 2, bright.shape[1] // 2, 2), dtype=np.uint8)
    colour[:, :, 0], colour[:, :, 1] = red, blue
    return bright.astype(np.uint8).tobytes() + colour.tobytes()


@pytest.mark.parametrize(
    ("bright", "red", "blue", "rgb"),
    [
        (0, 128, 128, (0, 0, 0)),
        (255, 128, 128, (255, 255, 255)),
        (76, 255, 85, (254, 0, 0)),  # BT.601 red
        (150, 21, 44, (0, 255, 1)),
        (29, 107, 255, (0, 0, 254)),
    ],
)
def test_the_primary_colours_come_out(
    bright: int, red: int, blue: int, rgb: tuple[int, int, int]
) -> None:
    frame = upright(picture(np.full((4, 6), bright), red, blue), (6, 4), 0)

    assert frame.shape == (4, 6, 3)
    assert np.abs(frame.astype(int) - np.array(rgb)).max() <= 2


@pytest.mark.parametrize(
    ("turn", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))]
)
def test_a_picture_is_turned_clockwise(turn: int, corner: tuple[int, int]) -> None:
    bright = np.zeros((4, 6))
    bright[0, 0] = 255
    frame = upright(picture(bright), (6, 4), turn)

    assert frame.shape == ((4, 6, 3) if turn % 180 == 0 else (6, 4, 3))
    assert frame[corner].tolist() == [255, 255, 255]
    assert frame.flags.c_contiguous
