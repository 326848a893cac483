"""Memento (RFC 7089) and raw access, over HTTP."""

import gzip
import hashlib
import json
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest

from hozon.nouns.errors import Restoring
from hozon.nouns.model import Capture
from hozon.retrieving import nearby, retrieval
from hozon.web import mementos
from tests.fakes import NOON, a_capture, after
from tests.fetching import Answer, html
from tests.holding import store
from tests.unit.usecases.conftest import Desk, desk
from tests.unit.usecases.test_running import A
from tests.unit.usecases.test_web import archived
from tests.unit.web.conftest import Door, Reads

__all__ = ["desk"]  # the fixture

URI = "https://example.org/a?b=c"
HTML = b"<p>" + "保存".encode() * 2000
STAMP = "20260822120000"
LINKED = f"/web/{STAMP}id_/{URI}"


def stored(
    door: Door,
    payload: bytes = HTML,
    *fields: tuple[str, str],
    status: int = 200,
    uri: str = URI,
    at: float = 0,
) -> None:
    """Store one exchange as a WARC object, and index it."""
    store(
        door.archive,
        uri,
        payload,
        headers=fields or (("Content-Type", "text/html"),),
        status=status,
        at=after(at),
    )


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        ("gzip", gzip.compress(HTML)),
        ("br", brotli.compress(HTML)),
        ("deflate", zlib.compress(HTML)),
    ],
)
def test_the_payload_in_its_coding(door: Door, coding: str, coded: bytes) -> None:
    """Who accepts the coding gets the very bytes that were stored; others the content."""
    stored(door, coded, ("Content-Encoding", coding), ("Content-Type", "text/html"))

    plain = door.ask(LINKED)
    exact = door.ask(LINKED, accept_encoding="gzip, deflate, br")

    assert HTML == plain.body
    assert "content-encoding" not in plain.fields
    assert (coded, coding) == (exact.body, exact.fields["content-encoding"])
    assert plain.fields["etag"] != exact.fields["etag"]
    assert "accept-encoding" in plain.fields["vary"]
    assert coding == plain.fields["x-archive-orig-content-encoding"]


@pytest.mark.parametrize(
    ("payload", "coding", "body", "stated"),
    [
        (HTML, "gzip", HTML, None),
        (b"\x28\xb5\x2f\xfd..", "zstd", b"\x28\xb5\x2f\xfd..", "zstd"),
        (gzip.compress(HTML)[:-30], "gzip", None, None),
        (HTML, "identity", HTML, None),
        (b"", "gzip", b"", None),
    ],
)
@pytest.mark.parametrize("accepted", ["", "gzip, zstd"])
def test_payloads_that_are_not_what_they_say(
    door: Door,
    payload: bytes,
    coding: str,
    body: bytes | None,
    *,
    stated: str | None,
    accepted: str,
) -> None:
    """What no client could undo is sent undone; what we cannot, as it is, and said."""
    stored(door, payload, ("Content-Encoding", coding))

    said = door.ask(LINKED, accept_encoding=accepted)

    assert stated == said.fields.get("content-encoding")
    assert said.body == body if body is not None else HTML.startswith(said.body)


def test_a_captured_json_document(door: Door) -> None:
    """What was captured is never taken for a value of ours, whatever its type."""
    stored(door, b'{"a": "\xff"}', ("Content-Type", "application/json"))

    said = door.ask(LINKED)

    assert (b'{"a": "\xff"}', "application/json") == (
        said.body,
        said.fields["content-type"],
    )


def test_head_tells_the_length(door: Door) -> None:
    """HEAD states the length that GET would have, for text and for bytes."""
    stored(door)

    for path in (LINKED, f"/cdx?url={URI}", f"/web/timemap/link/{URI}", "/"):
        length = door.ask(path, method="HEAD").fields["content-length"]
        assert str(len(door.ask(path).body)) == length


def test_what_the_reader_has(door: Door) -> None:
    """304 for who has it, without a look into the WARC object; for ever the same."""
    stored(door)
    first = door.ask(LINKED)
    [key] = door.archive.warcs.keys()
    away = Door(replace(door.archive, warcs=_Nothing()))  # type: ignore[arg-type]  # all that is asked

    again = away.ask(LINKED, if_none_match=first.fields["etag"])

    assert (304, b"") == (again.status, again.body)
    assert "private, max-age=86400, immutable" == first.fields["cache-control"]
    assert "memento-datetime" in again.fields
    assert key.startswith("warcs/")


