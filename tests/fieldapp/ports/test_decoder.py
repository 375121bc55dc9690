"""The code reader on every 28th frame of the benchmark; `make bench` tries all of them."""

import numpy as np
import pytest
import segno

from fieldapp.ports.desktop.decoder import ZxingDecoder
from tests.benchmarks.decoder.frames import recipes
from tests.benchmarks.decoder.picture import draw

EVERY = list(recipes())


def test_distorted_codes_are_read_and_never_misread() -> None:
    decoder = ZxingDecoder()
    sample = EVERY[::28]

    seen = [(recipe.text, decoder.decode(draw(recipe))) for recipe in sample]

    assert len(seen) == 20
    assert all(set(texts) <= {text} for text, texts in seen)
    assert sum(text in texts for text, texts in seen) >= 19


def test_the_table_makes_the_same_frames_everywhere() -> None:
    """An edit of the table or of the drawing of lots shows here."""
    assert len(EVERY) == 560
    assert {recipe.family for recipe in EVERY} == {
        *("rotation", "perspective", "blur", "noise", "glare", "small", "together")
    }
    assert EVERY[0].seed == 375492771
    assert EVERY[-1].distortion.turn == pytest.approx(-133.9457218694788)


@pytest.mark.parametrize("shape", [(0, 0, 3), (4, 4, 3), (1, 1280, 3), (720, 1280, 3)])
def test_a_frame_without_a_code_gives_nothing(shape: tuple[int, ...]) -> None:
    assert ZxingDecoder().decode(np.zeros(shape, dtype=np.uint8)) == ()


def test_light_on_dark_and_two_codes_at_once_are_read() -> None:
    one, other = (matrix(text) for text in ("https://a.example/q/e/1", "https://a.example/q/e/2"))
    wall = np.full((300, 600, 3), 255, dtype=np.uint8)
    wall[: len(one), : len(one)] = one
    wall[: len(other), 300 : 300 + len(other)] = other

    assert sorted(ZxingDecoder().decode(wall)) == [
        "https://a.example/q/e/1",
        "https://a.example/q/e/2",
    ]
    assert ZxingDecoder().decode(np.ascontiguousarray(255 - one)) == ("https://a.example/q/e/1",)


def matrix(text: str) -> np.ndarray:
    """A code of 6 pixels to a module, with its quiet zone."""
    rows = np.array(list(segno.make(text, error="m").matrix_iter(scale=6, border=4)))
    grey = np.where(rows > 0, 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)
