"""RFC 7089 (Memento) as pure functions: which capture, which TimeMap, which Link."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from hozon.nouns.instants import http_date, timestamp
from hozon.nouns.model import Capture

_SAFE = ":/?#[]@!$&'()*+,;=%~"


def closest(captures: Sequence[Capture], wanted: datetime | None) -> Capture | None:
    """Return the capture nearest to `wanted`, the older one on a tie; None: the latest.

    Answers of 400 and above, and what came in a page's place, are passed over where
    there are others: a reader wants the page, not the day it was missing. Who names the
    very second of one gets it.
    """
    good = [c for c in captures if c.status < 400 and c.kind is None] or list(captures)
    if not good:
        return None
    if wanted is None:
        return max(good, key=lambda c: c.captured_at)
    second = timestamp(wanted)
    good = [c for c in captures if timestamp(c.captured_at) == second] or good
    return min(good, key=lambda c: (abs(c.captured_at - wanted), c.captured_at))


def standing(captures: Sequence[Capture], at: datetime) -> Capture | None:
    """Return the latest capture at `at` or before, None where all are later.

    What is looked at again and again, and stored only when it has changed (a feed
    document), stood like this then; the nearest capture may be of its future.
    """
    return closest([c for c in captures if c.captured_at <= at], None)


def best_spelling(captures: Sequence[Capture], target_uri: str) -> Sequence[Capture]:
    """Return the captures of exactly `target_uri`, or all of its key if there are none.

    http and https, or with and without ``www.``, share a key and seldom a page.
    """
    return [c for c in captures if c.target_uri == target_uri] or captures


def uri_m(base: str, capture: Capture, flags: str = "") -> str:
    """Return the URI of a memento: 14 digits and the original URI below `base`."""
    return base + path(capture.target_uri, capture.captured_at, flags)


def path(target_uri: str, captured_at: datetime, flags: str = "") -> str:
    """Return the path of a memento's URI."""
    return f"/web/{timestamp(captured_at)}{flags}/{linked(target_uri)}"


def link_header(
    base: str, original: str, captures: Sequence[Capture], shown: Capture | None
) -> str:
    """Return the Link header of a TimeGate or memento (RFC 7089 §2.2), with neighbours."""
    ordered = sorted(captures, key=lambda c: c.captured_at)
    links = [
        f'<{linked(original)}>; rel="original"',
        f'<{base}/web/{linked(original)}>; rel="timegate"',
        f'<{base}/web/timemap/link/{linked(original)}>; rel="timemap"; '
        'type="application/link-format"',
    ]
    return ", ".join(links + _neighbours(base, ordered, shown))


def _neighbours(
    base: str, ordered: Sequence[Capture], shown: Capture | None
) -> list[str]:
    if not ordered:
        return []
    last = len(ordered) - 1
    at = ordered.index(shown) if shown in ordered else None
    named: dict[int, list[str]] = {0: ["first"]}
    named.setdefault(last, []).append("last")
    if at is not None:
        named.setdefault(at, [])
        if at > 0:
            named.setdefault(at - 1, []).append("prev")
        if at < last:
            named.setdefault(at + 1, []).append("next")
    return [
        _memento(base, ordered[i], " ".join([*rels, "memento"]))
        for i, rels in sorted(named.items())
    ]


def _memento(base: str, capture: Capture, rel: str) -> str:
    when = http_date(capture.captured_at)
    return f'<{uri_m(base, capture)}>; rel="{rel}"; datetime="{when}"'


def linked(uri: str) -> str:
    """Return a URI that is safe between ``<`` and ``>`` of a Link header."""
    return quote(uri, safe=_SAFE)