class _Nothing:
    """A store that may not be asked."""


@pytest.mark.parametrize(
    ("field", "expected", "stated"),
    [
        ("bytes=0-9", HTML[:10], f"bytes 0-9/{len(HTML)}"),
        ("bytes=-5", HTML[-5:], f"bytes {len(HTML) - 5}-{len(HTML) - 1}/{len(HTML)}"),
    ],
)
def test_parts_of_a_document(
    door: Door, field: str, expected: bytes, stated: str
) -> None:
    """A part of the content, and no part of another content."""
    stored(door)
    tag = door.ask(LINKED).fields["etag"]

    part = door.ask(LINKED, range=field, if_range=tag)
    other = door.ask(LINKED, range=field, if_range='"other"')

    assert (206, expected) == (part.status, part.body)
    assert stated == part.fields["content-range"]
    assert (200, HTML) == (other.status, other.body)
    assert 416 == door.ask(LINKED, range="bytes=99999-").status


def test_captured_fields_are_bounded(door: Door) -> None:
    """A hundred fields, or one of 60 KB, would be an answer that clients refuse."""
    many = [(f"X-{n}", "v") for n in range(90)]
    twice = [("Via", "a"), ("Via", "b")]
    stored(door, HTML, ("X-Long", "l" * 60_000), ("Bad", "\xff"), *twice, *many)

    fields = door.ask(LINKED).fields

    assert "a, b" == fields["x-archive-orig-via"]
    assert {"x-archive-orig-x-long", "x-archive-orig-bad"}.isdisjoint(fields)
    assert 60 < len(fields) < 100


def test_captured_statuses(door: Door) -> None:
    """A missing page is missing; what can be no answer of ours is told aside."""
    for at, status in enumerate((404, 503, 304, 999, 204)):
        stored(door, b"", status=status, at=at)

    def got(second: int) -> tuple[int, str | None]:
        said = door.ask(f"/web/2026082212000{second}id_/{URI}")
        return said.status, said.fields.get("x-archive-orig-status")

    assert [(404, None), (503, None), (200, "304"), (200, "999"), (204, None)] == [
        got(second) for second in range(5)
    ]


def test_beside_the_cdx(door: Door) -> None:
    """Pywb looks for the payload beside the CDX that named it."""
    stored(door)

    assert HTML == door.ask(f"/{STAMP}id_/{URI}").body
    assert HTML == door.ask(f"/cdx/search/{STAMP}id_/{URI}").body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/web/2026/{URI}", 302),
        (f"/web/2/{URI}", 302),
        (f"/web/0/{URI}", 400),
        (f"/web/2026im_/{URI}", 302),
        (f"/web/{STAMP}im_/{URI}", 200),
        (f"/web/{STAMP}/example.org/a?b=c", 200),
        (f"/web/{STAMP}/http:/example.org/a?b=c", 200),
        ("/web/example.org/a?b=c", 302),
        (f"/web/{STAMP}/https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc", 200),
        (f"/web/99991231235959/{URI}", 302),
        ("/web/99999999999999/https://example.org/", 400),
    ],
)
def test_spellings(door: Door, path: str, status: int) -> None:
    """Timestamps of any length, flags, a missing scheme, one slash, encoded URIs."""
    stored(door)

    said = door.ask(path)

    assert status == said.status
    assert ("memento-datetime" in said.fields) == (status == 200)


def test_of_two_in_a_second_the_page(door: Door) -> None:
    """A redirect to its own key, captured in one second, hides nothing."""
    stored(door, b"", ("Location", URI), status=301, uri=URI.replace("https", "http"))
    stored(door, at=0.5)

    assert 200 == door.ask(f"/web/{STAMP}/www.{URI[8:]}").status
    assert 301 == door.ask(f"/web/{STAMP}/http://{URI[8:]}").status


def test_no_service_worker(door: Door) -> None:
    """A browser that asks for a worker gets none, whatever was captured."""
    stored(door, b"x", ("Content-Type", "text/javascript"))

    assert 403 == door.ask(f"/web/{STAMP}/{URI}", service_worker="script").status


