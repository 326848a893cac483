"""``/cdx``: the CDX server API over HTTP, and how much it reads for an answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest

from hozon.cdx import query
from hozon.nouns.model import Capture
from hozon.nouns.places import Place, place_of
from hozon.nouns.ports import Index
from hozon.retrieving import lookup, paging
from hozon.web import captures
from tests.fakes import NOON, a_capture, a_location, after
from tests.unit.web.conftest import Door

URI = "https://example.org/a"


@pytest.fixture
def ten(door: Door) -> list[Capture]:
    """Return ten captures of one URI, an hour apart, held with neighbours of theirs."""
    made = [
        a_capture(URI, captured_at=after(3600 * n), payload_digest=f"sha256:D{n // 2}")
        for n in range(10)
    ]
    door.hold(
        *made,
        a_capture(f"{URI}/b", status=404),
        a_capture("https://www.example.org/"),
        a_capture("https://blog.example.org/"),
        a_capture("https://example.org:8443/"),
        a_capture("https://example-b.org/"),
    )
    return made


def stamps(lines: list[str]) -> list[str]:
    """Return the timestamps of rows of text."""
    return [line.split(" ")[1] for line in lines]


HOURS = [f"202608{22 + h // 24:02}{h % 24:02}0000" for h in range(12, 22)]


@pytest.mark.parametrize("path", ["/cdx", "/cdx/search/cdx"])
def test_one_uri(door: Door, ten: list[Capture], path: str) -> None:
    """All captures of a URI, oldest first, seven fields each, under either path."""
    said = door.ask(f"{path}?url=example.org/a")

    assert 200 == said.status
    assert HOURS == stamps(said.lines)
    assert {7} == {len(line.split(" ")) for line in said.lines}
    assert said.fields["content-type"].startswith("text/plain")
    assert "link" not in said.fields


@pytest.mark.parametrize(
    ("asked", "count_"),
    [
        ("url=example.org/a*", 11),
        ("url=example.org/*", 12),
        ("url=example.org&matchType=host", 13),
        ("url=*.example.org", 14),
        ("url=example.org&matchType=domain", 14),
        ("url=org&matchType=domain", 15),
        ("url=nowhere.example.org", 0),
    ],
)
def test_many_uris(door: Door, ten: list[Capture], asked: str, count_: int) -> None:
    """Prefix, host and domain hold what they say, in the order of their keys."""
    lines = door.ask(f"/cdx?{asked}").lines

    assert count_ == len(lines)
    assert [line.split(" ")[:2] for line in lines] == sorted(
        line.split(" ")[:2] for line in lines
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("limit=3", HOURS[:3]),
        ("limit=-3", HOURS[7:]),
        ("limit=-99", HOURS),
        ("offset=8", HOURS[8:]),
        ("offset=2&limit=3", HOURS[2:5]),
        ("from=2026082214", HOURS[2:]),
        ("to=2026082214", HOURS[:3]),
        ("from=2026082214&to=2026082215", HOURS[2:4]),
        ("from=2027", []),
        ("sort=reverse", HOURS[::-1]),
        ("sort=reverse&limit=2", HOURS[:7:-1]),
        ("sort=reverse&offset=1&limit=1", [HOURS[8]]),
        ("sort=reverse&to=2026082213", HOURS[1::-1]),
        ("closest=20260822142900&limit=1", [HOURS[2]]),
        ("closest=20260822143000&limit=2", HOURS[2:4]),
        ("closest=20260822150000&sort=closest&limit=3", [HOURS[n] for n in (3, 2, 4)]),
        ("closest=2020&sort=closest", HOURS),
        ("closest=2030", HOURS[::-1]),
        ("closest=20260822150000&offset=1&limit=1", [HOURS[2]]),
        ("filter=digest:D3", HOURS[6:8]),
        ("filter=!digest:D[0-3]", HOURS[8:]),
        ("filter=%3Dstatus:404", []),
        ("filter=~timestamp:1[67]0000$&filter0=statuscode:200", HOURS[4:6]),
        ("collapse=digest", HOURS[::2]),
        ("collapse=timestamp:8", [HOURS[0]]),
        ("collapse=digest&limit=2", HOURS[:3:2]),
        ("limit=1&matchType=exact&fastLatest=true&unknown=1", HOURS[:1]),
        ("sort=closest&closest=&limit=1", HOURS[:1]),
    ],
)
def test_wishes(
    door: Door, ten: list[Capture], asked: str, expected: list[str]
) -> None:
    """Limits, spans, orders, filters and collapses, and several at once."""
    assert expected == stamps(door.ask(f"/cdx?url={URI}&{asked}").lines)


@pytest.mark.parametrize("asked", ["sort=reverse", "limit=-2"])
def test_the_last_of_many_uris(door: Door, ten: list[Capture], asked: str) -> None:
    """Backwards goes also where many URIs are asked for."""
    forwards = door.ask("/cdx?url=*.example.org").lines
    said = door.ask(f"/cdx?url=*.example.org&{asked}").lines

    assert (forwards[::-1] if "sort" in asked else forwards[-2:]) == said


def test_json(door: Door, ten: list[Capture]) -> None:
    """A list of lists with a header, and with what a record can be read by."""
    said = json.loads(door.ask(f"/cdx?url={URI}&output=json&limit=1").text)
    few = json.loads(door.ask(f"/cdx?url={URI}&output=json&fl=url,status&limit=1").text)

    assert [*["urlkey", "timestamp", "original"], "offset", "filename"] == [
        *said[0][:3],
        *said[0][7:],
    ]
    assert ten[0].location.warc_key == said[1][8]
    assert [["url", "status"], [URI, "200"]] == few
    assert "[]\n" == door.ask("/cdx?url=x.example&output=json").text


def test_cdxj(door: Door, ten: list[Capture]) -> None:
    """Key, timestamp, and an object by pywb's names."""
    key, stamp, said = door.ask(f"/cdx?url={URI}&output=cdxj").lines[0].split(" ", 2)

    assert ("org,example)/a", HOURS[0]) == (key, stamp)
    assert {"url": URI, "mime": "text/html", "status": "200"}.items() <= json.loads(
        said
    ).items()


