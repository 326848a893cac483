"""Following redirects without losing a hop (RFC 9110 §15.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hozon.nouns import uris
from hozon.nouns.errors import HozonError, Misuse, Refused, Unreachable
from hozon.nouns.model import Exchange, Headers
from hozon.nouns.ports import Fetcher, Limits

MAX_HOPS = 10
_LIMITS = Limits()
_NO_VALIDATORS: Mapping[str, Headers] = MappingProxyType({})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What following redirects gave: all exchanges in order, the final one last.

    `stopped` says in words why it ended although the last answer is a redirect, and
    `cause` is the error behind that, where there was one: `Refused` never gets
    better, `Unreachable` may. `notes` says what was remarkable on the way.
    """

    exchanges: tuple[Exchange, ...]
    stopped: str | None = None
    cause: HozonError | None = None
    notes: tuple[str, ...] = ()

    @property
    def final(self) -> Exchange:
        """The last exchange: the document itself unless `stopped`."""
        return self.exchanges[-1]


class _Stop(Exception):
    """The chain ends here, in words, perhaps because of an error."""

    def __init__(self, words: str, cause: HozonError | None = None) -> None:
        super().__init__(words)
        self.cause = cause


async def follow(
    fetcher: Fetcher,
    uri: str,
    *,
    headers: Headers = (),
    validators: Mapping[str, Headers] = _NO_VALIDATORS,
    limits: Limits = _LIMITS,
    hops: int = MAX_HOPS,
) -> Chain:
    """GET `uri` and follow up to `hops` redirects, each through `fetcher`.

    `headers` go with every request, `validators` only with that of the URI (in normal
    form) which gave them; `limits` are those of each exchange. Raises what `fetcher`
    raises for the first exchange; what goes wrong later ends the chain and loses
    nothing.
    """

    def asking(target: str) -> Headers:
        return (*headers, *validators.get(target, ()))

    first = asking(uris.normal(uri)) if validators else headers
    exchanges = [await fetcher.fetch(uri, headers=first, limits=limits)]
    notes: list[str] = []
    try:
        while exchanges[-1].status in _REDIRECTS:
            target = _target(exchanges, hops)
            notes += _downgrade(exchanges[-1].target_uri, target)
            exchanges.append(await _fetched(fetcher, target, asking(target), limits))
    except _Stop as stop:
        return Chain(
            exchanges=tuple(exchanges),
            stopped=str(stop),
            cause=stop.cause,
            notes=tuple(notes),
        )
    return Chain(exchanges=tuple(exchanges), notes=tuple(notes))


async def _fetched(
    fetcher: Fetcher, target: str, headers: Headers, limits: Limits
) -> Exchange:
    try:
        return await fetcher.fetch(target, headers=headers, limits=limits)
    except Refused as error:
        raise _Stop(f"redirect to {target} refused: {error}", error) from None
    except Unreachable as error:
        raise _Stop(f"redirect to {target}: {error}", error) from None


def _target(exchanges: list[Exchange], hops: int) -> str:
    """Return the URI that the last answer redirects to, or stop."""
    last = exchanges[-1]
    location = last.header("Location")
    if location is None or not location.strip():
        raise _Stop(f"redirect ({last.status}) without a Location")
    try:
        target = uris.lenient(_as_sent(location), base=last.target_uri)
    except Misuse as reason:
        raise _Stop(f"redirect refused: {reason}", Refused(str(reason))) from None
    if any(target == exchange.target_uri for exchange in exchanges):
        raise _Stop(f"redirect loop: back to {target}")
    if len(exchanges) > hops:
        raise _Stop(f"more than {hops} redirects")
    return target


def _as_sent(location: str) -> str:
    """Read a field value as UTF-8 where its bytes are that, as browsers do."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _downgrade(source: str, target: str) -> list[str]:
    if source.startswith("https:") and target.startswith("http:"):
        return [f"redirect from https to http: {target}"]
    return []
