"""What header fields tell us: links."""

import pytest

from hozon.answers import links
from tests.fakes import NOON
from tests.fetching import Answer, exchange

URI = "https://example.com/dir/feed"


@pytest.mark.parametrize(
    ("fields", "hubs"),
    [
        (['<https://hub.example/>; rel="hub"'], ["https://hub.example/"]),
        (["</hub>;rel=hub, <../b>; rel=HUB"], ["/hub", "/b"]),
        (['<a>; rel="self hub"; type="x"', "<b>; rel=self"], ["/dir/a"]),
        (["<a>; title=\"x, <b>; rel=hub\"; rel='hub'"], []),
        (['<a>; title="x, y; rel=no"; rel="hub"'], ["/dir/a"]),
        (["<javascript:x>; rel=hub", "<a>; rel=hubs", "rubbish"], []),
        (["<a>; rel=hub", "<a>; rel=hub"], ["/dir/a"]),
        (["<" * 20_000 + '"' * 20_000], []),
    ],
)
def test_links_of_a_relation(fields: list[str], hubs: list[str]) -> None:
    """RFC 8288: several fields, several links, several relations, quoted strings."""
    answer = Answer(headers=tuple(("Link", field) for field in fields))

    found = list(links(exchange(URI, answer, NOON), "hub"))

    assert [
        h if h.startswith("https") else f"https://example.com{h}" for h in hubs
    ] == (found)
