"""Rows 48, 50 and 51: schemathesis asks every route of the API what its description lets
it ask, and what it does not.

What it makes is the same on every run, and a fixed number; more by a command:
``SCHEMATHESIS_EXAMPLES=2000 python -m pytest tests/hostile/test_described.py``.
"""

import asyncio
import base64
import os
from collections.abc import Iterable, Iterator
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from hozon import wiring
from hozon.nouns.archive import Archive
from hozon.web import api
from tests.events import url_event
from tests.hostile.asking import asked
from tests.unit.usecases.conftest import Desk, Hands
from tests.unit.usecases.test_running import FEED, site

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "12"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive with something in it."""
    clock = Hands()
    folder = tmp_path_factory.mktemp("described") / "archive"
    with wiring.embedded(folder, create=True, clock=clock) as opened:
        desk = Desk(opened, clock, [])
        desk.follow(FEED)
        asyncio.run(desk.run(desk.fetcher(site())))
        yield opened.archive


class Served:
    """The archive as a WSGI application, which schemathesis knows how to ask."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request; `asked` holds that the answer may go out."""
        path, _, query = environ["REQUEST_URI"].partition("?")
        query = environ.get("QUERY_STRING") or query
        length = int(environ.get("CONTENT_LENGTH") or 0)
        fields = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        answer = asked(
            self._archive,
            url_event(
                path,
                query,
                method=environ["REQUEST_METHOD"],
                headers=fields,
                body=environ["wsgi.input"].read(length).decode("latin-1"),
            ),
        )
        status = HTTPStatus(answer["statusCode"])
        start_response(f"{status.value} {status.phrase}", [*answer["headers"].items()])
        body: str = answer["body"] or ""
        return [base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()]


def schema_of(archive: Archive) -> Any:
    """Return the description as schemathesis reads it, bound to the archive."""
    return schemathesis.openapi.from_wsgi("/api/openapi.json", Served(archive))


@cache
def routes() -> tuple[Any, ...]:
    """Return what to ask of which path: a path without a query cannot be asked wrongly."""
    described = api._app().get_openapi_schema().paths or {}
    return tuple(
        pytest.param(path, mode, id=f"{path} {mode.value}")
        for path, item in described.items()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        if mode is GenerationMode.POSITIVE or _has_query(item)
    )


def _has_query(item: Any) -> bool:
    return any(each.in_.value == "query" for each in item.get.parameters or ())


@pytest.mark.museum(48, 50, 51)
@pytest.mark.parametrize(("path", "mode"), routes())
def test_every_route_keeps_to_its_description(
    archive: Archive, path: str, mode: GenerationMode
) -> None:
    """Whatever is asked, the status, the type and the shape of the answer are described;
    what may not be asked is refused; nothing is 5xx.

    That what may be asked is not refused cannot be held: a description has no words for
    which texts are URIs, instants and cursors. `tests/unit/web/test_api.py` asks such.
    """
    operation = schema_of(archive)[path]["GET"]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    ask()
