"""What a draw gives: the ratio, the strata, who goes, and nothing that was not in the pool."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.draws import holding, pool, strata
from shared.draws.choosing import Lowest
from shared.draws.model import Candidate, Drawn, Firm
from shared.draws.pool import BadDraw, Staff
from tests.shared.draws.drawing import firm, pool_of, staff, terms

SEED = bytes(range(32))
SEEDS = st.binary(min_size=32, max_size=32)
KEYS = st.tuples(st.sampled_from("ABCD"), st.sampled_from(("甲", "乙", "丙")))


def draw(frozen: bytes, seed: bytes = SEED) -> list[Drawn]:
    return holding.hold(frozen, holding.take_census(frozen), seed)


@given(
    st.dictionaries(KEYS, st.integers(0, 500), min_size=1),
    st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 5)),
    st.integers(1, 400),
)
def test_quotas_sum_to_the_count_and_no_stratum_gives_more_than_it_has(
    sizes: dict[tuple[str, str], int], weights: dict[str, int], count: int
) -> None:
    got = strata.quotas(sizes, weights, count)
    drawable = sum(n for key, n in sizes.items() if weights.get(key[0], 1))
    assert sum(got.values()) == min(count, drawable)
    assert all(0 <= got[key] <= sizes[key] for key in sizes)
    assert all(not got[key] for key in sizes if weights.get(key[0], 1) == 0)
    assert set(got) == set(sizes)


@given(st.dictionaries(KEYS, st.integers(1, 500), min_size=1), st.integers(1, 400))
def test_with_equal_weights_every_stratum_gets_its_share_to_less_than_one(
    sizes: dict[tuple[str, str], int], count: int
) -> None:
    whole = sum(sizes.values())
    got = strata.quotas(sizes, {}, min(count, whole))
    assert all(abs(got[key] * whole - min(count, whole) * sizes[key]) < whole for key in sizes)


@settings(max_examples=25)
@given(SEEDS, st.integers(20, 200), st.integers(1, 20), st.integers(0, 3))
def test_ratio_strata_region_recusal_and_workload_are_kept(
    seed: bytes, size: int, percent: int, margin: int
) -> None:
    recused = frozenset((f"officer-{n % 4:02}", firm(n).uscc) for n in range(size))
    who = staff(7, recused=recused)
    count = max(1, strata.most_allowed(size, percent))
    if count > strata.most_allowed(size, 20):
        return
    frozen = pool_of(size, who=who, count=count, load_margin=margin)
    census = holding.take_census(frozen)
    drawn = holding.hold(frozen, census, seed)

    in_pool = {firm(n).uscc: firm(n) for n in range(size)}
    assert len(drawn) == count == len({each.uscc for each in drawn})
    assert Counter(in_pool[each.uscc].stratum for each in drawn) == +Counter(holding.quotas(census))
    assert all(len(set(each.officer_ids)) == 2 for each in drawn)
    assert not {(o, each.uscc) for each in drawn for o in each.officer_ids} & recused
    assert [each.position for each in drawn] == list(range(1, count + 1))


@settings(max_examples=25)
@given(SEEDS, st.integers(2, 12), st.integers(0, 3))
def test_visits_are_spread_over_the_officers(seed: bytes, people: int, margin: int) -> None:
    drawn = draw(pool_of(200, who=staff(people), count=40, load_margin=margin), seed)
    load = Counter({officer.id: 0 for officer in staff(people).officers})
    load.update(o for each in drawn for o in each.officer_ids)
    # A visit's second place may go to one who is least busy only among those who are left.
    assert max(load.values()) - min(load.values()) <= margin + 2


def test_who_is_busy_already_waits_for_the_others() -> None:
    busy = Candidate(id="busy", name="忙", region="370000", load=50)
    who = Staff(officers=(busy, *staff(3).officers), recused=frozenset())
    assert "busy" not in {o for each in draw(pool_of(100, who=who)) for o in each.officer_ids}


def test_nobody_goes_where_their_region_does_not_reach() -> None:
    people = tuple(
        Candidate(id=f"{region}-{n}", name="", region=region, load=0)
        for region in ("370102", "370103", "370104")
        for n in range(3)
    )
    drawn = draw(pool_of(100, who=Staff(officers=people, recused=frozenset())))
    regions = {firm(n).uscc: firm(n).region for n in range(100)}
    assert {(o[:6], regions[each.uscc]) for each in drawn for o in each.officer_ids} == {
        (region, region) for region in regions.values()
    }


def test_a_rank_can_be_checked_with_nothing_but_sha256() -> None:
    drawn = draw(pool_of(50, count=10, weights={}))
    ranks = {
        n: hashlib.sha256(SEED + b"enterprise:" + firm(n).uscc.encode()).hexdigest()
        for n in range(50)
    }
    by_stratum: dict[tuple[str, str], list[str]] = {}
    for n in sorted(ranks, key=lambda n: ranks[n]):
        by_stratum.setdefault(firm(n).stratum, []).append(firm(n).uscc)
    quotas = strata.quotas({s: len(them) for s, them in by_stratum.items()}, {}, 10)
    expected = {uscc for s, them in by_stratum.items() for uscc in them[: quotas[s]]}
    assert {each.uscc for each in drawn} == expected


def test_every_enterprise_of_a_stratum_is_drawn_about_as_often_as_the_others() -> None:
    frozen = pool_of(30, count=6, weights={})
    census = holding.take_census(frozen)
    times: Counter[str] = Counter()
    for n in range(1500):
        seed = hashlib.sha256(b"%d" % n).digest()
        times.update(each.uscc for each in holding.hold(frozen, census, seed))
    by_stratum: dict[tuple[str, str], list[int]] = {}
    for n in range(30):
        by_stratum.setdefault(firm(n).stratum, []).append(times[firm(n).uscc])
    # Binomial: 5 standard deviations are 120 at most; a shuffle with a modulus bias shows more.
    assert all(max(them) - min(them) < 160 for them in by_stratum.values())


@given(st.lists(st.binary(min_size=4, max_size=4), unique=True, max_size=60), st.integers(1, 9))
def test_the_lowest_are_the_lowest(ranks: list[bytes], quota: int) -> None:
    lowest = Lowest(quota)
    for rank in ranks * 4:
        if rank <= lowest.bound:
            lowest.offer(rank, rank)
    assert [raw for _, raw in lowest.taken()] == sorted(ranks * 4)[:quota]


def test_more_than_the_ratio_allows_is_refused() -> None:
    with pytest.raises(BadDraw, match="ratio"):
        holding.take_census(pool_of(50, count=11))


def test_an_enterprise_with_too_few_officers_cannot_be_drawn() -> None:
    with pytest.raises(BadDraw, match="too few officers"):
        draw(pool_of(50, count=10, who=staff(1)))


def test_words_cannot_break_a_line() -> None:
    named = Firm(uscc="9", name="甲\t乙\nE\t\u2028丙", grade="", industry="", region="370102")
    raw = b"".join(pool.lines(terms(), [named], [], staff())).splitlines(keepends=True)
    assert raw[1] == "E\t9\t甲 乙 E 丙\t\t\t370102\n".encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 0},
        {"count": True},
        {"ratio_max_percent": 101},
        {"officers_per_visit": 0},
        {"load_margin": -1},
        {"weights": {"A": -1}},
    ],
)
def test_terms_nobody_can_draw_under_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadDraw):
        pool.require_terms(terms(**changes))
