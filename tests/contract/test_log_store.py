"""What every `LogStore` promises."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hozon.nouns.errors import Conflict, Misuse, NotFound
from hozon.nouns.seals import LogStore

KEY = "log/batches/000000000/000000000007"


def test_what_was_put_is_read(log: LogStore) -> None:
    """To the byte, also where it is nothing."""
    log.put(KEY, bytes(range(256)))
    log.put("log/origin", b"")

    assert (bytes(range(256)), b"") == (log.read_all(KEY), log.read_all("log/origin"))


def test_written_once(log: LogStore) -> None:
    """The second put is a conflict, and what it brought is lost."""
    log.put(KEY, b"first")

    with pytest.raises(Conflict):
        log.put(KEY, b"second")

    assert b"first" == log.read_all(KEY)


def test_one_winner(log: LogStore) -> None:
    """Of many that put one key at once, one wins: that is how the log grows."""

    def put(data: bytes) -> bytes | None:
        try:
            log.put(KEY, data)
        except Conflict:
            return None
        return data

    with ThreadPoolExecutor(8) as pool:
        tried = pool.map(put, [bytes([n]) * 5_000 for n in range(8)])

    assert [log.read_all(KEY)] == [data for data in tried if data is not None]


def test_what_is_not_there(log: LogStore) -> None:
    """Nothing is read, and nothing is listed."""
    with pytest.raises(NotFound):
        log.read_all(KEY)

    assert [] == list(log.keys("log/batches/"))


def test_keys_come_in_order(log: LogStore) -> None:
    """Those below a folder, those behind a key, whatever the order they were put in."""
    names = [
        "log/tile/0/000",
        "log/tile/0/000.p/7",
        "log/tile/0/000.p/31",
        "log/tile/1/000.p/1",
    ]
    for name in reversed([*names, "log/checkpoints/000000000012"]):
        log.put(name, b"x")

    assert sorted(names) == list(log.keys("log/tile/"))
    assert sorted(names)[1:3] == list(log.keys("log/tile/0/", after="log/tile/0/000"))
    assert ["log/checkpoints/000000000012"] == list(
        log.keys("log/checkpoints/", after="log/checkpoints/000000000011~")
    )
    assert [] == list(
        log.keys("log/checkpoints/", after="log/checkpoints/000000000012~")
    )


@pytest.mark.parametrize(
    "key",
    [
        "",
        "log",
        "log/",
        "logs/a",
        "warcs/a.warc.gz",
        "log/../a",
        "log//a",
        "/log/a",
        "log/.a",
    ],
)
def test_keys_that_are_none(log: LogStore, key: str) -> None:
    """No key leaves the log, or hides in it."""
    with pytest.raises(Misuse):
        log.put(key, b"x")
    with pytest.raises(Misuse):
        log.read_all(key)


@pytest.mark.parametrize("folder", ["", "log", "log/a", "warcs/", "log/../"])
def test_folders_that_are_none(log: LogStore, folder: str) -> None:
    """A folder ends in a slash."""
    with pytest.raises(Misuse):
        list(log.keys(folder))
