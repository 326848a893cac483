"""What every `WarcStore` promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

import pytest

from hozon.adapters.embedded.folder import FolderWarcStore
from hozon.nouns.errors import Conflict, Damaged, Misuse, NotFound
from hozon.nouns.ports import WarcStore
from tests.fakes import a_warc_key

KEY = a_warc_key()


def test_all_of_it(warcs: WarcStore) -> None:
    """What was put is read back to the byte."""
    data = bytes(range(256)) * 1000
    warcs.put(KEY, data)

    assert data == warcs.read_all(KEY)
    assert data == b"".join(warcs.pieces(KEY))


def test_in_pieces(warcs: WarcStore) -> None:
    """None of them is of more than a megabyte, however large the object is."""
    data = bytes(range(256)) * 10_000
    warcs.put(KEY, data)
    found = list(warcs.pieces(KEY))

    assert data == b"".join(found)
    assert max(map(len, found)) <= 1 << 20


def test_an_empty_object(warcs: WarcStore) -> None:
    """An object may be empty, and is held all the same."""
    warcs.put(KEY, b"")

    assert (b"", True) == (warcs.read_all(KEY), warcs.holds(KEY))
    assert b"" == b"".join(warcs.pieces(KEY))


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [(0, 3, b"012"), (3, 4, b"3456"), (9, 1, b"9"), (4, 0, b"")],
)
def test_a_range(warcs: WarcStore, offset: int, length: int, expected: bytes) -> None:
    """A record is read by its place, and nothing around it."""
    warcs.put(KEY, b"0123456789")

    assert expected == warcs.read(KEY, offset=offset, length=length)


@pytest.mark.parametrize(("offset", "length"), [(0, 11), (9, 2), (10, 1), (50, 1)])
def test_a_range_beyond_the_end(warcs: WarcStore, offset: int, length: int) -> None:
    """An object that ends before the record does is damaged."""
    warcs.put(KEY, b"0123456789")

    with pytest.raises(Damaged):
        warcs.read(KEY, offset=offset, length=length)


def test_written_once(warcs: WarcStore) -> None:
    """A key never changes: the second put is a conflict, and what it brought is lost."""
    warcs.put(KEY, b"first")

    with pytest.raises(Conflict):
        warcs.put(KEY, b"second")

    assert b"first" == warcs.read_all(KEY)


def test_one_winner(warcs: WarcStore) -> None:
    """Of many that put one key at once, one wins and all others meet a conflict."""

    def put(data: bytes) -> bytes | None:
        try:
            warcs.put(KEY, data)
        except Conflict:
            return None
        return data

    with ThreadPoolExecutor(8) as pool:
        tried = pool.map(put, [bytes([n]) * 50_000 for n in range(8)])

    assert [warcs.read_all(KEY)] == [data for data in tried if data is not None]


@pytest.mark.parametrize("length", [0, 5])
def test_no_such_range(warcs: WarcStore, length: int) -> None:
    """There is no range, not even an empty one, of what was never put."""
    with pytest.raises(NotFound):
        warcs.read(KEY, offset=0, length=length)


def test_no_such_object(warcs: WarcStore) -> None:
    """What was never put is not found, and not held."""
    with pytest.raises(NotFound):
        warcs.read_all(KEY)
    with pytest.raises(NotFound):
        next(warcs.pieces(KEY))

    assert not warcs.holds(KEY)


def test_keys_in_order(warcs: WarcStore) -> None:
    """Keys come oldest first, in the order of whole keys, not of their segments."""
    keys = [
        "warcs/2025/12/31/b.warc.gz",
        "warcs/2026/01/01/a.warc",
        "warcs/2026/01/01/b.warc.gz",
        "warcs/2026/01/02-b/a.warc.gz",
        "warcs/2026/01/02/a.warc.gz",
        "warcs/2026/01/02_b/a.warc.gz",
        "warcs/a.warc.gz",
    ]
    for key in reversed(keys):
        warcs.put(key, b"data")

    assert keys == list(warcs.keys())
    for number, key in enumerate(keys, start=1):
        assert keys[number:] == list(warcs.keys(after=key))
    assert keys[1:] == list(warcs.keys(after="warcs/2026"))


def test_no_keys(warcs: WarcStore) -> None:
    """A new archive holds nothing."""
    assert [] == list(warcs.keys())


@pytest.mark.parametrize(
    "key",
    [
        "",
        "warcs",
        "warcs/",
        "warcs/../index.sqlite",
        "warcs/../../etc/passwd.warc.gz",
        "../warcs/a.warc.gz",
        "/warcs/a.warc.gz",
        "warcs//a.warc.gz",
        "warcs/./a.warc.gz",
        "warcs/.hidden/a.warc.gz",
        "warcs/a.warc.gz/",
        "warcs/a.warc.gz\n",
        "warcs/a\0.warc.gz",
        "warcs/é.warc.gz",
        "warcs/a.txt",
        "tmp/a.warc.gz",
        "warcs/" + "a" * 1024 + ".warc.gz",
    ],
)
def test_no_key_at_all(warcs: WarcStore, key: str) -> None:
    """What is no key of a WARC object is refused, so nothing else is ever touched."""
    for use in (
        lambda: warcs.put(key, b""),
        lambda: warcs.read(key, offset=0, length=1),
        lambda: warcs.read_all(key),
        lambda: next(warcs.pieces(key)),
        lambda: warcs.holds(key),
    ):
        with pytest.raises(Misuse):
            use()


def test_who_says_when(warcs: WarcStore) -> None:
    """A store with a clock of its own says when it took the object; a folder has none."""
    with pytest.raises(NotFound):
        warcs.stored_at(KEY)
    warcs.put(KEY, b"x")

    at = warcs.stored_at(KEY)

    assert at is None or at.tzinfo is UTC
    assert (at is None) == isinstance(warcs, FolderWarcStore)


def test_the_size_of_an_object(warcs: WarcStore) -> None:
    """The length is told without reading; of what is not there, it is not found."""
    warcs.put(KEY, b"0123456789")

    assert 10 == warcs.size(KEY)
    for missing in (a_warc_key("f" * 16), "warcs/2026/08/22.warc.gz"):
        with pytest.raises(NotFound):
            warcs.size(missing)


def test_lending_takes_keys_only(warcs: WarcStore) -> None:
    """Nothing but a WARC object is lent out, by whatever way it is."""
    with pytest.raises(Misuse):
        warcs.lend("warcs/../index.sqlite")

    assert warcs.lend(KEY) is None or KEY in str(warcs.lend(KEY))
