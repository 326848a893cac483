"""What every `Index` promises, but for the river and for order (see beside)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from hozon.nouns.digests import Digest, sha256
from hozon.nouns.errors import NotFound
from hozon.nouns.model import Capture, Facts, Holdings
from hozon.nouns.payloads import LARGE
from hozon.nouns.ports import Index
from tests.fakes import (
    NOON,
    a_capture,
    a_capture_job,
    a_location,
    a_snapshot,
    a_trouble,
    after,
    an_entry,
    payload,
    revisiting,
)

PAYLOAD = sha256(b"payload")
LARGE_ONE: dict[str, Any] = {"payload_digest": PAYLOAD, "payload_length": LARGE}
LINK = "https://example.com/e1"


def captured(*captures: Capture) -> Holdings:
    """Return what an object holds that has nothing but captures."""
    return Holdings(captures=captures)


def test_a_capture_comes_back(index: Index) -> None:
    """A capture is found as it was added, with every field."""
    capture = a_capture(
        "https://example.com/é?q=1",
        record_type="revisit",
        status=404,
        media_type="application/rss+xml",
        payload_length=0,
        location=a_location(offset=5, length=7),
        truncated="length",
        stale_at=after(5),
    )
    index.add(captured(capture))

    assert [capture] == index.timemap(capture.target_uri)


def test_the_timemap_of_a_uri(index: Index) -> None:
    """Scheme and www do not matter to a timemap, another path does; oldest first."""
    same = [
        a_capture("https://www.example.com/a", captured_at=after(2)),
        a_capture("http://example.com/a", captured_at=after(0.001)),
        a_capture("https://example.com/a?", captured_at=after(1)),
    ]
    others = [
        a_capture("https://example.com/"),
        a_capture("https://example.com/a/"),
        a_capture("https://example.com/ab"),
        a_capture("https://blog.example.com/a"),
        a_capture("https://example.com:8443/a"),
    ]
    index.add(captured(*same, *others))

    assert [same[1], same[2], same[0]] == index.timemap("https://example.com/a")


def test_no_timemap(index: Index) -> None:
    """Of a URI that was never captured there is nothing."""
    assert [] == index.timemap("https://example.com/")


def test_the_latest_captures(index: Index) -> None:
    """Of each URI the latest capture, if that is one of the very URI, and late enough."""
    early, late, old = (
        a_capture(f"https://example.com/{path}", captured_at=after(n))
        for path, n in (("a", 1), ("a", 2), ("old", 0))
    )
    plain = a_capture("http://example.com/b", captured_at=after(3))
    index.add(captured(late, early, old, plain, a_capture("https://example.com/b")))
    asked = [f"https://example.com/{path}" for path in ("a", "b", "old", "new")]

    assert {late.target_uri: late} == index.latest(asked, since=after(0.5))
    assert {old.target_uri: old} == index.latest(asked[2:], since=after(0))
    assert {} == index.latest([], since=after(0))


def test_a_long_uri(index: Index) -> None:
    """URIs that are alike for their first 3 000 characters are told apart."""
    uris = [f"https://example.com/{'a' * 3000}{letter}" for letter in "cab"]
    index.add(captured(*map(a_capture, uris)))

    assert [a_capture(uris[0])] == index.timemap(uris[0])
    assert [a_capture(uri) for uri in sorted(uris)] == list(
        index.captures(prefix=f"com,example)/{'a' * 2000}")
    )


def test_the_earliest_response(index: Index) -> None:
    """A large payload is found by its digest: its earliest response, in any order."""
    late, early, later = (
        a_capture(f"https://{n}.com/", captured_at=after(n), **LARGE_ONE)
        for n in (2, 1, 3)
    )
    revisit = a_capture(
        captured_at=after(0), payload_digest=PAYLOAD, record_type="revisit"
    )
    index.add(captured(late, revisit))
    index.add(captured(early))
    index.add(captured(later))

    assert {PAYLOAD: early} == index.by_digest([PAYLOAD])


def test_the_earliest_of_one_object(index: Index) -> None:
    """Also when all came in one object."""
    two = [
        a_capture(f"https://{n}.com/", captured_at=after(n), **LARGE_ONE)
        for n in (2, 1)
    ]
    index.add(captured(*two))

    assert {PAYLOAD: two[1]} == index.by_digest([PAYLOAD])


def test_payloads_that_are_not_held(index: Index) -> None:
    """Digests without a response are absent, also if there is a revisit."""
    revisit = a_capture(payload_digest=PAYLOAD, record_type="revisit")
    index.add(captured(revisit))

    assert {} == index.by_digest([PAYLOAD, sha256(b"other"), Digest("md5:odd")])
    assert {} == index.by_digest([])


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "the other way round"])
@pytest.mark.parametrize("length", [9, LARGE], ids=["small", "large"])
def test_what_revisits_refer_to(index: Index, length: int, order: int) -> None:
    """It is found by its digest, of any size: the earliest of those that are referred to,
    in whatever order they are added.
    """
    early, late = (
        a_capture(
            f"https://{n}.com/",
            captured_at=after(n),
            payload_digest=PAYLOAD,
            payload_length=length,
        )
        for n in (1, 2)
    )
    for each in [
        captured(early),
        captured(late),
        revisiting(late, 1),
        revisiting(early, 2),
        revisiting(late, 3),
    ][::order]:
        index.add(each)

    assert {PAYLOAD: early} == index.by_digest([PAYLOAD])


def test_a_reference_to_what_is_not_held(index: Index) -> None:
    """It finds nothing, and is in nobody's way."""
    lost = a_capture("https://lost.com/", captured_at=after(-9), **LARGE_ONE)
    index.add(revisiting(lost, 1))
    assert {} == index.by_digest([PAYLOAD])
    held = a_capture("https://held.com/", **LARGE_ONE)
    index.add(captured(held))

    assert {PAYLOAD: held} == index.by_digest([PAYLOAD])


