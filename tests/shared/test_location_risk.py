"""Unusual fixes are named, honest ones are not, and nothing is ever called a lie."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.envelope import Fix
from shared.location_risk import POINTS, SENTENCES, Limits, Reason, Risk, Sighting, assess

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
JINAN = Fix(
    lat=36.6683991,
    lon=117.0207992,
    acc_m=8.0,
    crs="WGS84",
    provider="gps",
    age_ms=400,
    mock=False,
    satellites=11,
)
QINGDAO = replace(JINAN, lat=36.0671337, lon=120.3826448)  # about 310 km away
FIXES = st.builds(
    replace,
    st.just(JINAN),
    lat=st.floats(34.3, 38.4),
    lon=st.floats(114.8, 122.8),
    acc_m=st.floats(0, 3000),
    provider=st.sampled_from(["gps", "network", "fused"]),
    age_ms=st.integers(0, 10**6),
    mock=st.booleans(),
    satellites=st.none() | st.integers(0, 40),
)


def seen(fix: Fix, *, minutes: float = 0, visit: str = "here") -> Sighting:
    return Sighting(visit_id=visit, at=NOON + timedelta(minutes=minutes), fix=fix)


SIGHTINGS = st.builds(
    seen, FIXES, minutes=st.floats(-5000, 5000), visit=st.sampled_from(["here", "there"])
)


def reasons(risk: Risk) -> list[Reason]:
    return [sign.reason for sign in risk.signs]


def test_an_honest_day_scores_nothing() -> None:
    """Two visits in one city, with the jitter every receiver has."""
    before = seen(replace(JINAN, lat=36.6512345, lon=117.1201234), minutes=-45, visit="before")
    just_now = seen(replace(JINAN, lat=36.6683996), minutes=-1)

    assert assess(seen(JINAN), [before, just_now]) == Risk(score=0, signs=())


@pytest.mark.parametrize(
    ("fix", "reason"),
    [
        (replace(JINAN, mock=True), Reason.MOCK),
        (replace(JINAN, satellites=0), Reason.NO_SATELLITES),
        (replace(JINAN, age_ms=121_000), Reason.OLD_FIX),
    ],
)
def test_what_a_fix_says_of_itself_is_named(fix: Fix, reason: Reason) -> None:
    risk = assess(seen(fix), [])

    assert reasons(risk) == [reason]
    assert risk.score == POINTS[reason]


@pytest.mark.parametrize(
    "fix",
    [
        replace(JINAN, satellites=None),  # the system does not tell
        replace(JINAN, provider="network", satellites=0),  # needs none
        replace(JINAN, age_ms=120_000),
    ],
)
def test_what_is_merely_unknown_or_just_within_is_not_named(fix: Fix) -> None:
    assert assess(seen(fix), []).score == 0


@pytest.mark.parametrize(("minutes", "fast"), [(-60, True), (-120, True), (-130, False)])
def test_a_leap_between_visits_is_judged_by_its_speed(minutes: float, *, fast: bool) -> None:
    risk = assess(seen(JINAN), [seen(QINGDAO, minutes=minutes, visit="before")])

    assert (reasons(risk) == [Reason.IMPOSSIBLE_TRAVEL]) is fast


def test_a_later_visit_counts_as_an_earlier_one_does() -> None:
    assert assess(seen(JINAN), [seen(QINGDAO, minutes=30, visit="after")]).score > 0


def test_the_leap_is_told_with_its_figures() -> None:
    (sign,) = assess(seen(JINAN), [seen(QINGDAO, minutes=-60, visit="before")]).signs

    assert "公里" in sign.text.zh
    assert "60.0 min" in sign.text.en


def test_within_one_visit_and_within_the_accuracy_nothing_is_a_leap() -> None:
    vague = replace(JINAN, lat=36.7, provider="network", acc_m=3500.0)

    assert assess(seen(JINAN), [seen(QINGDAO, minutes=-1)]).score == 0
    assert assess(seen(JINAN), [seen(vague, minutes=-0.5, visit="before")]).score == 0


def test_the_time_of_a_leap_is_when_the_positions_were_taken() -> None:
    """An old position of this morning, used at noon, is no leap."""
    morning = replace(QINGDAO, age_ms=4 * 3_600_000)

    risk = assess(seen(JINAN), [seen(morning, minutes=-5, visit="before")])

    assert Reason.IMPOSSIBLE_TRAVEL not in reasons(risk)


def test_the_same_seven_digits_at_another_time_are_named() -> None:
    again = seen(replace(JINAN, lat=JINAN.lat + 2e-9), minutes=-30, visit="before")
    near = seen(replace(JINAN, lat=JINAN.lat + 2e-7), minutes=-30, visit="before")

    assert reasons(assess(seen(JINAN), [again])) == [Reason.REPEATED_COORDINATES]
    assert reasons(assess(seen(JINAN), [near])) == []


def test_one_reading_used_for_two_acts_is_not_a_repetition() -> None:
    later = Sighting(
        visit_id="here", at=NOON + timedelta(minutes=1), fix=replace(JINAN, age_ms=60_400)
    )

    assert assess(later, [seen(JINAN)]).score == 0


def test_limits_are_given_by_whoever_asks() -> None:
    limits = Limits(age=timedelta(seconds=1), points={**POINTS, Reason.OLD_FIX: 99})

    assert assess(seen(replace(JINAN, age_ms=1001)), [], limits).score == 99


@given(SIGHTINGS, st.lists(SIGHTINGS, max_size=6))
def test_the_score_is_bounded_explained_and_the_same_in_any_order(
    one: Sighting, others: list[Sighting]
) -> None:
    risk = assess(one, others)

    assert 0 <= risk.score <= 100
    assert (risk.score > 0) is bool(risk.signs)
    assert len(set(reasons(risk))) == len(risk.signs)
    assert assess(one, reversed(others)) == risk


def test_no_sentence_accuses() -> None:
    for text in SENTENCES.values():
        assert not any(word in text.zh for word in ("虚假", "伪造", "造假", "作弊", "违"))
        assert not any(
            word in text.en.lower() for word in ("fake", "forg", "cheat", "fraud", "lie")
        )
