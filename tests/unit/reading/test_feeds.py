"""Feeds: what `parse` promises beyond the museum's exhibits."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon import feeds
from hozon.nouns.errors import NotAFeed
from hozon.nouns.model import Enclosure

URI = "https://feed.example/dir/feed.xml"
EMPTY_JSON = b'{"version": "https://jsonfeed.org/version/1", "items": []}'
ITEM = "<item><title>Item {n}</title><link>https://feed.example/{n}</link></item>"


def titles(count: int) -> str:
    return "".join(f"<item><title>{n}</title></item>" for n in range(count))


def rss(inner: str, *, title: str = "T") -> bytes:
    head = f'<rss version="2.0"><channel><title>{title}</title>'
    return f"{head}{inner}</channel></rss>".encode()


def items(count: int) -> str:
    return "".join(ITEM.format(n=n) for n in range(count))


def refusal(document: bytes) -> str:
    with pytest.raises(NotAFeed) as caught:
        feeds.parse(document, uri=URI)
    return str(caught.value)


@pytest.mark.museum(35)
@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Hello, reader.", "plain text"),
        (
            b"<!DOCTYPE html><title>Please log in</title><form>",
            "titled 'Please log in'",
        ),
        (b"<html><body><h1>x</h1>", "an HTML page"),
        (b"<!-- x --><!doctype html><p>y", "an HTML page"),
        ("<html><title>ログイン</title>".encode("cp932"), "titled 'ログイン'"),
        (b'{"error": "gone"}', "JSON without"),
        (b"[1, 2]", "JSON that is no object"),
        (b'{"version": ', "broken JSON"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\x1f\x8b\x08\x00", "gzip-compressed"),
        (b"\x00\x01\x02\x03", "binary data"),
        (b"<opml version='2.0'><body/></opml>", "XML with root <opml>"),
        (b"<sitemapindex/>", "a sitemap index"),
        (b"<urlset><url/></urlset>", "a sitemap without a URI"),
        (b"<rss version='2.0'><channel><title>x</ti", "a broken rss20 feed without"),
        (b"<<<>>>", "broken markup"),
    ],
)
def test_what_is_no_feed_is_named(document: bytes, said: str) -> None:
    """A person who gave the wrong URI is told what is there."""
    assert said in refusal(document)


@pytest.mark.museum(28)
@pytest.mark.parametrize(
    "document",
    [b"/dev/zero", b"/proc/self/environ", b"http://127.0.0.1:9/", b"file:///x"],
)
def test_a_document_is_never_a_file_name(document: bytes) -> None:
    """The parser would open these; they are plain text."""
    assert "plain text" in refusal(document)


@pytest.mark.museum(28)
def test_a_file_of_that_name_is_not_opened(tmp_path: Path) -> None:
    """Not even if the file is there and holds a feed."""
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(items(1)))

    assert "plain text" in refusal(str(path).encode())


@pytest.mark.museum(29)
@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE rss [<!ENTITY a "x">]>',
        '<!-- <a --><!DOCTYPE rss [<!ENTITY a "&b">]>',
        '<!doctype rss [<!entity a "x">]>',
        '<!-- <a --><!DOCTYPE rss [<!ENTITY a "x">]>',
        '<!DOCTYPE rss SYSTEM "<!-- <a" [<!ENTITY a "x">]><!-- -->',
        '<?x <a ?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1/p"> %p;]>',
        '<!DOCTYPE rss [<!ATTLIST item title CDATA "x">]>',
        'x <!DOCTYPE rss [\n<!ENTITY a "x">\n]>',
    ],
)
def test_entity_declarations_are_refused(prolog: str) -> None:
    """However they are hidden: bombs and file inclusion begin with them."""
    document = f'<?xml version="1.0"?>{prolog}'.encode() + rss("&a;" + items(1))

    assert "declares entities" in refusal(document)


@pytest.mark.museum(29, 30)
@pytest.mark.parametrize(
    "beginning",
    [
        b"\n<?xml version='1.0'?><!-- <a -->",
        b"\x01<?xml version='1.0'?>",
        b"<br/>",
        b"<!-- <rss version='2.0'> -->",
        b"\n<!-- <rss version='2.0'> -->",
    ],
)
def test_no_entity_is_ever_expanded(beginning: bytes) -> None:
    """Behind a beginning that is mended or cut off, declarations have no effect."""
    doctype = b"<!DOCTYPE rss [<!ENTITY a 'expanded'>]>"
    try:
        found = repr(
            feeds.parse(beginning + doctype + rss(items(1), title="&a;"), uri=URI)
        )
    except NotAFeed as error:
        found = str(error)

    assert "expanded" not in found


def test_an_article_about_entities_is_read() -> None:
    """Declarations in an entry's text declare nothing."""
    text = "<![CDATA[<!DOCTYPE x [<!ENTITY a 'b'>]>]]>"

    feed = feeds.parse(rss(f"<item><description>{text}</description></item>"), uri=URI)

    assert len(feed.entries) == 1