@pytest.mark.parametrize("length", [9, LARGE], ids=["small", "large"])
def test_what_comes_again(index: Index, length: int) -> None:
    """A payload is held if its URI answered the same before: the response, whether
    that was the last answer or what the last answer was a revisit of.
    """
    first = a_capture(payload_length=length)
    asked = [payload(first), payload(a_capture("https://example.com/other"))]
    assert {} == index.held(asked)
    for each in (captured(first), revisiting(first, 1), revisiting(first, 2)):
        index.add(each, held=index.held(asked))
        assert {first.payload_digest: first} == index.held(asked)

    assert {} == index.held([replace(payload(first), digest=PAYLOAD)])
    assert {} == index.held([])


def test_a_large_payload_from_elsewhere(index: Index) -> None:
    """What is large is held wherever it came from."""
    first = a_capture(**LARGE_ONE)
    index.add(captured(first))
    elsewhere = replace(payload(first), target_uri="https://other.org/")

    assert {PAYLOAD: first} == index.held([elsewhere])


def test_many_digests(index: Index) -> None:
    """Any number of digests is asked for at once, some of them twice."""
    captures = [
        a_capture(f"https://example.com/{n}", payload_length=LARGE) for n in range(130)
    ]
    index.add(captured(*captures))
    digests = [each.payload_digest for each in captures]

    assert dict(zip(digests, captures, strict=True)) == index.by_digest(digests * 2)


HOSTS = [
    "example-b.com",
    "example.com",
    "example.com:8080",
    "blog.example.com",
    "example1.com",
    "a.example.co.jp",
    "b.example.co.jp",
    "example.ne.jp",
    "localhost",
    "192.0.2.1",
    "192.0.2.1:81",
    "[2001:db8::1]",
    "[2001:db8::1]:81",
    "xn--wgv71a.jp",
]


