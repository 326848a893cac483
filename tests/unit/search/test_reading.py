"""Many ranges are read in few requests."""

from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.derived import Range
from hozon.search.reading import MORE, NEAR, coalesced, read_all

KB = 1024


def test_near_ones_are_one() -> None:
    """What lies between costs less than another request."""
    ranges = [Range("a", 0, 10), Range("a", NEAR, 10), Range("b", 5, 5)]

    assert [Range("a", 0, NEAR + 10), Range("b", 5, 5)] == coalesced(ranges, most=99)


def test_distant_ones_are_not() -> None:
    """Unless there would be too many requests."""
    ranges = [Range("a", n * 300 * KB, KB) for n in range(6)]

    assert 6 == len(coalesced(ranges, most=6))
    assert 4 == len(coalesced(ranges, most=4))


def test_not_everything_is_read() -> None:
    """Few requests are not worth reading all there is."""
    ranges = [Range("a", n * MORE, KB) for n in range(20)]

    assert 19 <= len(coalesced(ranges, most=1))


@given(
    st.lists(
        st.builds(
            Range,
            st.sampled_from("ab"),
            st.integers(0, 4 * NEAR),
            st.integers(0, 2 * NEAR),
        )
    ),
    st.integers(1, 9),
)
def test_each_gets_its_bytes(ranges: list[Range], most: int) -> None:
    """However ranges lie, each gets what is there, in one round."""
    objects = {"a": bytes(range(256)) * 4096, "b": bytes(range(255, -1, -1)) * 4096}
    rounds = []

    def read(wanted: list[Range]) -> list[bytes]:
        rounds.append(wanted)
        return [objects[each.key][each.offset : each.end] for each in wanted]

    found = read_all(ranges, read, most=most)  # type: ignore[arg-type]  # a list will do

    assert 1 == len(rounds)
    for each in ranges:
        assert objects[each.key][each.offset : each.end] == bytes(found[each])