@pytest.mark.museum(30)
def test_an_external_doctype_is_harmless() -> None:
    """RSS 0.91 feeds have one; nothing is loaded for it."""
    doctype = b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss-0.91.dtd">'

    assert len(feeds.parse(doctype + rss(items(2)), uri=URI).entries) == 2


@pytest.mark.museum(34)
@pytest.mark.parametrize(
    "form",
    [
        '<rss version="2.0"><channel>{items}</channel></rss>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel/>{items}</rdf:RDF>',
    ],
)
def test_long_feeds_are_cut(form: str) -> None:
    """The first 5,000 entries are read, in document order, and the cut is noted."""
    document = form.format(items=titles(5_003)).encode()

    feed = feeds.parse(document, uri=URI)

    assert [str(n) for n in range(5_000)] == [entry.title for entry in feed.entries]
    assert "only the first 5000 entries were read; there are more" in feed.notes
    assert not any("well-formed" in note for note in feed.notes)


def test_a_long_feed_is_as_good_as_a_short_one() -> None:
    """The bound itself is not crossed by 5,000 entries."""
    feed = feeds.parse(rss(titles(5_000)), uri=URI)

    assert (5_000, "4999") == (len(feed.entries), feed.entries[-1].title)
    assert ("entries without an http(s) link: 5000",) == feed.notes


@pytest.mark.museum(34)
def test_large_documents_are_cut() -> None:
    """20 MB are read of a document, and the cut is noted."""
    filling = ("<!--" + "x" * 99_993 + "-->") * (feeds.MAX_BYTES // 100_000)
    document = rss(items(3) + filling + items(1))

    feed = feeds.parse(document, uri=URI)

    assert len(feed.entries) == 3
    assert f"only the first {feeds.MAX_BYTES}" in feed.notes[0]


@pytest.mark.museum(33)
@pytest.mark.parametrize(
    ("inner", "what"),
    [
        ("<x " + " ".join(f'a{n}="1"' for n in range(9_000)) + "/>", "attributes"),
        ("<x " + " ".join(f"a{n}" for n in range(9_000)) + "/>", "attributes"),
        (
            "<x " + " ".join(f'xmlns:n{n}="u"' for n in range(9_000)) + "/>",
            "namespaces",
        ),
        ("".join(f"<category>{n}</category>" for n in range(20_000)), "categories"),
        ("<tags>" + ",".join(map(str, range(20_000))) + "</tags>", "categories"),
        ("<tags><![CDATA[" + "a," * 20_000 + "]]></tags>", "categories"),
        ("<x/>" * 600_000, "tags"),
        ("&lt;" * 1_100_000, "references"),
    ],
)
def test_what_no_parser_should_be_given(inner: str, what: str) -> None:
    """The parser's time grows with the square of these."""
    assert what in refusal(rss(inner))


@pytest.mark.museum(33)
@pytest.mark.parametrize(
    "pattern",
    [
        "<x>",
        "<item>",
        "<!--",
        "<![CDATA[",
        "<",
        "</",
        "<?",
        "&",
        "<a ",
        '<a b="',
        "<svg>",
    ],
)
def test_hostile_repetition_is_survived(pattern: str) -> None:
    """A feed or a refusal, and nothing else, whatever is repeated 10,000 times."""
    try:
        feed = feeds.parse(rss(items(1) + pattern * 10_000), uri=URI)
    except NotAFeed:
        return

    assert feed.entries[0].title == "Item 0"


@pytest.mark.museum(31)
@pytest.mark.parametrize(
    "label",
    ["utf-7", "punycode", "idna", "undefined", "unicode_escape", "zip", "../../etc"],
)
def test_hostile_encoding_labels(label: str) -> None:
    """Only the web's encodings are; others are ignored, in header and declaration."""
    document = f'<?xml version="1.0" encoding="{label}"?>'.encode() + rss(
        items(1), title="caf\\u00e9 +ADw-b+AD4-"
    )

    feed = feeds.parse(document, uri=URI, content_type=f"text/xml; charset={label}")

    assert feed.title == "caf\\u00e9 +ADw-b+AD4-"


@pytest.mark.museum(36)
def test_ids_do_not_depend_on_where_the_feed_was() -> None:
    """A redirect from http to https must not make every entry new."""
    document = rss("<item><guid>a/b</guid><title>x</title></item>")

    ids = {
        feeds.parse(document, uri=f"{scheme}://f.example/f").entries[0].id
        for scheme in ("http", "https")
    }

    assert {"a/b"} == ids


@pytest.mark.museum(36)
def test_monstrous_ids_are_cut_but_stay_different() -> None:
    """An id of a megabyte is none to keep, yet two of them are two."""
    document = rss(
        "".join(
            f'<item><guid isPermaLink="false">{"x" * 1_000_000}{n}</guid></item>'
            for n in range(2)
        )
    )

    one, other = (entry.id or "" for entry in feeds.parse(document, uri=URI).entries)

    assert one != other
    assert max(len(one), len(other)) < 1_100


@pytest.mark.museum(37)
def test_xml_base_applies_to_links() -> None:
    """Links are relative to xml:base, and that to the feed's final URI."""
    document = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/notes/"><id>f</id>'
        b'<entry xml:base="2024/"><id>1</id><link href="one"/></entry>'
        b'<entry xml:base="https://other.example/"><id>2</id><link href="two"/></entry>'
        b"</feed>"
    )

    feed = feeds.parse(document, uri=URI)

    assert [entry.link for entry in feed.entries][1] == "https://other.example/two"


