"""robots.txt as RFC 9309 reads it, and as publishers write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.manners.robots import LIMIT, LONGEST_DELAY_S, Decision, Rules, is_undefined
from tests import effort

RFC = b"""
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""
"""The example of §5.1."""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("anybot", "/", True),
        ("anybot", "/a.gif", False),
        ("anybot", "/a.gif?x", True),
        ("anybot", "/example/page.html", False),
        ("anybot", "/publications/", True),
        ("foobot", "/", False),
        ("FooBot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("foobot", "/publications/", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/", True),
        ("quxbot", "/example/", True),
        ("foobot", "/robots.txt", True),
    ],
)
def test_the_example_of_the_standard(agent: str, path: str, *, allowed: bool) -> None:
    """Groups, wildcards and the longest match decide as §5.1 and §5.2 say."""
    assert allowed == Rules.parse(RFC).decide(path, agent).allowed


@pytest.mark.parametrize(
    ("rules", "path", "decision"),
    [
        (b"Disallow: /a\nAllow: /a", "/a", Decision(True, "Allow: /a")),
        (b"Allow: /p\nDisallow: /", "/page", Decision(True, "Allow: /p")),
        (b"Disallow: /\nAllow: /p", "/x", Decision(False, "Disallow: /")),
        (b"Disallow:", "/x", Decision(True)),
        (b"Disallow: /f*.php$", "/fish/cat.php", Decision(False, "Disallow: /f*.php$")),
        (b"Disallow: /f*.php$", "/fish.php?a", Decision(True)),
        (b"Disallow: /a***b", "/axxb", Decision(False, "Disallow: /a***b")),
        (b"Disallow: /$", "/", Decision(False, "Disallow: /$")),
        (b"Disallow: /$", "/a", Decision(True)),
        (b"Disallow: /a%3cd", "/a%3Cd", Decision(False, "Disallow: /a%3cd")),
        (b"Disallow: /a/~joe", "/a/%7Ejoe", Decision(False, "Disallow: /a/~joe")),
        ("Disallow: /記".encode(), "/%E8%A8%98/1", Decision(False, "Disallow: /記")),
        (b"Disallow: /a # because", "/ab", Decision(False, "Disallow: /a")),
        (b"disallow /no-colon", "/no-colon", Decision(False, "Disallow: /no-colon")),
        (b"Dissallow: /typo", "/typo", Decision(False, "Disallow: /typo")),
        (b"Sitemap: /s\nFoo: /x", "/x", Decision(True)),
        (b"Disallow: /Case", "/case", Decision(True)),
    ],
    ids=str,
)  # fmt: skip
def test_one_rule(rules: bytes, path: str, decision: Decision) -> None:
    """The rule that decides is told as its publisher wrote it (§2.2.2)."""
    document = b"User-agent: *\n" + rules + b"\n"

    assert decision == Rules.parse(document).decide(path, "hozon")


@pytest.mark.museum(52)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_ends_of_lines_and_marks(end: bytes) -> None:
    """Any end of line serves, and a byte order mark or UTF-16 is no obstacle."""
    document = end.join([b"User-agent: hozon", b"Disallow: /x", b""])

    for each in (
        document,
        b"\xef\xbb\xbf" + document,
        document.decode().encode("utf-16"),
    ):
        assert not Rules.parse(each).decide("/x", "hozon").allowed


def test_groups_of_one_agent_are_one() -> None:
    """Rules for the same agent add up, wherever they stand (§2.2.1)."""
    rules = Rules.parse(
        b"User-agent: hozon\nDisallow: /a\nUser-agent: x\nDisallow: /\n"
        b"User-agent: Hozon/1.0\nDisallow: /b\n"
    )

    assert [False, False, True] == [
        rules.decide(path, "hozon").allowed for path in ("/a", "/b", "/c")
    ]


@pytest.mark.museum(52)
@pytest.mark.parametrize(
    ("status", "allowed"),
    [(200, False), (301, True), (404, True), (403, True), (401, True)]
    + [(each, False) for each in (429, 500, 503, None)],
)
def test_what_an_answer_comes_to(status: int | None, *, allowed: bool) -> None:
    """4xx: no rules; 5xx, 429 or no answer: everything is disallowed (§2.3.1)."""
    rules = Rules.from_status(status, b"User-agent: *\nDisallow: /\n")

    assert allowed == rules.decide("/x", "hozon").allowed
    assert is_undefined(status) == (status in {429, 500, 503, None})


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (b"Crawl-delay: 5", 5.0),
        (b"Crawl-delay: 0.5", 0.5),
        (b"Crawl-delay: 86400", LONGEST_DELAY_S),
        (b"Crawl-delay: soon", None),
        (b"Crawl-delay: -1", None),
        (b"Disallow: /", None),
    ],
)
def test_a_crawl_delay(said: bytes, seconds: float | None) -> None:
    """Seconds between two requests are granted up to half a minute."""
    rules = Rules.parse(b"User-agent: *\n" + said + b"\n")

    assert seconds == rules.crawl_delay_s("hozon")


@pytest.mark.museum(52)
def test_the_first_half_megabyte_is_read() -> None:
    """What lies beyond 512 KiB does not count, and no rule is cut (§2.5)."""
    line = b"Disallow: /a/b\n"
    document = b"User-agent: *\n" + line * (LIMIT // len(line) + 9) + b"Disallow: /\n"
    rules = Rules.parse(document)

    assert not rules.decide("/a/b", "hozon").allowed
    assert rules.decide("/a/", "hozon").allowed


@pytest.mark.museum(52)
def test_hostile_patterns_take_no_time() -> None:
    """A rule full of wildcards is held against a long path in no time."""
    rules = Rules.parse(b"User-agent: *\nDisallow: /" + b"*a" * 2000 + b"*b$\n")
    with effort.at_most(seconds=5):
        assert rules.decide("/" + "a" * 8000, "hozon").allowed


@pytest.mark.museum(52)
@given(st.binary(max_size=300), st.text(max_size=40), st.text(max_size=10))
def test_nothing_raises(document: bytes, path: str, agent: str) -> None:
    """Whatever is sent and asked, there is a decision."""
    rules = Rules.parse(b"User-agent: *\nDisallow: " + document)

    assert rules.decide(path, agent).allowed in {True, False}
    assert (rules.crawl_delay_s(agent) or 0) <= LONGEST_DELAY_S
