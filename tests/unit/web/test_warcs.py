"""``/warc/<key>``, and answers that are too large for where they are given."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from hozon.web import Outlet, warcs
from tests.fakes import a_warc_key
from tests.unit.web.conftest import Door, Reads

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = a_warc_key()
DATA = bytes(range(256)) * 40
PATH = f"/warc/{KEY}"


@pytest.fixture
def held(door: Door) -> Door:
    """Return the archive with one object in it."""
    door.archive.warcs.put(KEY, DATA)
    return door


def test_a_whole_object(held: Door) -> None:
    """As it is stored, as an attachment, and good for ever."""
    said = held.ask(PATH)

    assert (200, DATA) == (said.status, said.body)
    assert "application/warc" == said.fields["content-type"]
    assert "attachment" in said.fields["content-disposition"]
    assert "immutable" in said.fields["cache-control"]
    assert "bytes" == said.fields["accept-ranges"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=10-19", DATA[10:20]),
        ("bytes=10000-", DATA[10000:]),
        ("bytes=-7", DATA[-7:]),
        ("bytes=10000-99999", DATA[10000:]),
    ],
)
def test_ranges(held: Door, asked: str, expected: bytes) -> None:
    """All forms of one range (RFC 9110 §14)."""
    said = held.ask(PATH, range=asked)

    assert (206, expected) == (said.status, said.body)
    assert said.fields["content-range"].endswith(f"/{len(DATA)}")


def test_ranges_that_are_not(held: Door) -> None:
    """Behind the end: 416 with the size. Several, or nonsense: all of it."""
    beyond = held.ask(PATH, range="bytes=99999-")

    assert (416, f"bytes */{len(DATA)}") == (
        beyond.status,
        beyond.fields["content-range"],
    )
    for asked in ("bytes=0-1,4-5", "bytes=9-1", "pages=1-2"):
        assert (200, DATA) == ((said := held.ask(PATH, range=asked)).status, said.body)


def test_a_download_goes_on(held: Door) -> None:
    """If-Range with the tag of what was begun; another tag, or a date: from the start."""
    tag = held.ask(PATH).fields["etag"]

    assert 206 == held.ask(PATH, range="bytes=5-", if_range=tag).status
    assert 200 == held.ask(PATH, range="bytes=5-", if_range='"x"').status
    assert 304 == held.ask(PATH, if_none_match=tag).status
    date = "Sat, 22 Aug 2026 12:00:00 GMT"
    assert 200 == held.ask(PATH, range="bytes=5-", if_range=date).status


def test_head_tells_the_size(held: Door) -> None:
    """HEAD reads nothing, and says how much there is."""
    said = held.ask(PATH, method="HEAD")

    assert (200, b"", str(len(DATA))) == (
        said.status,
        said.body,
        said.fields["content-length"],
    )


def test_in_pieces(held: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can send pieces gets them, and no more than one is held."""
    monkeypatch.setattr(warcs, "PIECE", 1000)
    reads: list[int] = []
    held.archive = replace(held.archive, warcs=Reads(held.archive.warcs, reads))
    held.outlet = Outlet()

    said = held.ask(PATH, range="bytes=5-5004")
    pieces: Iterator[bytes] | None = held.outlet.pieces

    assert pieces is not None
    assert [] == reads
    assert DATA[5:5005] == b"".join(pieces)
    assert [1000] * 5 == reads
    assert "5000" == said.fields["content-length"]
    held.outlet = Outlet()
    held.ask(PATH, method="HEAD")
    assert held.outlet.pieces is None


@dataclass
class _Lending:
    """A store, or a scratch, that lends out."""

    store: Any
    kept: dict[str, bytes] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def keep(self, name: str, data: bytes) -> None:
        """Keep."""
        self.kept[name] = data

    def lend(self, name: str, **stated: str) -> str:
        """Give a URI that tells what was stated."""
        more = "&".join(f"{k}={v}" for k, v in stated.items())
        return f"https://bucket.example/{name}?signed&{more}"


@pytest.fixture
def lending(held: Door) -> Door:
    """Return the archive as on AWS, where an answer holds 1 000 bytes."""
    store, scratch = _Lending(held.archive.warcs), _Lending(held.archive.scratch)
    archive = replace(held.archive, warcs=store, scratch=scratch)  # type: ignore[arg-type]  # a store and more
    return Door(archive, largest=1000)


def test_too_large_here(held: Door, lending: Door) -> None:
    """A large object, or range, is lent out; small ranges are served; 400 if neither."""
    for fields in ({}, {"range": "bytes=0-5000"}):
        said = lending.ask(PATH, **fields)
        assert 307 == said.status
        assert f"https://bucket.example/{KEY}?signed&" == said.fields["location"]
        assert "no-store" == said.fields["cache-control"]
    assert DATA[:1000] == lending.ask(PATH, range="bytes=0-999").body
    held.largest = 1000
    assert 400 == held.ask(PATH).status
    assert "ask for ranges" in held.ask(PATH).text
    assert 200 == lending.ask(PATH, method="HEAD").status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/warc/" + a_warc_key("f" * 16), 404),
        ("/warc/etc/passwd", 400),
        ("/warc/warcs/../state.sqlite", 400),
        ("/warc/warcs/%2e%2e/a.warc.gz", 400),
        ("/warc/" + "a" * 3000, 400),
    ],
)
def test_no_such_object(held: Door, path: str, status: int) -> None:
    """What is no key is 400, what is not there 404."""
    assert status == held.ask(path).status
    assert status == held.ask(path, method="HEAD").status
