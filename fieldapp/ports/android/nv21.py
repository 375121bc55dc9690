"""Camera pictures as Android's sensors give them (NV21) turned into upright RGB frames. Pure.

NV21: a plane of brightness, then, for every 2 × 2 pixels, one byte of red difference and one of
blue difference (ITU-R BT.601, full range, as Android's camera uses it).
"""

import numpy as np

from fieldapp.ports.camera import Frame

_QUARTER = 90


def upright(data: bytes, size: tuple[int, int], turn: int) -> Frame:
    """The frame of `size` (width, height), turned clockwise by `turn` degrees."""
    return np.ascontiguousarray(np.rot90(_rgb(data, *size), k=-(turn // _QUARTER)))


def _rgb(data: bytes, width: int, height: int) -> Frame:
    """In whole numbers, 8 bits after the point: a tablet does this a dozen times a second."""
    flat = np.frombuffer(data, dtype=np.uint8, count=width * height * 3 // 2)
    bright = flat[: width * height].reshape(height, width).astype(np.int32) << 8
    colour = flat[width * height :].reshape(height // 2, width // 2, 2).astype(np.int32) - 128
    red, blue = (colour[:, :, plane].repeat(2, axis=0).repeat(2, axis=1) for plane in (0, 1))
    out = np.empty((height, width, 3), dtype=np.uint8)
    for channel, value in enumerate(
        (bright + 359 * red, bright - 183 * red - 88 * blue, bright + 454 * blue)
    ):
        out[:, :, channel] = np.clip((value + 128) >> 8, 0, 255)
    return out
