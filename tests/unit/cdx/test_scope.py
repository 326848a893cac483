"""Which keys a query is about."""

import pytest

from hozon.cdx.scope import scope
from hozon.nouns.errors import Misuse


@pytest.mark.parametrize(
    ("url", "match_type", "prefixes"),
    [
        ("https://www.example.org/a?b", None, ("org,example)/a?b",)),
        ("example.org", None, ("org,example)/",)),
        ("example.org", "exact", ("org,example)/",)),
        ("example.org/a*", None, ("org,example)/a",)),
        ("example.org/*", None, ("org,example)/",)),
        ("example.org*", None, ("org,example)",)),
        ("http://example.org/a", "prefix", ("org,example)/a",)),
        ("http://example.org/a?", "prefix", ("org,example)/a?",)),
        ("http://example.org/", "prefix", ("org,example)/",)),
        ("example.org", "prefix", ("org,example)",)),
        ("example.org:8080/a", "prefix", ("org,example:8080)/a",)),
        ("https://example.org/a", "host", ("org,example)", "org,example:")),
        ("example.org:8080", "host", ("org,example:8080)",)),
        (
            "*.example.org",
            None,
            ("org,example)", "org,example,", "org,example:"),
        ),
        (
            "example.org/a",
            "domain",
            ("org,example)", "org,example,", "org,example:"),
        ),
        ("localhost", "domain", ("localhost)", "localhost,", "localhost:")),
        ("192.0.2.1", "domain", ("192.0.2.1)", "192.0.2.1:")),
        ("http://[2001:db8::1]/", "host", ("[2001:db8::1])", "[2001:db8::1]:")),
        ("http://[2001:db8::1]:81/", "domain", ("[2001:db8::1]:81)",)),
        ("example.org/日本 語", None, ("org,example)/%E6%97%A5%E6%9C%AC%20%E8%AA%9E",)),
        ("example.org/a*", "exact", ("org,example)/a*",)),
    ],
)
def test_scopes(url: str, match_type: str | None, prefixes: tuple[str, ...]) -> None:
    """Asterisks and matchType say how much around the URI; prefixes are in order."""
    found = scope(url, match_type)

    assert prefixes == found.prefixes
    assert found.exact == (
        match_type == "exact" or (match_type is None and "*" not in url)
    )
    assert list(prefixes) == sorted(prefixes)


@pytest.mark.parametrize(
    ("url", "match_type", "says"),
    [
        ("", None, "add url="),
        ("*", None, "add url="),
        ("*.", None, "add url="),
        ("ftp://example.org/", None, "http"),
        ("example.org", "site", "exact, prefix, host, domain"),
        ("http://", None, "not a URI"),
        ("https://example.org/" + "a" * 5000, None, "4096"),
    ],
)
def test_no_scope(url: str, match_type: str | None, says: str) -> None:
    """What names nothing is refused with what would."""
    with pytest.raises(Misuse, match=says):
        scope(url, match_type)