@pytest.fixture(scope="module")
def of_all_hosts() -> list[tuple[str, Capture]]:
    """Return captures of all hosts with their keys, in the order of these."""
    keys = {
        "example-b.com": "com,example-b)",
        "example.com": "com,example)",
        "example.com:8080": "com,example:8080)",
        "blog.example.com": "com,example,blog)",
        "example1.com": "com,example1)",
        "a.example.co.jp": "jp,co,example,a)",
        "b.example.co.jp": "jp,co,example,b)",
        "example.ne.jp": "jp,ne,example)",
        "localhost": "localhost)",
        "192.0.2.1": "192.0.2.1)",
        "192.0.2.1:81": "192.0.2.1:81)",
        "[2001:db8::1]": "[2001:db8::1])",
        "[2001:db8::1]:81": "[2001:db8::1]:81)",
        "xn--wgv71a.jp": "jp,xn--wgv71a)",
    }
    return sorted(
        (
            (keys[host] + path, a_capture(f"https://{host}{path}"))
            for host in HOSTS
            for path in ("/", "/b?q", "/a/b")
        ),
        key=lambda each: each[0],
    )


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "c",
        "com,",
        "com,example",
        "com,example)",
        "com,example)/",
        "com,example)/b?",
        "com,example,",
        "com,example,bl",
        "com,example:",
        "com,example:8080)/a",
        "jp,",
        "jp,co,",
        "jp,co,ex",
        "jp,co,example,",
        "jp,co,example,a)/",
        "jp,ne,example",
        "localhost",
        "192.",
        "192.0.2.1",
        "192.0.2.1:81",
        "[2001",
        "[2001:db8::1]:",
        "org,",
        "com,example)/a/b ",
    ],
)
def test_captures_by_prefix(
    index: Index, of_all_hosts: list[tuple[str, Capture]], prefix: str
) -> None:
    """Captures come in the order of their keys, with any prefix, however short."""
    index.add(captured(*(capture for _, capture in of_all_hosts)))

    assert [capture for key, capture in of_all_hosts if key.startswith(prefix)] == list(
        index.captures(prefix=prefix)
    )


def test_captures_by_instant(index: Index) -> None:
    """Captures with one key come oldest first."""
    three = [a_capture(captured_at=after(n)) for n in (0.5, 1, 10)]
    index.add(captured(three[2], three[0], three[1]))

    assert three == list(index.captures())


def test_an_entry_comes_back(index: Index) -> None:
    """An entry is found as it was added, with every field."""
    entry = an_entry(
        title="保存 <b>&amp;</b>\n",
        authors=(),
        language=None,
        published=None,
        published_at=after(-7),
        updated_at=after(0.123),
        river_at=after(-7),
    )
    index.add(Holdings(entries=(entry,)))

    assert entry == index.entry(entry.key)


def test_no_such_entry(index: Index) -> None:
    """An entry that was never stated is not found, though something failed for it."""
    index.trouble(a_trouble("e1"))
    index.add(Holdings(snapshots=(a_snapshot(entry_key="e2"),)))

    for key in ("e1", "e2", "e3", "記事", "\udcff"):
        with pytest.raises(NotFound):
            index.entry(key)


def test_statements_merge(index: Index) -> None:
    """The first statement places an entry, the one seen last says the rest."""
    first = an_entry(first_seen_at=after(1), river_at=after(0), seen_at=after(1))
    last = an_entry(
        first_seen_at=after(5),
        river_at=after(5),
        seen_at=after(5),
        title="New title",
        fingerprint="new",
    )
    between = an_entry(
        first_seen_at=after(3), river_at=after(3), seen_at=after(3), title="Other"
    )
    for statement in (last, first, between):
        index.add(Holdings(entries=(statement,)))

    expected = replace(last, first_seen_at=after(1), river_at=after(0))
    assert expected == index.entry("e1")
    assert {"e1": expected} == index.entries(["e1", "e2"])
    assert [expected] == [each.entry for each in index.river(limit=9)[0]]


