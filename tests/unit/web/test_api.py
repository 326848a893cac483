"""``/api/v1``: every route, held to its own description by real answers."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import jsonschema  # type: ignore[import-untyped]  # it has none
import pytest
from openapi_spec_validator import validate

from hozon import wiring
from hozon.adapters.embedded.workspace import FolderWorkspace
from hozon.sealing.sealing import seal
from hozon.searching import searching
from hozon.stored import naming
from hozon.web.schemas import Problem
from tests.fakes import a_capture, after
from tests.fetching import Answer
from tests.unit.usecases.conftest import Desk, Hands
from tests.unit.usecases.test_running import FEED, LONG, A, B, site
from tests.unit.web.conftest import Door, Said

Json = dict[str, Any]


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Return an archive of two articles, one of which cannot be had."""
    clock = Hands()
    folder = tmp_path_factory.mktemp("api") / "archive"
    with wiring.embedded(folder, create=True, clock=clock) as opened:
        desk = Desk(opened, clock, [])
        desk.follow(FEED)
        asyncio.run(desk.run(desk.fetcher(site({B: Answer(b"", 500)}))))
        seal(opened.archive, opened.signer)
        with FolderWorkspace() as room:
            searching.update(opened.archive, room)
        yield Door(opened.archive)


def described(door: Door) -> Json:
    """Return the description."""
    said: Json = json.loads(door.ask("/api/openapi.json").text)
    return said


def entry_of(door: Door, link: str) -> str:
    """Return the id of the entry with a link."""
    entries = json.loads(door.ask("/api/v1/entries").text)["entries"]
    [found] = [each["id"] for each in entries if each["link"] == link]
    return str(found)


def calls(door: Door) -> Mapping[str, list[str]]:
    """Return requests of every route that is described, by its path there."""
    return {
        "/api/v1/entries": [
            "/api/v1/entries",
            "/api/v1/entries?limit=1",
            f"/api/v1/entries?feed={naming.feed_id(FEED)}&since=2020&until=2030-01-01",
        ],
        "/api/v1/entries/{entry_id}": [
            f"/api/v1/entries/{entry_of(door, A)}",
            f"/api/v1/entries/{entry_of(door, B)}",
        ],
        "/api/v1/entries/{entry_id}/versions": [
            f"/api/v1/entries/{entry_of(door, A)}/versions",
        ],
        # Nothing of this archive was edited; `tests/functions/test_rechecks.py` asks.
        "/api/v1/entries/{entry_id}/diff": [],
        "/api/v1/captures": [
            f"/api/v1/captures?uri={A}",
            f"/api/v1/captures?uri={A}&limit=1&since=2020-01-01",
            f"/api/v1/captures?uri={quote(FEED, safe='')}",
        ],
        "/api/v1/feeds": ["/api/v1/feeds"],
        "/api/v1/feeds/{feed_id}": [f"/api/v1/feeds/{naming.feed_id(FEED)}"],
        "/api/v1/status": ["/api/v1/status"],
        "/api/v1/search": [
            "/api/v1/search?q=words&since=2020",
            "/api/v1/search?q=zebra",
        ],
        "/api/v1/get": [f"/api/v1/get?uri={A}&at=2027&format=json"],
    }


def known_only(schema: Json) -> Json:
    """Return a schema that lets no member pass that it does not name."""
    if isinstance(schema, dict):
        named = {k: known_only(v) for k, v in schema.items()}
        return (
            {"additionalProperties": False, **named} if "properties" in named else named
        )
    if isinstance(schema, list):
        return [known_only(each) for each in schema]
    return schema


def test_the_description_is_one(archived: Door) -> None:
    """It is valid OpenAPI 3.1, and every route has a summary and its answers."""
    said = described(archived)
    validate(said)

    for path, operations in said["paths"].items():
        assert ["get"] == [*operations], path
        get = operations["get"]
        assert get["summary"]
        assert {"200", "400", "404", "503"} <= set(get["responses"])
        assert "422" not in get["responses"]


def test_every_route_is_described(archived: Door) -> None:
    """What answers is described, and what is described answers; nothing else does."""
    assert {*calls(archived)} == set(described(archived)["paths"])
    assert 404 == archived.ask("/api/v1/nothing").status


def test_answers_have_the_shape_they_are_said_to_have(archived: Door) -> None:
    """Real answers fit the description, and hold nothing that it does not name."""
    said = described(archived)
    for path, asked in calls(archived).items():
        content = said["paths"][path]["get"]["responses"]["200"]["content"]
        schema = {
            **known_only(content["application/json"]["schema"]),
            "components": known_only(said["components"]),
        }
        for each in asked:
            answer = archived.ask(each)
            assert 200 == answer.status, answer.text
            assert "application/json" == answer.fields["content-type"]
            jsonschema.validate(json.loads(answer.text), schema)