def test_the_timegate(door: Door) -> None:
    """No redirect without the relations; a date that is none is 400, none held 404."""
    stored(door)
    bad = door.ask(f"/web/{URI}", accept_datetime="yesterday")

    said = door.ask(f"/web/{URI}", method="HEAD")

    assert (302, b"") == (said.status, said.body)
    for relation in ("original", "timegate", "timemap", "first last memento"):
        assert f'rel="{relation}"' in said.fields["link"]
    nothing = door.ask("/web/https://nowhere.example/")
    assert 400 == bad.status
    assert "Sat, 22 Aug 2026" in bad.text
    assert 404 == nothing.status
    assert all(
        "accept-datetime" in each.fields["vary"] for each in (said, bad, nothing)
    )


@pytest.mark.parametrize("form", ["link", "json", "cdxj"])
def test_timemaps(door: Door, form: str) -> None:
    """Each format lists each memento; they come with a type and a tag."""
    door.hold(*(a_capture(URI, captured_at=after(n)) for n in range(3)))

    said = door.ask(f"/web/timemap/{form}/{URI}")

    for n in range(3):
        assert 1 + (form == "json" and n != 1) == said.text.count(
            f"/web/2026082212000{n}/{URI}"
        )
    again = door.ask(f"/web/timemap/{form}/{URI}", if_none_match=said.fields["etag"])
    assert (200, 304) == (said.status, again.status)
    assert said.fields["content-type"].startswith(
        {"link": "application/link-format", "json": "application/json"}.get(
            form, "application/cdxj+ors"
        )
    )


def test_no_such_timemap(door: Door) -> None:
    """Another format is 400 with those there are; a URI that is not held 404."""
    assert "link, json, cdxj" in door.ask(f"/web/timemap/xml/{URI}").text
    assert 404 == door.ask(f"/web/timemap/link/{URI}").status
    assert 404 == door.ask(f"/web/timemap/link/20300101000000/{URI}").status


@pytest.fixture
def many(door: Door, monkeypatch: pytest.MonkeyPatch) -> list[Capture]:
    """Return more captures of one URI than are read at once, two in each second."""
    monkeypatch.setattr(nearby, "MOST", 20)
    monkeypatch.setattr(nearby, "_SIDE", 6)
    monkeypatch.setattr(mementos, "LEAST_MEMENTOS", 9)
    monkeypatch.setattr(mementos, "MOST_MEMENTOS", 9)
    made = [a_capture(URI, captured_at=after(n * 0.5)) for n in range(50)]
    door.hold(*made)
    return made


def test_a_timemap_in_pages(door: Door, many: list[Capture]) -> None:
    """Each page leads to the next; together they list each memento once, in order."""
    path, seen, pages = f"/web/timemap/json/{URI}", [], 0
    while path:
        said = json.loads(door.ask(path).text)
        seen += [each["datetime"] for each in said["mementos"]["list"]]
        pages += 1
        path = said.get("next", "").removeprefix("https://h.example")

    first = door.ask(f"/web/timemap/link/{URI}").text
    last = door.ask(f"/web/timemap/cdxj/20260822120024/{URI}").text
    assert sorted(seen) == seen
    assert (50, 7) == (len(seen), pages)
    assert "first memento" in first
    assert "last memento" not in first
    assert f'/web/timemap/link/20260822120004/{URI}>; rel="timemap"' in first
    assert '"last memento"' in last


def test_the_timegate_of_very_many(door: Door, many: list[Capture]) -> None:
    """The nearest is found with its neighbours, the first and the last."""
    said = door.ask(f"/web/{URI}", accept_datetime="Sat, 22 Aug 2026 12:00:10 GMT")
    exact = door.ask(f"/web/20260822120010/{URI}")
    latest = door.ask(f"/web/{URI}")

    assert said.fields["location"].endswith(f"/web/20260822120010/{URI}")
    for stamp, relation in (
        ("20260822120000", "first memento"),
        ("20260822120009", "prev memento"),
        ("20260822120010", "memento"),
        ("20260822120010", "next memento"),
        ("20260822120024", "last memento"),
    ):
        assert f'/web/{stamp}/{URI}>; rel="{relation}"' in said.fields["link"]
    # There is nothing behind the index here, but the exact one was found.
    assert 404 == exact.status
    assert "no such object" in exact.text
    assert latest.fields["location"].endswith(f"/web/20260822120024/{URI}")


