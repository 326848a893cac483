"""``Link`` fields: what an answer says that its page needs."""

import pytest

from hozon.nouns.instants import from_iso
from hozon.nouns.model import Exchange
from hozon.reading import linkfields
from tests import effort


def of(*fields: str) -> list[tuple[str, str]]:
    exchange = Exchange(
        target_uri="https://e.example/dir/page",
        started_at=from_iso("2026-08-22T12:00:00Z"),
        request=b"",
        status=200,
        head=b"",
        headers=tuple(("Link", field) for field in fields),
        payload=b"",
        ip="192.0.2.1",
    )
    return [(one.kind, one.uri) for one in linkfields.requisites(exchange)]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("</a.css>; rel=preload; as=style", [("style", "https://e.example/a.css")]),
        ('<a.js>;rel="modulepreload x"', [("script", "https://e.example/dir/a.js")]),
        (
            '<a,b.png>; title="x, <y>"; rel="preload"; as="image", <c.woff>; '
            "rel=preload; as=font",
            [
                ("image", "https://e.example/dir/a,b.png"),
                ("font", "https://e.example/dir/c.woff"),
            ],
        ),
        ("<https://api.example/>; rel=preconnect, </>; rel=canonical", []),
        ("<data:x>; rel=preload; as=image", []),
        ("rubbish", []),
    ],
)
def test_link(field: str, expected: list[tuple[str, str]]) -> None:
    """Preloads and style sheets are requisites; other relations are none."""
    assert expected == of(field)
    assert expected == of("<x>; rel=next", field)


@pytest.mark.parametrize("pattern", ["<", "<a>", '<a>;"', "<a>; rel=", ";", ","])
def test_hostile_repetition_is_linear(pattern: str) -> None:
    """A hundred thousand of anything end soon: nothing is quadratic."""
    with effort.at_most(seconds=10):
        of(pattern * 100_000)