def test_a_shape_that_is_wrong_would_be_seen(archived: Door) -> None:
    """The test above can fail: a member too many, or of another type."""
    schema = known_only(described(archived)["components"]["schemas"]["Problem"])

    jsonschema.validate({"error": "x"}, schema)
    for wrong in ({"error": "x", "more": 1}, {"error": 1}, {}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_parameters_are_described(archived: Door) -> None:
    """Each parameter that a route takes is named, and those it must have are."""
    paths = described(archived)["paths"]

    def of(path: str) -> Mapping[str, bool]:
        stated = paths[path]["get"].get("parameters", [])
        return {each["name"]: each.get("required", False) for each in stated}

    assert {"limit", "before", "feed", "since", "until"} == {*of("/api/v1/entries")}
    assert {"uri": True, "since": False, "limit": False} == of("/api/v1/captures")
    assert {"uri": True, "at": False, "format": False} == of("/api/v1/get")
    assert {"entry_id": True} == of("/api/v1/entries/{entry_id}")


def problem(said: Said) -> str:
    """Return the sentence of a problem."""
    return Problem.model_validate_json(said.text).error


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/v1/entries?limit=0", 400, "limit: "),
        ("/api/v1/entries?limit=many", 400, "limit: "),
        ("/api/v1/entries?limit=500", 400, "200"),
        ("/api/v1/entries?before=forged", 400, "not a cursor"),
        ("/api/v1/entries?since=yesterday", 400, "an age like 3d"),
        ("/api/v1/entries/none", 404, "no such entry"),
        ("/api/v1/entries/" + "a" * 3000, 404, "no such entry"),
        ("/api/v1/feeds/none", 404, "none"),
        ("/api/v1/captures", 400, "uri: "),
        ("/api/v1/captures?uri=x", 400, "https://"),
        ("/api/v1/captures?uri=javascript:alert(1)", 400, "not an http"),
        ("/api/v1/captures?uri=https://nowhere.example/", 404, "no capture"),
        (f"/api/v1/get?uri={A}&format=pdf", 400, "format: "),
        (f"/api/v1/get?uri={A}&at=noon", 400, "an age like 3d"),
        (f"/api/v1/get?uri={FEED}&format=text", 400, "no main text"),
        ("/api/v1/get?uri=https://news.example.org/x", 404, "no capture"),
        ("/api/v1/nothing", 404, "/api/openapi.json"),
        ("/api/", 404, "/api/openapi.json"),
        ("/api/v2/entries", 404, "/api/openapi.json"),
    ],
)
def test_problems(archived: Door, path: str, status: int, says: str) -> None:
    """Whatever is wrong: JSON, a sentence that helps, the right status."""
    said = archived.ask(path, accept="text/html")

    assert status == said.status
    assert says in problem(said)
    assert "application/json" == said.fields["content-type"]


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("raw", "text/html; charset=utf-8", b"<!doctype html>"),
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("text", "text/plain; charset=utf-8", LONG.strip()[:40].encode()),
        ("markdown", "text/markdown; charset=utf-8", b"# "),
        ("warc", "application/warc", b"\x1f\x8b"),
        ("json", "application/json", b'{"uri": "'),
    ],
)
def test_the_document(
    archived: Door, form: str, media_type: str, begins: bytes
) -> None:
    """In each format, inert, with its memento and when it was captured."""
    said = archived.ask(f"/api/v1/get?uri={A}&format={form}")

    assert (200, media_type) == (said.status, said.fields["content-type"])
    assert said.body.startswith(begins)
    assert (
        f"https://h.example/web/20261123120000/{A}" == said.fields["content-location"]
    )
    assert "Mon, 23 Nov 2026 12:00:00 GMT" == said.fields["memento-datetime"]
    assert "sandbox" in said.fields["content-security-policy"]


def test_an_entry_with_its_snapshots(archived: Door) -> None:
    """One entry says what is held of its page, or why nothing is."""
    held = json.loads(archived.ask(f"/api/v1/entries/{entry_of(archived, A)}").text)
    down = json.loads(archived.ask(f"/api/v1/entries/{entry_of(archived, B)}").text)

    assert ("held", "News") == (held["state"], held["source"])
    [snapshot] = held["snapshots"]
    memento = snapshot["memento"].removeprefix("https://h.example")
    assert 200 == archived.ask(memento).status
    assert 200 == archived.ask(f"/warc/{snapshot['warc']}", method="HEAD").status
    assert "held" != down["state"]


def test_captures_page_by_page(archived: Door) -> None:
    """`next` is where the next page begins, until there is none."""
    uri = "https://news.example.org/many"
    archived.hold(*(a_capture(uri, captured_at=after(n)) for n in range(7)))
    path, seen = f"/api/v1/captures?uri={uri}&limit=3", []
    since = ""
    while since is not None:
        said = json.loads(archived.ask(path + since).text)
        seen += [each["captured_at"] for each in said["captures"]]
        since = said["next"] and f"&since={said['next']}"

    assert 7 == len(set(seen)) == len(seen)


def test_naughty_parameters(archived: Door) -> None:
    """No text makes it fail: each answer is one, and says what it is."""
    for text in (
        "%00",
        "%ff%fe",
        "%F0%9F%92%A9",
        "'%22%3B--",
        "%0d%0aX: y",
        "a" * 9000,
    ):
        for path in (
            f"/api/v1/captures?uri=https://news.example.org/{text}",
            f"/api/v1/entries?feed={text}",
            f"/api/v1/entries?before={text}",
            f"/api/v1/get?uri={text}",
            f"/cdx?url={text}",
            f"/cdx?url=news.example.org&filter={text}&closest={text}",
            f"/wayback/available?url={text}&timestamp=2026",
            f"/web/{text}",
            f"/web/2026/{text}",
            f"/web/timemap/link/{text}",
            f"/warc/{text}",
            f"/?before={text}",
        ):
            said = archived.ask(path)
            assert said.status in {200, 302, 400, 404}, path
            assert not any("\n" in value for value in said.fields.values())