def test_a_good_capture_among_very_many_bad_ones(
    door: Door, many: list[Capture]
) -> None:
    """Errors are passed over where a page is near."""
    gone = [a_capture(URI, captured_at=after(25 + n), status=404) for n in range(4)]
    door.hold(*gone)

    said = door.ask(f"/web/{URI}", accept_datetime="Sat, 22 Aug 2026 12:00:27 GMT")
    newest = door.ask(f"/web/{URI}")

    # A reader who names the very second of one gets it, good or not.
    assert said.fields["location"].endswith(f"/web/20260822120027/{URI}")
    assert newest.fields["location"].endswith(f"/web/20260822120024/{URI}")


def test_cors_where_anybody_may_read(door: Door, public: Door) -> None:
    """A public archive is open to scripts; a private one is not, nor are its pages."""
    stored(door)
    paths = [f"/web/{URI}", LINKED, f"/web/timemap/link/{URI}", f"/cdx?url={URI}"]
    for path in paths:
        assert "*" == public.ask(path).fields["access-control-allow-origin"]
        assert "access-control-allow-origin" not in door.ask(path).fields
    assert "access-control-allow-origin" not in public.ask("/").fields
    assert "public" in public.ask(LINKED).fields["cache-control"]

    asked = public.ask(LINKED, method="OPTIONS", origin="https://x.example")
    private = door.ask(LINKED, method="OPTIONS", origin="https://x.example")
    assert 204 == asked.status == private.status
    assert "range" in asked.fields["access-control-allow-headers"]
    assert "access-control-allow-origin" not in private.fields


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
def test_nothing_is_written_here(door: Door, method: str) -> None:
    """Any other method is 405 with those there are."""
    said = door.ask("/cdx?url=x", method=method)

    assert 405 == said.status
    assert "GET" in said.fields["allow"]
    assert "nosniff" == said.fields["x-content-type-options"]


def test_a_mistake_of_ours(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """It is 500 with a sentence and the security headers, and its traceback is logged."""
    broken: Any = _Nothing()
    away = Door(replace(door.archive, index=broken))

    said = away.ask(f"/cdx?url={URI}", accept="application/json")

    assert 500 == said.status
    assert "mistake" in json.loads(said.text)["error"]
    assert "frame-ancestors 'none'" in said.fields["content-security-policy"]
    assert "AttributeError" in caplog.text


class _Cold:
    """A store whose objects must be thawed."""

    def read(self, key: str, **_: int) -> bytes:
        """Say when."""
        raise Restoring(f"{key} is cold", retry_after_s=18_000)

    def size(self, _: str) -> int:
        """Tell the size all the same."""
        return 10_000_000

    def lend(self, key: str) -> str:
        """Give a URI."""
        return f"https://bucket.example/{key}"


@pytest.mark.parametrize("path", [LINKED, "/warc/warcs/a.warc.gz"])
def test_cold_storage(door: Door, path: str) -> None:
    """503, when to come again, and the sentence that says so."""
    stored(door)
    cold: Any = _Cold()
    away = Door(replace(door.archive, warcs=cold))

    said = away.ask(path, accept="application/json")

    assert (503, "18000") == (said.status, said.fields["retry-after"])
    assert "is cold" in json.loads(said.text)["error"]


def test_the_page_that_was_looked_at_long_ago(door: Door) -> None:
    """The instant wanted may be any, also before all time."""
    door.hold(a_capture(URI, captured_at=NOON - timedelta(days=9999)))

    said = door.ask(f"/web/{URI}", accept_datetime="Mon, 01 Jan 0001 00:00:00 GMT")

    assert 302 == said.status


async def test_metadata_of_a_large_object(desk: Desk) -> None:
    """What is known of a capture is read from the end of its object, not the whole."""
    noise = hashlib.shake_256(b"noise").digest(2_000_000)
    image = Answer(noise, 200, (("Content-Type", "image/png"),))
    linked = html("<img src=/i.png>")
    await archived(desk, {A: linked, "https://news.example.org/i.png": image})
    archive = desk.opened.archive
    capture = retrieval.find(A, archive)
    read: list[int] = []
    watched = replace(archive, warcs=Reads(archive.warcs, read))

    said = retrieval.metadata(capture, watched)

    assert archive.warcs.size(capture.location.warc_key) > 2_000_000
    assert ("snapshot/1", A) == (said["hozon"], said["page_uri"])
    assert sum(read) < 100_000
