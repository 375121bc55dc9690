"""Contrast as WCAG 2.2 computes it: 7:1 for text on the ground it lies on."""

import pytest

from fieldapp.theme.paint import CALM, SUNLIGHT, Colour, Palette


def luminance(colour: Colour) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


BOTH = pytest.mark.parametrize("palette", [CALM, SUNLIGHT], ids=["calm", "sunlight"])


@BOTH
@pytest.mark.parametrize("text", ["ink", "quiet"])
@pytest.mark.parametrize(
    "ground",
    [
        "paper",
        "ground",
        "tint",
        "locked",
        "fine_tint",
        "caution_tint",
        "problem_tint",
        "information_tint",
    ],
)
def test_text_is_legible_on_every_ground(palette: Palette, text: str, ground: str) -> None:
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 7


@BOTH
def test_the_big_button_is_legible(palette: Palette) -> None:
    assert contrast(palette.on_primary, palette.primary) >= 7


@BOTH
@pytest.mark.parametrize("tone", ["fine", "caution", "problem", "information"])
def test_signs_stand_out_from_their_ground(palette: Palette, tone: str) -> None:
    """3:1 for what is no text (WCAG 1.4.11); a word always stands beside a sign."""
    assert contrast(palette.tone(tone), palette.tone_tint(tone)) >= 3
    assert contrast(palette.on_primary, palette.tone(tone)) >= 4.5


def test_in_the_sun_it_is_pure_black_on_white() -> None:
    assert contrast(SUNLIGHT.ink, SUNLIGHT.paper) == pytest.approx(21.0)
    assert SUNLIGHT.hair * 2 == 2.0
