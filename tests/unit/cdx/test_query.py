"""What a query asks for, read from its parameters."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.cdx import fields, resuming, writing
from hozon.cdx.fields import Row
from hozon.cdx.query import LINES, Query, query
from hozon.nouns.errors import Misuse
from hozon.nouns.instants import from_iso
from hozon.nouns.places import Place
from tests.fakes import NOON, a_capture, a_location


def asked(**parameters: str) -> Query:
    """Return the query of these parameters about one URI."""
    pairs = {"url": "https://example.org/", **parameters}
    return query((name.rstrip("_"), value) for name, value in pairs.items())


def test_the_least() -> None:
    """A URI is enough: seven fields of its captures, in order, as text."""
    found = asked()

    assert "text" == found.output
    assert 7 == len(found.fields)
    assert "ascending" == found.order
    assert (None, None, 0) == (found.limit, found.page, found.offset)


@pytest.mark.parametrize(
    ("stated", "since", "until"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("202602", "2026-02-01", "2026-03-01"),
        ("202402", "2024-02-01", "2024-03-01"),
        ("20260430", "2026-04-30", "2026-05-01"),
        ("2026082212", "2026-08-22T12:00", "2026-08-22T13:00"),
        ("20260822121314", "2026-08-22T12:13:14", "2026-08-22T12:13:15"),
        ("2", "2000-01-01", "3000-01-01"),
    ],
)
def test_from_and_to(stated: str, since: str, until: str) -> None:
    """A part of a timestamp means all of it: from its begin, to its end."""
    found = asked(from_=stated, to=stated)

    assert from_iso(since) == found.since
    assert from_iso(until) == found.until


@pytest.mark.parametrize(
    ("parameters", "order"),
    [
        ({}, "ascending"),
        ({"sort": "reverse"}, "reverse"),
        ({"reverse": "true"}, "reverse"),
        ({"closest": "2026"}, "closest"),
        ({"closest": "2026", "sort": "closest"}, "closest"),
        ({"closest": "", "sort": "closest"}, "ascending"),
        ({"closest": "2026", "sort": "reverse"}, "reverse"),
        ({"closest": "2026", "matchType": "prefix"}, "ascending"),
    ],
)
def test_orders(parameters: dict[str, str], order: str) -> None:
    """Closeness needs an instant and one URI; pywb asks for it with an empty one."""
    assert order == asked(**parameters).order


def test_limits() -> None:
    """A negative limit is the last so many."""
    assert (5, False) == (asked(limit="5").limit, asked(limit="5").last)
    assert (5, True) == (asked(limit="-5").limit, asked(limit="-5").last)


def test_pages() -> None:
    """A page is so many blocks of lines as clients count on; huge ones are cut."""
    assert (2, LINES) == (asked(page="2").page, asked(page="2").page_captures)
    assert 2 * LINES == asked(page="0", pageSize="2").page_captures
    assert 3 * LINES == asked(page="0", pageSize="999").page_captures
    assert asked(showNumPages="true").counts_pages


def test_repeated_parameters() -> None:
    """Filters and collapses may be repeated, also numbered as waybackpy does."""
    pairs = [
        ("url", "example.org"),
        ("filter", "statuscode:200"),
        ("filter0", "!mimetype:image/.*"),
        ("collapse0", "digest"),
        ("collapse", "timestamp:8"),
        ("filtered", "?"),
    ]
    found = query(pairs)

    assert ["statuscode", "mimetype"] == [each.name for each in found.filters]
    assert 2 == len(found.collapses)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"url": ""}, "add url="),
        ({"limit": "ten"}, "limit is a number"),
        ({"limit": "0"}, "asks for nothing"),
        ({"limit": "99999999999"}, "limit is a number"),
        ({"offset": "-1"}, "offset is a number"),
        ({"page": "-1"}, "page is a number"),
        ({"page": "x"}, "page is a number"),
        ({"page": "0", "limit": "-1"}, "ascending order"),
        ({"page": "0", "sort": "reverse"}, "ascending order"),
        ({"from_": "yesterday"}, "not a timestamp"),
        ({"from_": "20261399"}, "no such instant"),
        ({"to": "20261332"}, "no such instant"),
        ({"to": "123456789012345"}, "14 digits"),
        ({"closest": "noon"}, "not a timestamp"),
        ({"sort": "sideways"}, "closest or reverse"),
        ({"output": "xml"}, "text, json, cdxj"),
        ({"fl": "urlkey,colour"}, "no field 'colour'"),
        ({"fields": ","}, "no field ''"),
        ({"resumeKey": "org,example)/ 2026"}, "not a resumeKey"),
        ({"resumeKey": "AAAA"}, "not a resumeKey"),
        ({"matchType": "all"}, "matchType"),
    ],
)
def test_bad_queries(parameters: dict[str, str], says: str) -> None:
    """Each mistake is told with what would be right."""
    with pytest.raises(Misuse, match=says):
        asked(**parameters)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "url",
                "from",
                "to",
                "limit",
                "page",
                "pageSize",
                "filter",
                "collapse",
                "fl",
                "sort",
                "closest",
                "output",
                "resumeKey",
                "matchType",
                "offset",
                "collapseTime",
            ]
        ),
        st.text(max_size=20),
    )
)
def test_whatever_is_asked(parameters: dict[str, str]) -> None:
    """No text in any parameter is more than misuse."""
    try:
        query([("url", "example.org"), *parameters.items()])
    except Misuse:
        return


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_resume_keys(key: str, record_id: str, collapsed: list[str]) -> None:
    """A key comes back as it was, also if a client has quoted it once more."""
    place = Place(key, NOON, record_id)
    made = resuming.resume_key(place, collapsed)

    assert (place, collapsed) == resuming.resumed(made)
    assert made == quote(made, safe="") == unquote(made)


ROW = Row(
    capture=a_capture(
        "https://www.example.org/a?b",
        media_type="text /\thtml",
        payload_digest="sha256:ABC",
        location=a_location(offset=5, length=7),
    )
)


def test_rows_as_text() -> None:
    """Seven fields, none of which has white space in it."""
    line = writing.line(ROW, "text", fields.IA)

    assert (
        "org,example)/a?b 20260822120000 https://www.example.org/a?b text/html 200 ABC 7"
        == line
    )
    assert f"{line}\n" == writing.written([line], "text", fields.IA, None)
    assert f"{line}\n\nkey\n" == writing.written([line], "text", fields.IA, "key")
    assert "" == writing.written([], "text", fields.IA, None)


def test_rows_as_json() -> None:
    """A list of lists, the names first; nothing is an empty list."""
    names = ("url", "filename", "orig.offset", "redirect")
    line = writing.line(ROW, "json", names)
    whole = writing.written([line], "json", names, "key")

    assert whole == (
        '[["url", "filename", "orig.offset", "redirect"],\n'
        f'["https://www.example.org/a?b", "{ROW.capture.location.warc_key}", "-", "-"],\n'
        '[],\n["key"]]\n'
    )
    assert "[]\n" == writing.written([], "json", names, None)


def test_rows_as_cdxj() -> None:
    """Key and timestamp, then pywb's names."""
    line = writing.line(ROW, "cdxj", fields.PYWB)

    assert line.startswith('org,example)/a?b 20260822120000 {"url": "https://www')
    assert '"offset": "5", "filename": "warcs/' in line
