"""``filter`` and ``collapse``, in the words of both servers."""

from contextlib import suppress

import pytest

from hozon.cdx.collapsing import Collapser, collapses
from hozon.cdx.fields import Row
from hozon.cdx.filters import filters
from hozon.nouns.errors import Misuse
from tests import effort
from tests.fakes import a_capture, a_location, after

DIGEST = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ROW = Row(
    capture=a_capture(
        "https://www.example.org/a.pdf?x=1",
        media_type="text/html",
        status=200,
        payload_digest=f"sha256:{DIGEST}",
    )
)
REVISIT = Row(capture=a_capture(record_type="revisit"))


@pytest.mark.parametrize(
    ("stated", "passes"),
    [
        # The Internet Archive: the whole value matches.
        ("statuscode:200", True),
        ("statuscode:20", False),
        ("statuscode:2..", True),
        ("statuscode:[23]..", True),
        ("!statuscode:200", False),
        ("!statuscode:4..", True),
        ("mimetype:text/.*", True),
        ("mimetype:text", False),
        ("original:.*[.]pdf.*", True),
        ("urlkey:org,example.*", True),
        (f"digest:{DIGEST}", True),
        (f"digest:sha256:{DIGEST}", True),
        # pywb: equal, a part, or an expression that is found.
        ("=status:200", True),
        ("=status:20", False),
        ("!=status:200", False),
        ("!=status:404", True),
        ("status:20", True),
        ("!status:20", False),
        ("mime:html", True),
        ("url:.pdf", True),
        ("url:[.]pdf", False),
        ("~status:^2", True),
        ("~url:[.]pdf", True),
        ("!~url:[.]pdf", False),
        ("~url:[.]png$", False),
        (f"=digest:{DIGEST}", True),
        # EDGI's way to write the same.
        ("~!urlkey:example", False),
        ("~urlkey:example", True),
        ("=url:https://www.example.org/a.pdf?x=1", True),
    ],
)
def test_filters(stated: str, passes: object) -> None:
    """Each name has its own server's meaning, each operator pywb's."""
    [found] = filters([stated])

    assert passes is found.passes(ROW)


def test_revisits_have_a_type_of_their_own() -> None:
    """A revisit is warc/revisit, unless it is resolved; its status is the real one."""
    [of_type] = filters(["=mimetype:warc/revisit"])
    [of_status] = filters(["=statuscode:200"])
    resolved = Row(capture=REVISIT.capture, original=a_location())

    assert of_type.passes(REVISIT)
    assert of_status.passes(REVISIT)
    assert not of_type.passes(resolved)


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        (["200"], "write one like"),
        (["colour:red"], "no field 'colour'"),
        (["~url:("], "not a regular expression"),
        (["statuscode:*"], "not a regular expression"),
        (["~url:(?=a)"], "RE2"),
        ([r"~url:(a)\1"], "RE2"),
        (["~url:(a{1000}){1000}"], "not a regular expression"),
        (["url:" + "a" * 600], "at most 500"),
        (["status:200"] * 11, "at most 10"),
    ],
)
def test_bad_filters(stated: list[str], says: str) -> None:
    """What cannot be used says why, and what would be."""
    with pytest.raises(Misuse, match=says):
        filters(stated)


@pytest.mark.parametrize(
    "expression",
    [
        "(a+)+$",
        "(a|aa)+$",
        "(.*a){20}$",
        "([a-z]+)*=",
        "(x+x+)+y",
        "a?" * 100 + "a" * 100,
        "((a{0,30}){0,30}){0,1}b",
    ],
)
def test_no_expression_of_a_stranger_takes_long(expression: str) -> None:
    """Expressions that take others for ever end soon on 4 KB."""
    row = Row(capture=a_capture("https://example.org/" + "a" * 4000 + "!"))
    with effort.at_most(seconds=5), suppress(Misuse):  # too large, and said so as fast
        [found] = filters([f"~url:{expression}"])
        found.passes(row)


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        (["urlkey"], [0, 4]),
        (["digest"], [0, 2, 3, 4]),
        (["timestamp:8"], [0]),
        (["timestamp:13"], [0, 2, 3, 4]),
        (["urlkey", "digest"], [0, 4]),
        (["statuscode"], [0, 3, 4]),
    ],
)
def test_collapsing(stated: list[str], kept: list[int]) -> None:
    """Of rows in a row that are alike, the first; several collapses one by one."""
    rows = [
        Row(capture=a_capture(uri, captured_at=after(at), **more))
        for uri, at, more in (
            ("https://example.org/a", 0, {}),
            ("https://example.org/a", 1, {}),
            ("https://example.org/a", 10, {"payload_digest": "sha256:X"}),
            ("https://example.org/a", 20, {"status": 404}),
            ("https://example.org/b", 30, {}),
        )
    ]
    collapser = Collapser(collapses(stated))

    assert kept == [n for n, row in enumerate(rows) if collapser.keeps(row)]


def test_collapsing_goes_on_where_it_was() -> None:
    """What was remembered can be handed on, so that pages collapse as one."""
    rows = [Row(capture=a_capture(captured_at=after(n))) for n in range(4)]
    first = Collapser(collapses(["digest"]))
    first.keeps(rows[0])

    second = Collapser(collapses(["digest"]), list(first.last))

    assert not second.keeps(rows[1])


def test_pywbs_collapse() -> None:
    """``collapseTime`` is so many digits of the timestamp, and the status."""
    rows = [
        Row(capture=a_capture(captured_at=after(n), status=status))
        for n, status in ((0, 200), (1, 200), (2, 404), (90, 404))
    ]
    collapser = Collapser(collapses([], "12"))

    assert [0, 2, 3] == [n for n, row in enumerate(rows) if collapser.keeps(row)]


@pytest.mark.parametrize("stated", ["colour", "urlkey:", "urlkey:x", "urlkey:0"])
def test_bad_collapses(stated: str) -> None:
    """A collapse names a field, and perhaps a number."""
    with pytest.raises(Misuse):
        collapses([stated])