def test_revisits_resolved(door: Door) -> None:
    """Whoever asks is told where a revisit's payload lies, and its type."""
    original = a_capture(URI, location=a_location(offset=77))
    revisit = replace(
        original,
        record_type="revisit",
        record_id="urn:uuid:r",
        captured_at=after(60),
        location=a_location(offset=500),
    )
    door.hold(original, revisit)

    plain = door.ask(f"/cdx?url={URI}").lines
    resolved = door.ask(f"/cdx?url={URI}&resolveRevisits=true").lines

    assert ["text/html", "warc/revisit"] == [line.split(" ")[3] for line in plain]
    assert ["text/html"] * 2 == [line.split(" ")[3] for line in resolved]
    assert ["- - -", f"100 77 {original.location.warc_key}"] == [
        " ".join(line.split(" ")[7:]) for line in resolved
    ]


def walked(door: Door, asked: str) -> Iterator[list[str]]:
    """Yield the rows of each answer on the way that resume keys lead."""
    key = ""
    while True:
        lines = door.ask(f"/cdx?{asked}&showResumeKey=true{key}").lines
        if len(lines) < 2 or lines[-2]:
            yield lines
            return
        yield lines[:-2]
        key = f"&resumeKey={lines[-1]}"


@pytest.mark.parametrize(
    "asked",
    [
        f"url={URI}",
        "url=*.example.org",
        "url=org&matchType=domain",
        f"url={URI}&sort=reverse",
        f"url={URI}&collapse=digest",
        f"url={URI}&from=2026082214&to=2026082219&filter=statuscode:200",
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 99])
def test_resume_keys(door: Door, ten: list[Capture], asked: str, limit: int) -> None:
    """Going on from key to key gives each row once, and ends."""
    whole = door.ask(f"/cdx?{asked}").lines

    pages = list(walked(door, f"{asked}&limit={limit}"))

    assert whole == [line for page in pages for line in page]
    assert all(len(page) <= limit for page in pages)


def test_a_key_in_json(door: Door, ten: list[Capture]) -> None:
    """Behind an empty list; and a Link leads on for whoever asked for no key."""
    said = door.ask(f"/cdx?url={URI}&output=json&limit=2&showResumeKey=true")
    plain = door.ask(f"/cdx?url={URI}&limit=2")

    *rows, empty, [key] = json.loads(said.text)
    assert (3, []) == (len(rows), empty)
    there = plain.fields["link"].partition(">")[0].strip("<")
    assert key in there
    link = urlsplit(there)
    assert HOURS[2:4] == stamps(door.ask(f"{link.path}?{link.query}").lines)


