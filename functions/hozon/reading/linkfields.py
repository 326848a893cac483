"""``Link`` header fields (RFC 8288), as far as they say what a page needs."""

import re

from hozon.nouns.model import Exchange
from hozon.nouns.requisites import Collection, Requisite
from hozon.reading import relations

_LONGEST = 50_000
_LINK = re.compile(r"<([^<>]*+)>((?:[^,\"<]|\"(?:[^\"\\]|\\.)*+\"?+)*+)")
_PARAMETER = re.compile(
    r";\s*+([a-z-]{1,30}+)\s*+=\s*+(?:\"([^\"]{0,500})\"|([^\s;,\"]{1,500}))",
    re.IGNORECASE,
)


def requisites(exchange: Exchange) -> tuple[Requisite, ...]:
    """Return what an answer's ``Link`` fields name for its page, preloads above all."""
    stated = ", ".join(v for n, v in exchange.headers if n.lower() == "link")
    found = Collection(exchange.target_uri, itself=exchange.target_uri)
    for link in _LINK.finditer(stated[:_LONGEST]):
        told = {
            name.lower(): quoted or bare
            for name, quoted, bare in _PARAMETER.findall(link[2])
        }
        named = frozenset(told.get("rel", "").lower().split())
        kind, need = relations.of(named, told.get("as"), link[1])
        if kind is not None:
            found.add(link[1], kind, need)
    return found.all()
