"""Subscription lists: what other readers write is understood, what we write comes back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon import opml
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Feed
from tests import effort
from tests.fakes import a_feed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URI = "https://example.org/feed"


def a_list(body: str, *, encoding: str = "utf-8", declared: str = "UTF-8") -> bytes:
    """Return a list with this body, which begins in line 2."""
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>\n<opml><body>{body}</body></opml>'
    )
    return text.encode(encoding)


def only(document: bytes) -> opml.Outline:
    [outline] = opml.read(document)
    return outline


def a_text(most: int = 30) -> st.SearchStrategy[str]:
    """Return texts that XML can hold."""
    letters = st.characters(
        exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
    )
    return st.text(letters, min_size=1, max_size=most)


FOLDERS = st.lists(a_text(20).map(str.strip).filter(bool), max_size=6).map(tuple)
SECONDS = st.none() | st.integers(900, 2_592_000)
FEEDS = st.lists(
    st.builds(
        a_feed,
        st.uuids().map(str),
        title=st.none() | a_text(),
        folder=FOLDERS,
        paused=st.booleans(),
        every_min_s=SECONDS,
        every_max_s=SECONDS,
    ),
    max_size=8,
)


def settings(it: Feed | opml.Outline) -> tuple[object, ...]:
    return it.uri, it.title, it.folder, it.paused, it.every_min_s, it.every_max_s


@given(FEEDS)
def test_all_settings_come_back(feeds: list[Feed]) -> None:
    """What is exported is imported with all that an operator may set of a feed."""
    stated = [
        replace(feed, uri=f"https://example.org/{n}") for n, feed in enumerate(feeds)
    ]

    outlines = opml.read(opml.write(stated, now=NOW))

    assert sorted(map(settings, stated), key=str) == sorted(
        map(settings, outlines), key=str
    )
    assert not any(outline.problem or outline.notes for outline in outlines)


def test_titles_that_xml_cannot_hold() -> None:
    """A title with control characters or half a character does not break the list."""
    feed = a_feed(uri=URI, title="a\x00b\ud800c\ufffe", folder=("\x0b",))

    outline = only(opml.write([feed], now=NOW))

    assert "abc" == outline.title
    assert () == outline.folder


def test_folders_are_written_once() -> None:
    """Feeds of one folder stand in one outline, wherever they come in the order."""
    feeds = [
        a_feed(str(n), uri=f"{URI}/{n}", folder=folder)
        for n, folder in enumerate([("A", "B"), (), ("A",), ("A", "B")])
    ]

    written = opml.write(feeds, now=NOW).decode()

    assert 1 == written.count('<outline text="A">') == written.count('text="B"')


@pytest.mark.parametrize(
    "body",
    [
        f'<outline xmlURL="{URI}" TEXT="T"/>',
        f'<outline type="rss" title="T" text="other" xmlurl=" {URI}&#10;"/>',
        f'<outline text="T" xmlUrl="feed:{URI}"/>',
        '<outline text="T" xmlUrl="feed://example.org/feed"/>',
        f'<outline gr:id="unbound" text="T" xmlUrl="{URI}"/>',
        f'<outline type="rss" text="T" url="{URI}"/>',
        f'<Outline text="T" xmlUrl="{URI}"><outline text="inner"/></Outline>',
    ],
)
def test_what_other_readers_write(body: str) -> None:
    """Attributes in any case, missing types, ``feed:`` URIs and foreign prefixes."""
    outline = only(a_list(body))

    assert (URI, "T", ()) == (outline.uri, outline.title, outline.folder)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp932", "Shift_JIS"),
        ("euc-jp", "EUC-JP"),
        ("cp932", "UTF-8"),
        ("utf-8", "ISO-8859-1"),
    ],
)
def test_encodings(encoding: str, declared: str) -> None:
    """Lists are read in the encoding they are in, even where they declare another."""
    feed = f'<outline title="ひらがなとカタカナ" xmlUrl="{URI}"/>'
    body = f'\n<outline text="日本のニュース">{feed}</outline>'

    outline = only(a_list(body, encoding=encoding, declared=declared))

    assert ("日本のニュース",) == outline.folder
    assert "ひらがなとカタカナ" == outline.title
    assert 3 == outline.line


def test_bare_ampersands_and_html_entities() -> None:
    """What is broken in most hand-made lists is understood as it was meant."""
    body = '<outline text="Caf&eacute; & Co" xmlUrl="https://example.org/?a=1&b=2"/>'

    outline = only(a_list(body))

    assert "Café & Co" == outline.title
    assert "https://example.org/?a=1&b=2" == outline.uri


def test_a_category_is_a_folder_where_there_is_no_other() -> None:
    """OPML 2.0 has categories; the first one tells where a feed belongs."""
    attributes = f'category="/News/Tech,/Other" xmlUrl="{URI}"'

    assert ("News", "Tech") == only(a_list(f"<outline {attributes}/>")).folder
    nested = f'<outline text="Mine"><outline {attributes}/></outline>'
    assert ("Mine",) == only(a_list(nested)).folder


def test_rubbish_is_told_and_the_rest_is_read() -> None:
    """Each feed that cannot be used says why, and in which line it stands."""
    body = (
        '\n<outline type="rss" text="no address"/>'
        '\n<outline type="rss" xmlUrl="javascript:alert(1)"/>'
        f'\n<outline xmlUrl="{"x" * 5000}"/>'
        '\n<outline type="link" url="https://example.org/page"/>'
        f'\n<outline xmlUrl="{URI}"/>'
    )

    found = {outline.line: outline for outline in opml.read(a_list(body))}

    assert [3, 4, 5, 7] == list(found)
    assert "no xmlUrl" == found[3].problem
    assert "not an http or https URI" in str(found[4].problem)
    assert "URI of 5000 characters" in str(found[5].problem)
    assert URI == found[7].uri


def test_settings_that_are_none() -> None:
    """A setting that cannot be understood is told; the feed is followed without it."""
    body = (
        f'<outline xmlns:h="{opml.NAMESPACE}" xmlUrl="{URI}" h:paused="maybe" '
        'h:everyMin="soon" h:everyMax="86400" other:paused="true"/>'
    )

    outline = only(a_list(body))

    assert (False, None, 86400) == (
        outline.paused,
        outline.every_min_s,
        outline.every_max_s,
    )
    assert 2 == len(outline.notes)


def test_a_list_that_breaks_off() -> None:
    """What stands before the break is followed; the break is told with its line."""
    document = a_list(f'<outline xmlUrl="{URI}"/>\n<outline xmlU')[:-16]

    first, broken = opml.read(document)

    assert URI == first.uri
    assert broken.uri is None
    assert 3 == broken.line
    assert "nothing behind it was read" in str(broken.problem)


BOMB = (
    b'<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<opml><body><outline text="&b;" xmlUrl="https://example.org/"/></body></opml>'
)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "no markup"),
        (b"\xff\xfe", "no markup"),
        (b'{"feeds": []}', "JSON"),
        (b"<!doctype html><title>x</title><p>hello", "HTML"),
        (b"<html><body/></html>", "page"),
        (b'<rss version="2.0"><channel/></rss>', "hozon feeds add"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "hozon feeds add"),
        (b"<other/>", "the root element is <other>"),
        (b"<opml><body>", "no element found"),
        (BOMB, "declares entities"),
        (b"<opml>" + b"<outline>" * 100, "deeper than 50"),
        (b" " * (opml.LARGEST + 1), "at most"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)}-bytes",
)
def test_what_is_no_list(document: bytes, said: str) -> None:
    """Whatever else it is, it is named, and nothing hostile is expanded."""
    with pytest.raises(Misuse, match=said):
        opml.read(document)


@pytest.mark.parametrize(
    "document",
    [
        b"<opml>" + b"&" * 2_000_000,
        b"<opml>" + b"<![CDATA[" * 200_000,
        b"<opml>" + b"<!--" * 400_000,
        b"<?xml " * 300_000,
        b"<opml><body><outline " + b'a="1" ' * 300_000,
        b"<" * 1_000_000,
    ],
    ids=["ampersands", "cdata", "comments", "declarations", "attributes", "tags"],
)
def test_hostile_lists_take_no_time(document: bytes) -> None:
    """Megabytes of broken markup are refused in seconds: nothing is quadratic."""
    with effort.at_most(seconds=20), pytest.raises(Misuse):
        opml.read(document)


def test_ten_thousand_feeds() -> None:
    """A list of ten thousand feeds is written and read in a moment."""
    feeds = [
        a_feed(str(n), uri=f"{URI}/{n}", title=f"No. {n} & more", folder=(f"F{n % 9}",))
        for n in range(10_000)
    ]
    with effort.at_most(seconds=20):
        outlines = opml.read(opml.write(feeds, now=NOW))

        assert 10_000 == len({outline.uri for outline in outlines})