def test_pages_end(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting up gives each row once; the page behind the last is 400."""
    monkeypatch.setattr(query, "LINES", 4)
    made = [a_capture(f"{URI}/{n:02}") for n in range(12)]
    door.hold(*made)
    seen: list[str] = []
    for number in count():
        said = door.ask(f"/cdx?url={URI}*&page={number}")
        if said.status == 400:
            break
        assert 200 == said.status
        seen += said.lines

    assert 3 == number
    assert door.ask(f"/cdx?url={URI}*").lines == seen
    assert "3\n" == door.ask(f"/cdx?url={URI}*&showNumPages=true").text
    assert "first is 0" in said.text


def test_pages_of_nothing(door: Door) -> None:
    """The first page is there, and empty; no other is."""
    assert (200, "") == (
        (said := door.ask("/cdx?url=x.example&page=0")).status,
        said.text,
    )
    assert 400 == door.ask("/cdx?url=x.example&page=1").status
    assert "1\n" == door.ask("/cdx?url=x.example&showNumPages=true").text


def test_a_page_that_is_asked_for_alone(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any page can be had without the ones before; what is filtered out counts."""
    monkeypatch.setattr(query, "LINES", 4)
    door.hold(*(a_capture(f"{URI}/{n:02}", status=200 + n) for n in range(10)))

    last = door.ask(f"/cdx?url={URI}*&page=2")
    second = door.ask(f"/cdx?url={URI}*&page=1&filter=!statuscode:205")

    assert ["208", "209"] == [line.split(" ")[4] for line in last.lines]
    assert ["204", "206", "207"] == [line.split(" ")[4] for line in second.lines]
    assert 400 == door.ask(f"/cdx?url={URI}*&page=3").status


@dataclass(slots=True)
class Watched:
    """An index that counts the captures that are taken from it."""

    index: Index
    taken: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.index, name)

    def captures(
        self, *, prefix: str = "", after: Place | None = None, at_once: int = 1000
    ) -> Iterator[Capture]:
        """Yield captures, counted."""
        for capture in self.index.captures(prefix=prefix, after=after, at_once=at_once):
            self.taken += 1
            yield capture


@pytest.fixture
def watched(door: Door) -> Watched:
    """Return the index of the door, which is counted from now on."""
    watched = Watched(door.archive.index)
    index: Any = watched
    door.archive = replace(door.archive, index=index)
    return watched


def test_an_answer_reads_its_page(door: Door, watched: Watched) -> None:
    """A limit bounds what is read, a page too, and going on starts where it ended."""
    door.hold(*(a_capture(f"{URI}/{n:03}") for n in range(500)))

    first = door.ask(f"/cdx?url={URI}*&limit=10&showResumeKey=true")
    assert 11 == watched.taken
    watched.taken = 0
    door.ask(f"/cdx?url={URI}*&limit=10&resumeKey={first.lines[-1]}")
    assert 11 == watched.taken


