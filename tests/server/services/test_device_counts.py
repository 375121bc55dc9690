from hypothesis import given
from hypothesis import strategies as st

from server.services.device_counts import note, whole_up_to


def test_a_jump_leaves_a_gap_and_what_comes_later_fills_it() -> None:
    last, missing = note(3, [], [4, 8])
    assert (last, missing, whole_up_to(last, missing)) == (8, [[5, 7]], 4)

    last, missing = note(last, missing, [6])
    assert missing == [[5, 5], [7, 7]]

    last, missing = note(last, missing, [5, 7])
    assert (missing, whole_up_to(last, missing)) == ([], 8)


@given(st.lists(st.sets(st.integers(1, 40)), max_size=6))
def test_it_knows_exactly_what_came(batches: list[set[int]]) -> None:
    last, missing = 0, []
    for batch in batches:
        last, missing = note(last, missing, batch)

    came = set().union(*batches)
    absent = {seq for first, end in missing for seq in range(first, end + 1)}
    assert last == max(came, default=0)
    assert absent == set(range(1, last + 1)) - came
