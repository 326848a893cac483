"""The archive of a desk, asked as a function URL is asked."""

import base64
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from hozon import web, wiring
from hozon.nouns.archive import Archive
from hozon.nouns.model import Capture, Holdings
from hozon.nouns.ports import WarcStore
from tests.events import url_event
from tests.unit.usecases.conftest import Hands


@dataclass(slots=True)
class Door:
    """An archive, and what answers for it."""

    archive: Archive
    largest: int = 4_400_000
    outlet: web.Outlet | None = None

    def ask(self, path: str, *, method: str = "GET", **fields: str) -> "Said":
        """Send one request; header fields are given with ``_`` for ``-``."""
        path, _, query = path.partition("?")
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        headers.setdefault("host", "h.example")
        event = url_event(path, query, method=method, headers=headers)
        answer = web.respond(
            event, None, self.archive, largest=self.largest, outlet=self.outlet
        )
        return Said(answer)

    def hold(self, *captures: Capture) -> None:
        """Have captures in the index; there is nothing behind them."""
        self.archive.index.add(Holdings(captures=captures))


@dataclass(frozen=True, slots=True)
class Said:
    """An answer."""

    answer: Mapping[str, Any]

    @property
    def status(self) -> int:
        """Its status."""
        return int(self.answer["statusCode"])

    @property
    def fields(self) -> Mapping[str, str]:
        """Its header fields."""
        fields: Mapping[str, str] = self.answer["headers"]
        return fields

    @property
    def body(self) -> bytes:
        """Its body as it was sent."""
        text: str = self.answer["body"]
        is_coded = self.answer["isBase64Encoded"]
        return base64.b64decode(text) if is_coded else text.encode()

    @property
    def text(self) -> str:
        """Its body, without the coding it was sent in."""
        is_coded = self.fields.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if is_coded else self.body).decode()

    @property
    def lines(self) -> list[str]:
        """The lines of its body."""
        return self.text.splitlines()


@dataclass(slots=True)
class Reads:
    """A store that notes how much is read."""

    store: WarcStore
    lengths: list[int]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def read(self, key: str, *, offset: int, length: int) -> bytes:
        """Read, and note how much."""
        self.lengths.append(length)
        return self.store.read(key, offset=offset, length=length)


@pytest.fixture
def clock() -> Hands:
    """Return a clock that stands."""
    return Hands()


@pytest.fixture
def door(tmp_path: Path, clock: Hands) -> Iterator[Door]:
    """Return an empty archive that its owner alone may read."""
    with wiring.embedded(tmp_path / "archive", create=True, clock=clock) as opened:
        yield Door(opened.archive)


@pytest.fixture
def public(door: Door) -> Door:
    """Return the same archive, where anybody may read it."""
    return Door(replace(door.archive, is_public=True))