def test_summaries_are_short_plain_and_from_content_if_need_be() -> None:
    """A summary is at most 2,000 characters on one line."""
    html = "&lt;p&gt;word&lt;/p&gt;" * 2_000

    feed = feeds.parse(rss(f"<item><description>{html}</description></item>"), uri=URI)

    (entry,) = feed.entries
    assert len(entry.summary) <= feeds.MAX_SUMMARY
    assert entry.summary.startswith("word word")
    assert entry.content_html is not None
    assert len(entry.content_html) > feeds.MAX_SUMMARY


def test_several_enclosures_are_kept() -> None:
    """Enclosures and media contents are enclosures alike, each once."""
    document = (
        b'<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item>'
        b'<enclosure url="/a.mp3"/><enclosure url="/b.mp3"/>'
        b'<media:content url="/a.mp3"/><media:content url="javascript:x"/>'
        b"</item></channel></rss>"
    )

    (entry,) = feeds.parse(document, uri=URI).entries

    assert (
        Enclosure(uri="https://feed.example/a.mp3"),
        Enclosure(uri="https://feed.example/b.mp3"),
    ) == entry.enclosures


@pytest.mark.parametrize("place", ["feed", "item", "item's end"])
@pytest.mark.parametrize(
    "name",
    [
        *("links", "tags", "authors", "contributors", "content", "media_content"),
        *("title_detail", "summary_detail", "generator_detail", "atom:links"),
    ],
)
def test_no_element_is_taken_for_what_a_library_makes_of_others(
    name: str, place: str
) -> None:
    """A site may call its own elements anything: its entries are read all the same."""
    odd = f"<{name}>one, two</{name}>"
    at_feed, before, behind = (
        odd if place == here else "" for here in ("feed", "item", "item's end")
    )
    document = (
        f"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>{at_feed}"
        "<title>T</title><link>https://e.example/</link><generator>G</generator>"
        f"<item>{before}<title>One</title><link>https://e.example/1</link>"
        "<category>C</category><description>Words</description>"
        "<enclosure url='https://e.example/1.mp3' type='audio/mpeg' length='1'/>"
        f"{behind}</item></channel></rss>"
    )
    found = feeds.parse(document.encode(), uri=URI)
    [entry] = found.entries

    assert ("T", "https://e.example/") == (found.title, found.site_uri)
    assert ("One", "https://e.example/1") == (entry.title, entry.link)
    assert "https://e.example/1.mp3" == entry.enclosures[0].uri
    assert name == "tags" or ("C",) == entry.categories