def test_statements_of_one_object_merge(index: Index) -> None:
    """Also when both came in one object."""
    two = (an_entry(seen_at=after(2), title="New title"), an_entry())
    index.add(Holdings(entries=two))

    assert two[0] == index.entry("e1")


def test_no_statement_is_lost(index: Index) -> None:
    """Many who state one entry at once lose no statement."""
    statements = [
        an_entry(first_seen_at=after(n), river_at=after(n), seen_at=after(10 - n))
        for n in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: index.add(Holdings(entries=(one,))), statements))

    expected = an_entry(first_seen_at=after(0), river_at=after(0), seen_at=after(10))
    assert expected == index.entry("e1")


def test_known_entries(index: Index) -> None:
    """Entries are told by their keys, any number of them, those that are known."""
    entries = {f"e{n}": an_entry(f"e{n}", fingerprint=f"f{n}") for n in range(120)}
    index.add(Holdings(entries=tuple(entries.values())))

    assert entries == index.entries([*entries, "unknown"])
    assert {} == index.entries(["unknown"])
    assert {} == index.entries([])


def test_recent_entries(index: Index) -> None:
    """The latest entries of a feed come by their place in the river, and no others."""
    entries = [
        an_entry(f"e{n:02}", feed_id=f"f{n % 2}", river_at=after(n // 4))
        for n in range(20)
    ]
    index.add(Holdings(entries=tuple(entries)))

    assert entries[19:9:-2] == index.recent("f1", limit=5)
    assert entries[19::-2] == index.recent("f1", limit=99)
    assert [] == index.recent("unknown", limit=5)


def test_a_snapshot_comes_back(index: Index) -> None:
    """A snapshot is found as it was added, with every field."""
    snapshot = a_snapshot(
        facts=Facts(
            title="題",
            authors=("Ann", "Bob"),
            published_at=after(-1),
            modified_at=after(0.001),
            language="ja",
            site="Example",
            canonical_uri="https://example.com/e1",
            lead_image="https://example.com/e1.png",
            text="本文" * 30,
            extractor="turbohtml",
        ),
        missing=2,
        page_uri="https://example.com/e1?utm=1",
    )
    index.add(Holdings(snapshots=(snapshot,)))

    assert [snapshot] == index.snapshots(LINK)


def test_snapshots_oldest_first(index: Index) -> None:
    """The snapshots of an entry come oldest first, those of others not at all."""
    three = [a_snapshot(f"s{n}", captured_at=after(n)) for n in (9, 10, 11)]
    other = a_snapshot("other", link="https://example.com/e11")
    for snapshot in (three[1], other, three[0], three[2]):
        index.add(Holdings(snapshots=(snapshot,)))

    assert three == index.snapshots(LINK)
    assert [] == index.snapshots("https://example.com/e")


def test_snapshots_of_one_page(index: Index) -> None:
    """Links that lead to one page lead to its snapshots, whoever stated which."""
    spellings = [
        "http://www.example.com/e1#top",
        "https://example.com/e1?utm_source=rss",
        "https://example.com:443/e1?",
    ]
    index.add(Holdings(snapshots=(a_snapshot(link=spellings[1]),)))

    for link in (*spellings, LINK):
        assert ["s1"] == [each.id for each in index.snapshots(link)]
    assert [] == index.snapshots("https://example.com/e1?page=2")


def test_nothing_to_do(index: Index) -> None:
    """There is a job to do until its snapshot is indexed, also if others came later."""
    job = a_capture_job("s1")

    assert job == index.claim(job, now=NOON)
    index.add(Holdings(snapshots=(a_snapshot("s1"),)))
    assert index.claim(job, now=NOON) is None
    index.add(Holdings(snapshots=(a_snapshot("s2", captured_at=after(9)),)))
    index.add(Holdings(snapshots=(a_snapshot("s0", captured_at=after(-9)),)))
    for done in ("s0", "s1", "s2"):
        assert index.claim(a_capture_job(done), now=after(99)) is None
    assert a_capture_job("s3") == index.claim(a_capture_job("s3"), now=NOON)


def test_a_long_text_is_cut(index: Index) -> None:
    """An index keeps excerpts: the whole text lies in the WARC object."""
    text = "題" * 10_000
    index.add(
        Holdings(
            entries=(an_entry(summary=text, title=text, authors=(text,) * 99),),
            snapshots=(a_snapshot(facts=Facts(text=text)),),
        )
    )

    entry, (snapshot,) = index.entry("e1"), index.snapshots(LINK)
    assert ("題" * 200, "題" * 200) == (entry.summary, entry.title)
    assert ("題" * 66,) * 20 == entry.authors
    assert "題" * 133 == snapshot.facts.text


def test_text_that_no_encoding_has(index: Index) -> None:
    """Half a surrogate pair in a title, or a NUL, does not keep an entry out."""
    entry = an_entry(title="half \ud83d\0 \u2028\uffff")
    index.add(Holdings(entries=(entry,)))

    assert entry == index.entry("e1")


def test_the_last_trouble(index: Index) -> None:
    """Of each page the last note stands; the latest come first."""
    for trouble in (
        a_trouble("e1", at=after(1), reason="old"),
        a_trouble("e2", at=after(2)),
        a_trouble("e3", at=after(2)),
        a_trouble("e1", at=after(3), final=True),
    ):
        index.trouble(trouble)

    assert [
        a_trouble("e1", at=after(3), final=True),
        a_trouble("e3", at=after(2)),
        a_trouble("e2", at=after(2)),
    ] == list(index.troubles())


def test_a_snapshot_ends_the_trouble(index: Index) -> None:
    """A snapshot clears the note on its page, and no other; later notes stand."""
    index.trouble(a_trouble("e1"))
    index.trouble(a_trouble("e2"))
    index.add(Holdings(snapshots=(a_snapshot("s1"),)))

    assert [a_trouble("e2")] == list(index.troubles())

    index.trouble(a_trouble("e1", at=after(9)))

    assert [a_trouble("e1", at=after(9)), a_trouble("e2")] == list(index.troubles())


def test_an_older_snapshot_ends_the_trouble(index: Index) -> None:
    """A snapshot that comes late clears the note, too: it was not held before."""
    index.add(Holdings(snapshots=(a_snapshot("s2", captured_at=after(9)),)))
    index.trouble(a_trouble("e1"))
    index.add(Holdings(snapshots=(a_snapshot("s1"),)))

    assert [] == list(index.troubles())


def test_a_known_snapshot_ends_no_trouble(index: Index) -> None:
    """A job that is delivered twice, or a reindex, says nothing new of a later note."""
    index.add(Holdings(snapshots=(a_snapshot("s1"),)))
    index.trouble(a_trouble("e1", at=after(9)))
    index.add(Holdings(snapshots=(a_snapshot("s1"),)))

    assert [a_trouble("e1", at=after(9))] == list(index.troubles())


def test_counts(index: Index) -> None:
    """All is counted once, however often it was added."""
    holdings = Holdings(
        captures=(a_capture("https://a.com/"), a_capture("https://b.com/")),
        entries=(an_entry("e1"), an_entry("e2"), an_entry("e3")),
        snapshots=(a_snapshot(),),
    )
    index.add(holdings)
    index.add(holdings)
    index.trouble(a_trouble("e2"))

    assert {
        "entries": 3,
        "snapshots": 1,
        "captures": 2,
        "troubles": 1,
    } == index.counts()


def test_an_empty_index(index: Index) -> None:
    """An index of nothing answers, too; and adding nothing adds nothing."""
    index.add(Holdings())

    assert {
        "entries": 0,
        "snapshots": 0,
        "captures": 0,
        "troubles": 0,
    } == index.counts()
    assert [] == [*index.dump(), *index.captures(), *index.troubles()]
    assert ([], None) == index.river(limit=9)
