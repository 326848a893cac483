"""What every `DerivedStore` promises."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hozon.nouns.derived import DerivedStore, Range
from hozon.nouns.errors import Conflict, Damaged, Misuse, NotFound

KEY = "search/segments/20260822120000-0123456789abcdef.seg"
LATEST = "search/manifest.json"


def test_what_was_put(derived: DerivedStore) -> None:
    """It is read back to the byte, whole and in ranges."""
    data = bytes(range(256)) * 1000
    derived.put(KEY, data)

    assert data == derived.get(KEY).data
    assert [data[5:10], b"", data[-1:], data[5:10]] == list(
        derived.read(
            [
                Range(KEY, 5, 5),
                Range(KEY, 9, 0),
                Range(KEY, len(data) - 1, 1),
                Range(KEY, 5, 5),
            ]
        )
    )


def test_a_file(derived: DerivedStore, tmp_path: Path) -> None:
    """What is larger than memory comes from a file, from its beginning."""
    with (tmp_path / "large").open("w+b") as file:
        file.write(b"0123456789" * 300_000)
        derived.put(KEY, file)

    assert 3_000_000 == len(derived.get(KEY).data)
    assert [b"89012"] == derived.read([Range(KEY, 2_999_998 - 10, 5)])


def test_many_ranges_of_many_objects(derived: DerivedStore) -> None:
    """Each gets its own bytes, in the order of the question."""
    keys = [f"exports/{n}.bin" for n in range(30)]
    for n, key in enumerate(keys):
        derived.put(key, bytes([n]) * 20)

    found = derived.read([Range(key, n % 7, n % 5 + 1) for n, key in enumerate(keys)])

    assert [bytes([n]) * (n % 5 + 1) for n in range(30)] == list(found)


def test_no_ranges(derived: DerivedStore) -> None:
    """Nothing is asked for, nothing comes."""
    assert [] == list(derived.read([]))


@pytest.mark.parametrize("more", [[], [Range("tmp/there", 0, 1)]])
def test_what_is_not_there(derived: DerivedStore, more: list[Range]) -> None:
    """What was never put is not found, alone or among others."""
    derived.put("tmp/there", b"x")

    with pytest.raises(NotFound):
        derived.get(KEY)
    with pytest.raises(NotFound):
        derived.read([*more, Range(KEY, 0, 1)])


@pytest.mark.parametrize(("offset", "length"), [(0, 11), (9, 2), (10, 1), (50, 1)])
def test_a_range_beyond_the_end(
    derived: DerivedStore, offset: int, length: int
) -> None:
    """An object that ends before is damaged."""
    derived.put(KEY, b"0123456789")

    with pytest.raises(Damaged):
        derived.read([Range(KEY, offset, length)])


@pytest.mark.parametrize("again", [b"second", io.BytesIO(b"second")])
def test_written_once(derived: DerivedStore, again: bytes | io.BytesIO) -> None:
    """A second put is a conflict and changes nothing."""
    derived.put(KEY, b"first")

    with pytest.raises(Conflict):
        derived.put(KEY, again)

    assert b"first" == derived.get(KEY).data


def test_replaced_by_who_has_read_it(derived: DerivedStore) -> None:
    """From none to the first to the second; each version is another."""
    first = derived.replace(LATEST, b"first", version=None)
    assert (b"first", first) == derived.get(LATEST)

    second = derived.replace(LATEST, b"second", version=first)

    assert second != first
    assert (b"second", second) == derived.get(LATEST)


def test_not_replaced_by_who_has_not(derived: DerivedStore) -> None:
    """Who has read another version, or none, meets a conflict; nothing is changed."""
    first = derived.replace(LATEST, b"first", version=None)
    derived.replace(LATEST, b"second", version=first)

    for version in (None, first):
        with pytest.raises(Conflict):
            derived.replace(LATEST, b"third", version=version)

    assert b"second" == derived.get(LATEST).data


def test_what_was_emptied_meanwhile(derived: DerivedStore) -> None:
    """Who has read what is gone by now meets a conflict."""
    with pytest.raises(Conflict):
        derived.replace(LATEST, b"second", version='"0123456789abcdef"')


def test_one_winner(derived: DerivedStore) -> None:
    """Of many that replace one version at once, one wins."""
    first = derived.replace(LATEST, b"first", version=None)

    def replace(data: bytes) -> bytes | None:
        try:
            derived.replace(LATEST, data, version=first)
        except Conflict:
            return None
        return data

    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(replace, [bytes([n]) * 9 for n in range(8)]))

    assert [derived.get(LATEST).data] == [data for data in tried if data is not None]


def test_keys(derived: DerivedStore) -> None:
    """Those that begin so, in their order."""
    keys = ["exports/a", "search/manifest.json", "search/s/a.seg", "search/s/b.seg"]
    for key in reversed(keys):
        derived.put(key, b"")

    assert keys[1:] == list(derived.keys("search/"))
    assert keys[2:] == list(derived.keys("search/s/"))
    assert keys[3:] == list(derived.keys("search/s/b"))
    assert [] == list(derived.keys("tmp/"))


def test_given_up(derived: DerivedStore) -> None:
    """It may be gone or not; another with its key may be put only if it is gone."""
    derived.put(KEY, b"old")

    derived.discard(KEY)
    derived.discard(KEY)
    derived.discard("tmp/never-there")

    try:
        assert b"old" == derived.get(KEY).data
    except NotFound:
        derived.put(KEY, b"new")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "search",
        "search/",
        "search//a",
        "search/../warcs/a.warc.gz",
        "search/.hidden",
        "/search/a",
        "warcs/a.warc.gz",
        "search/a\n",
        "search/é",
        "search/" + "a" * 1024,
    ],
)
def test_no_key_at_all(derived: DerivedStore, key: str) -> None:
    """What is no key of a derived object is refused: nothing else is ever touched."""
    for use in (
        lambda: derived.put(key, b""),
        lambda: derived.replace(key, b"", version=None),
        lambda: derived.get(key),
        lambda: derived.read([Range(key, 0, 1)]),
        lambda: derived.discard(key),
    ):
        with pytest.raises(Misuse):
            use()


@pytest.mark.parametrize("prefix", ["", "/", "warcs/", "sea", "search/../", "search/."])
def test_no_prefix_at_all(derived: DerivedStore, prefix: str) -> None:
    """Nor can other keys be listed."""
    with pytest.raises(Misuse):
        list(derived.keys(prefix))