def test_a_japanese_feed_without_language_is_japanese_in_its_dates() -> None:
    """Kana in the titles tell where unzoned dates are from."""
    item = "<item><title>おしらせ</title><pubDate>2025-10-24 21:00</pubDate></item>"

    (entry,) = feeds.parse(rss(item), uri=URI).entries

    assert entry.published_at == datetime(2025, 10, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "ids"),
    [
        ({"id": "a"}, ["a"]),
        ({"id": 7}, ["7"]),
        ({"id": 1.5}, ["1.5"]),
        ({"id": True}, []),
        ({"id": None}, []),
        ({"id": ""}, []),
        ({"id": ["a"]}, []),
        ({"url": "https://a.example/"}, []),
        ("a", []),
    ],
)
def test_json_items_need_an_id(item: object, ids: list[str]) -> None:
    """Numbers are taken as ids; items without one are left out, as specified."""
    items = [item, {"id": "last"}]
    document = {"version": "https://jsonfeed.org/version/1", "items": items}

    feed = feeds.parse(json.dumps(document).encode(), uri=URI)

    assert "json10" == feed.kind
    assert [*ids, "last"] == [entry.id for entry in feed.entries]
    assert bool(feed.notes) is (not ids)


def test_a_json_feed_without_any_id_is_refused() -> None:
    """Nothing of it could be told apart; that is no empty feed."""
    document = {"version": "https://jsonfeed.org/version/1", "items": [{}, {}]}

    assert "none of whose 2 items has an id" in refusal(json.dumps(document).encode())


@pytest.mark.parametrize("before", [b"{x}", b"[1, ", b"{\0"])
def test_what_begins_like_json_may_be_a_feed(before: bytes) -> None:
    """Servers write what they like before a document."""
    assert len(feeds.parse(before + rss(items(2)), uri=URI).entries) == 2


def test_nul_characters_hide_no_root() -> None:
    """They are dropped before the document is judged."""
    document = rss(items(2)).replace(b" ", b"\0 ").replace(b"<rss", b"<title/><rss", 1)

    assert len(feeds.parse(document, uri=URI).entries) == 2


@pytest.mark.museum(35)
def test_an_empty_feed_is_said_to_be_one() -> None:
    """A feed may be empty; that is no failure, and no silent success."""
    for document in (rss(""), b"<urlset/>", EMPTY_JSON):
        assert ("the feed is empty",) == feeds.parse(document, uri=URI).notes


@given(st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5))
def test_json_of_any_types_is_survived(value: object) -> None:
    """What the specification calls a string may be anything."""
    names = ("title", "url", "content_html", "authors", "tags", "date_published")
    item = {"id": "1", "attachments": value, **dict.fromkeys(names, value)}
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}

    feed = feeds.parse(json.dumps(document).encode(), uri=URI)

    assert len(feed.entries) == 1


@pytest.mark.parametrize(
    "document",
    [b"[" * 100_000, b'{"a":' * 100_000, b'{"version":' + b"9" * 9_999 + b"}"],
)
def test_hostile_json(document: bytes) -> None:
    """Depth and long numbers break parsers, not us."""
    assert "JSON" in refusal(document)


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_feed_or_not(document: bytes) -> None:
    """No other exception than NotAFeed leaves the door."""
    try:
        feed = feeds.parse(document, uri=URI)
    except NotAFeed:
        return

    assert feed.kind


@given(st.data())
def test_mutated_feeds_are_survived(data: st.DataObject) -> None:
    """A feed cut or garbled anywhere is a feed or not, and never an exception."""
    whole = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>題'
        "</title><item><title><![CDATA[<b>x</b>]]></title><link>/1</link>"
        "<pubDate>2025-10-24</pubDate><guid>1</guid><category>c</category>"
        "<enclosure url='/e'/></item></channel></rss>"
    ).encode()
    at = data.draw(st.integers(0, len(whole)))
    junk = data.draw(
        st.sampled_from([b"<", b">", b"&", b"\0", b"]]>", b"<!--", b"\xff", b"'"])
    )
    skip = data.draw(st.integers(0, 30))

    try:
        feed = feeds.parse(whole[:at] + junk + whole[at + skip :], uri=URI)
    except NotAFeed:
        return

    for entry in feed.entries:
        assert entry.link is None or entry.link.startswith("http")
