"""Mistakes planted into a world: designs that the model has to find wrong."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hozon.nouns.errors import Conflict
from hozon.nouns.model import Holdings
from tests.faults.plans import Faulty
from tests.faults.worlds import World


class _Port:
    def __init__(self, port: Any, **methods: Callable[..., Any]) -> None:
        self._port = port
        self.__dict__.update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


def nothing(world: World) -> None:
    """Plant nothing."""


def own_bytes(world: World) -> None:
    """A worker indexes what it has composed, not what was stored before it came."""
    store = world.sound.warcs

    def put(key: str, data: bytes) -> None:
        with suppress(Conflict):
            store.put(key, data)

    warcs: Any = Faulty(_Port(store, put=put), world.plan)
    world.archive = replace(world.archive, warcs=warcs)


def overwriting(world: World) -> None:
    """A put replaces what was stored."""
    store: Any = world.sound.warcs

    def put(key: str, data: bytes) -> None:
        store.objects[key] = data

    warcs: Any = Faulty(_Port(store, put=put), world.plan)
    world.archive = replace(world.archive, warcs=warcs)


def no_skip(world: World) -> None:
    """What is indexed again waits again, though it is sealed."""
    index = world.sound.index

    def add(holdings: Holdings, **others: Any) -> None:
        index.add(holdings, **others)
        if holdings.warc_key is not None:
            world.unmark(holdings.warc_key)

    forgetful: Any = Faulty(_Port(index, add=add), world.plan)
    world.archive = replace(world.archive, index=forgetful)


def overwriting_log(world: World) -> None:
    """The log's batches are no compare-and-swap: the last sealer wins."""
    store: Any = world.sound.log

    def put(key: str, data: bytes) -> None:
        store.objects[key] = data

    log: Any = Faulty(_Port(store, put=put), world.plan)
    world.archive = replace(world.archive, log=log)


PLANTED: Mapping[str, Callable[[World], None]] = {
    "nothing": nothing,
    "own-bytes": own_bytes,
    "overwriting": overwriting,
    "no-skip": no_skip,
    "overwriting-log": overwriting_log,
}
