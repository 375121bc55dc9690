from hypothesis import given
from hypothesis import strategies as st

from shared import digest

HELD = st.lists(
    st.tuples(st.sampled_from(["task", "form"]), st.text("abc", min_size=1), st.integers(1, 9)),
    unique_by=lambda one: one[:2],
)


@given(held=HELD, data=st.data())
def test_no_order_changes_it_and_every_change_does(
    held: list[digest.Version], data: st.DataObject
) -> None:
    told = digest.of(held)
    assert digest.of(data.draw(st.permutations(held))) == told
    for place, (kind, id_, version) in enumerate(held):
        others = held[:place] + held[place + 1 :]
        assert digest.differing(told, digest.of(others)) == [kind]
        assert digest.differing(told, digest.of([*others, (kind, id_, version + 1)])) == [kind]


def test_what_is_obeyed_and_not_kept_is_in_no_digest() -> None:
    assert digest.of([("resend", "e", 1), ("key_set", "platform", 2)]) == {}


def test_a_digest_is_this_number() -> None:
    assert digest.of([("task", "t1", 3)]) == {
        "task": {
            "count": 1,
            "sum": "28308f35c7a2752c480cac9253569d1dd99638f453ecd05de1744ddfc840d083",
        }
    }