def test_pages_read_themselves(
    door: Door, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who counts up has each capture read once, with the first of the next page."""
    monkeypatch.setattr(query, "LINES", 100)
    door.hold(*(a_capture(f"{URI}/{n:03}") for n in range(500)))
    for number in range(5):
        door.ask(f"/cdx?url={URI}*&page={number}")

    assert 504 == watched.taken
    assert 400 == door.ask(f"/cdx?url={URI}*&page=5").status
    assert 504 == watched.taken


def test_a_filter_that_fits_nothing(
    door: Door, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is bounded: an empty answer with the key to go on from there."""
    monkeypatch.setattr(lookup, "MOST_SCANNED", 50)
    door.hold(*(a_capture(f"{URI}/{n:03}") for n in range(120)))

    pages = list(walked(door, f"url={URI}*&filter=statuscode:404"))

    assert [[], [], []] == pages
    assert watched.taken <= 120 + 2


@pytest.mark.parametrize("asked", ["sort=reverse", "limit=-5", "offset=60"])
def test_what_would_take_too_much(
    door: Door, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """The last of very many is refused, and how to ask for less is told."""
    monkeypatch.setattr(lookup, "MOST_SCANNED", 50)
    door.hold(*(a_capture(f"{URI}/{n:03}") for n in range(120)))

    said = door.ask(f"/cdx?url={URI}*&{asked}")

    assert 400 == said.status
    assert "name less of it" in said.text


def test_too_many_to_count(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A count that would read on and on is refused as well."""
    monkeypatch.setattr(paging, "MOST_COUNTED", 5)
    door.hold(*(a_capture(f"{URI}/{n}") for n in range(6)))

    assert 400 == door.ask(f"/cdx?url={URI}*&showNumPages=true").status


def test_an_answer_that_is_full(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is left for the next answer, and nothing is lost."""
    door.hold(*(a_capture(f"{URI}/{n:03}") for n in range(100)))
    whole = door.ask(f"/cdx?url={URI}*").lines
    monkeypatch.setattr(captures, "_ROOM", 2000)

    pages = list(walked(door, f"url={URI}*"))

    assert whole == [line for page in pages for line in page]
    assert len(pages) > 5
    assert all(sum(map(len, page)) < 2000 for page in pages)


def test_compression(door: Door, ten: list[Capture]) -> None:
    """Who accepts gzip gets it, unless the query says otherwise."""
    door.hold(*(a_capture(f"{URI}/{n:03}") for n in range(20)))
    plain = door.ask(f"/cdx?url={URI}*")
    coded = door.ask(f"/cdx?url={URI}*", accept_encoding="gzip, deflate")
    told = door.ask(f"/cdx?url={URI}*&gzip=false", accept_encoding="gzip")
    refused = door.ask(f"/cdx?url={URI}*", accept_encoding="gzip;q=0, br")

    as_json = door.ask(f"/cdx?url={URI}*&output=json", accept_encoding="gzip")

    assert "gzip" == coded.fields["content-encoding"]
    assert plain.text == coded.text
    assert 32 == len(json.loads(as_json.text))
    assert len(coded.body) < len(plain.body) / 2
    assert "content-encoding" not in {**told.fields, **refused.fields}
    assert "accept-encoding" in plain.fields["vary"]


def test_what_has_not_changed(door: Door, ten: list[Capture]) -> None:
    """The same question again is 304 until there is a new capture."""
    first = door.ask(f"/cdx?url={URI}")
    again = door.ask(f"/cdx?url={URI}", if_none_match=first.fields["etag"])
    door.hold(a_capture(URI, captured_at=NOON.replace(year=2027)))
    later = door.ask(f"/cdx?url={URI}", if_none_match=first.fields["etag"])

    assert (304, b"") == (again.status, again.body)
    assert 200 == later.status


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("", "add url="),
        ("url=", "add url="),
        ("url=example.org&limit=x", "limit is a number"),
        ("url=example.org&filter=~url:(", "regular expression"),
        ("url=example.org&page=99", "there is no page 99"),
        ("url=example.org&" + "&".join(f"a{n}=1" for n in range(99)), "50 parameters"),
    ],
)
def test_problems(door: Door, asked: str, says: str) -> None:
    """400 with a sentence, as JSON for who wants that."""
    plain = door.ask(f"/cdx?{asked}")
    as_json = door.ask(f"/cdx?{asked}", accept="application/json")

    assert (400, 400) == (plain.status, as_json.status)
    assert says in plain.text
    assert says in json.loads(as_json.text)["error"]


def test_places_are_in_the_order_of_the_index(door: Door, ten: list[Capture]) -> None:
    """`place_of` compares as the index orders, on which resuming rests."""
    held = list(door.archive.index.captures())

    assert sorted(held, key=place_of) == held


def test_availability(door: Door, ten: list[Capture]) -> None:
    """The nearest capture, with its memento; without one, an empty object."""
    said = json.loads(
        door.ask("/wayback/available?url=example.org/a&timestamp=2026082214").text
    )
    latest = json.loads(door.ask(f"/wayback/available?url={URI}").text)
    nothing = door.ask("/wayback/available?url=https://nowhere.example/")

    assert {
        "status": "200",
        "available": True,
        "url": f"https://h.example/web/{HOURS[2]}/{URI}",
        "timestamp": HOURS[2],
    } == said["archived_snapshots"]["closest"]
    assert HOURS[9] == latest["archived_snapshots"]["closest"]["timestamp"]
    assert (200, {}) == (nothing.status, json.loads(nothing.text)["archived_snapshots"])
    assert 400 == door.ask("/wayback/available").status
    assert "error" in json.loads(door.ask("/wayback/available?url=x y:z").text)
