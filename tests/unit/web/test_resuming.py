"""Parts of a CDX answer join to the whole, however it was asked for."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hozon import wiring
from tests.fakes import a_capture, after
from tests.unit.usecases.conftest import Hands
from tests.unit.web.conftest import Door

HOSTS = ["example.org", "www.example.org", "a.example.org", "example.org:81", "b.net"]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Return an archive of captures that often share a URI, an instant, a payload."""
    folder = tmp_path_factory.mktemp("resuming") / "archive"
    with wiring.embedded(folder, create=True, clock=Hands()) as opened:
        door = Door(opened.archive)
        door.hold(
            *(
                a_capture(
                    f"https://{host}/{path}",
                    captured_at=after(60 * (n // 2)),
                    status=(200, 404)[n % 3 == 0],
                    payload_digest=f"sha256:D{n // 3}",
                    media_type=("text/html", "image/png")[n % 2],
                )
                for host in HOSTS
                for path in ("", "a", "a/b?c")
                for n in range(7)
            )
        )
        yield door


urls = st.sampled_from(
    [
        {"url": "example.org/a"},
        {"url": "example.org/*"},
        {"url": "*.example.org"},
        {"url": "example.org", "matchType": "host"},
        {"url": "org", "matchType": "domain"},
        {"url": "nowhere.net/*"},
    ]
)
wishes = st.fixed_dictionaries(
    {},
    optional={
        "filter": st.sampled_from(["statuscode:200", "!mimetype:image/.*", "~url:b"]),
        "collapse": st.sampled_from(["urlkey", "digest", "timestamp:12"]),
        "from": st.sampled_from(["20260822120100", "2026"]),
        "to": st.sampled_from(["20260822120200", "2027"]),
        "fl": st.sampled_from(["urlkey,timestamp,statuscode", "original,digest"]),
        "sort": st.just("reverse"),
    },
)


@settings(max_examples=60, deadline=None)
@given(url=urls, wish=wishes, limit=st.integers(1, 9))
def test_parts_join(
    door: Door, url: dict[str, str], wish: dict[str, str], limit: int
) -> None:
    """Each row comes once, in order, whatever the limit; and it ends."""
    asked = urlencode({**url, **wish})
    whole = door.ask(f"/cdx?{asked}").lines
    seen: list[str] = []
    key = ""
    for _ in range(200):
        part = f"/cdx?{asked}&limit={limit}&showResumeKey=true{key}"
        lines = door.ask(part).lines
        if len(lines) < 2 or lines[-2]:
            seen += lines
            break
        seen += lines[:-2]
        key = f"&resumeKey={lines[-1]}"

    assert whole == seen
