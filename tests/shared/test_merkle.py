"""The trees of RFC 6962: the vectors of its first implementation, and proofs of every member."""

from hypothesis import given
from hypothesis import strategies as st

from shared import merkle

# The inputs and roots of the reference implementation's own tests (certificate-transparency).
INPUTS = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
SIZES = st.integers(1, 70)


def leaves(size: int) -> list[bytes]:
    return [merkle.leaf(str(number).encode()) for number in range(size)]


def test_the_roots_are_those_of_the_reference_implementation() -> None:
    hashes = [merkle.leaf(each) for each in INPUTS]

    assert {size: merkle.root(hashes[:size]).hex() for size in ROOTS} == ROOTS


@given(SIZES, st.data())
def test_every_member_has_a_proof_and_no_other_place_has(size: int, data: st.DataObject) -> None:
    members = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    way = merkle.path(members, index)

    assert merkle.root_from(members[index], index, size, way) == merkle.root(members)
    assert len(way) <= (size - 1).bit_length()
    for other in {data.draw(st.integers(-1, size + 1)), index + 1} - {index}:
        assert merkle.root_from(members[index], other, size, way) != merkle.root(members)


@given(SIZES, st.data())
def test_a_changed_proof_leads_elsewhere(size: int, data: st.DataObject) -> None:
    members = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    way = merkle.path(members, index)
    turned = data.draw(st.permutations(way))
    changed = data.draw(
        st.sampled_from([way[:-1], [*way, members[0]], turned, [members[0], *way[1:]]])
    )

    assert changed == way or (
        merkle.root_from(members[index], index, size, changed) != merkle.root(members)
    )


def test_a_node_cannot_pass_for_a_leaf() -> None:
    one, two = leaves(2)

    assert merkle.root([one, two]) != merkle.leaf(one + two)
