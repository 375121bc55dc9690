"""Pictures made ready for a code reader: the sensor's noise halved, blur undone, another size."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Grey = npt.NDArray[np.uint8]
"""uint8, shape (height, width)."""

_WIDE = 5  # pixels; a lens out of focus by more has lost the modules anyway
_AMPLIFIED = 3.0


def softened(grey: Grey) -> Grey:
    """The mean of each pixel with three neighbours; one row and one column fewer."""
    rows = (grey[:-1] >> 1) + (grey[1:] >> 1)
    return (rows[:, :-1] >> 1) + (rows[:, 1:] >> 1)


def sharpened(grey: Grey) -> Grey:
    """What differs from its surroundings is amplified: undoes blur, and glare that is wide."""
    picture = Image.fromarray(grey)
    around = picture.filter(ImageFilter.BoxBlur(_WIDE))
    return np.asarray(Image.blend(around, picture, _AMPLIFIED), dtype=np.uint8)


def resized(grey: Grey, factor: float) -> Grey:
    """Larger by a smooth curve, smaller by the mean of what falls together."""
    picture = Image.fromarray(grey)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    how = Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX
    return np.asarray(picture.resize(size, how), dtype=np.uint8)
