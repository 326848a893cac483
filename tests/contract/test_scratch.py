"""What every `Scratch` promises."""

from collections.abc import Iterator

import pytest

from hozon.adapters.aws.scratch import PART_BYTES
from hozon.adapters.embedded.scratch import MemoryScratch
from hozon.nouns.errors import Misuse, NotFound
from hozon.nouns.scratch import Scratch


def test_what_is_kept(scratch: Scratch) -> None:
    """What was kept comes back, the latest under a name; what was not is None."""
    scratch.keep("a/b.json", b"first")
    scratch.keep("a/b.json", b"second")
    scratch.keep("empty", b"")

    assert b"second" == scratch.kept("a/b.json")
    assert b"" == scratch.kept("empty")
    assert scratch.kept("a") is None


@pytest.mark.parametrize("length", [0, 9, PART_BYTES, 2 * PART_BYTES + 9])
def test_what_comes_in_pieces(scratch: Scratch, length: int) -> None:
    """It is kept as a whole, over what was there."""
    data = (bytes(range(251)) * (length // 251 + 1))[:length]
    view, step = memoryview(data), 3_000_001
    scratch.keep("a", b"before")
    scratch.keep_all("a", (view[at : at + step] for at in range(0, length, step)))

    assert data == scratch.kept("a")


@pytest.mark.parametrize("length", [9, PART_BYTES + 9])
def test_what_does_not_come_whole(scratch: Scratch, length: int) -> None:
    """What breaks off is not kept: what was there stays."""

    def broken() -> Iterator[bytes]:
        yield bytes(length)
        raise NotFound("the rest is gone")

    scratch.keep("a", b"before")
    with pytest.raises(NotFound, match="the rest"):
        scratch.keep_all("a", broken())

    assert b"before" == scratch.kept("a")


def test_the_first_counts(scratch: Scratch) -> None:
    """Of several who keep something under one name, all get what the first has kept."""
    assert b"mine" == scratch.first("replay/key", b"mine")
    assert b"mine" == scratch.first("replay/key", b"theirs")
    assert b"mine" == scratch.kept("replay/key")


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", "../a", "a/.b", "A", "a b"])
def test_names_of_one_grammar(scratch: Scratch, name: str) -> None:
    """No name leads elsewhere, on any backend."""
    for use in (
        lambda: scratch.keep(name, b""),
        lambda: scratch.keep_all(name, [b""]),
        lambda: scratch.kept(name),
        lambda: scratch.first(name, b""),
        lambda: scratch.lend(name, filename="a", media_type="text/plain"),
    ):
        with pytest.raises(Misuse):
            use()


def test_what_is_used_least_is_forgotten() -> None:
    """Memory is bounded; what is larger than all of it is not kept."""
    scratch = MemoryScratch(most_bytes=10)
    scratch.keep("a", b"1234")
    scratch.keep("b", b"5678")
    scratch.kept("a")
    scratch.keep("c", b"90..")

    assert [b"1234", None, b"90.."] == [scratch.kept(name) for name in "abc"]
    scratch.keep("d", b"x" * 11)
    assert [None] * 4 == [scratch.kept(name) for name in "abcd"]
    scratch.keep("e", b"1234567890")
    assert b"1234567890" == scratch.kept("e")
