"""robots.txt: what a publisher lets a crawler fetch (RFC 9309). Pure.

A document is hostile until shown otherwise: reading it takes time in proportion to its
length, and so does each rule of it that a path is held against. Nothing here raises.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from typing import Self
from urllib.parse import quote_from_bytes

from hozon.reading.answers import BUSY

LIMIT = 512 * 1024
"""Bytes of a document that are read; the standard asks for 500 KiB (RFC 9309 §2.5)."""

LONGEST_DELAY_S = 30.0
"""The longest ``Crawl-delay`` that is granted; beyond, a site would never be done."""

FORGOTTEN_AFTER = timedelta(days=31)
"""How long after its expiry a robots.txt is remembered. While it cannot be had, that
tells since when (RFC 9309 §2.3.1.4).
"""

_RULE_SHOWN = 200
_UTF8, _UTF16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_PRODUCT = re.compile(rb"\*(?=\s|$)|[A-Za-z_-]+")
_SECONDS = re.compile(rb"\d{1,9}(?:\.\d{1,9})?")
_FIELDS = {
    b"user-agent": "agent",
    b"allow": "Allow",
    b"disallow": "Disallow",
    b"crawl-delay": "delay",
} | {
    # What publishers mean is plain, and Google's parser reads these as well.
    b"useragent": "agent",
    b"user agent": "agent",
    b"dissallow": "Disallow",
    b"dissalow": "Disallow",
    b"disalow": "Disallow",
    b"diasllow": "Disallow",
    b"disallaw": "Disallow",
}
# A percent-encoded octet, or some that stand neither for itself (unreserved) nor for
# something in a URI (reserved). `*` and `$` are not special in a path, only in a rule.
_RESPELT = re.compile(rb"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?#\[\]@!&'()+,;=%]+")
_UNRESERVED = re.compile(rb"[A-Za-z0-9\-._~]")
_DELIMITER = re.compile(rb"%(?:3A|2F|3F|40|5B|5D)")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a path may be fetched, and the rule that says so, as its publisher wrote it.

    `rule` is None where no rule matches (then it is allowed), and where everything is
    disallowed because the document could not be had.
    """

    allowed: bool
    rule: str | None = None


@dataclass(slots=True)
class _Group:
    """Rules as written, for one or more agents: (``Allow`` or ``Disallow``, pattern).

    Groups may share one list of rules and differ in what else their agents are told.
    """

    rules: list[tuple[str, bytes]] = field(default_factory=list)
    delay_s: float | None = None

    def for_another(self) -> "_Group":
        """Return the group of an agent that is named next: the same if nothing was asked
        of those before.
        """
        return self if self.delay_s is None else _Group(self.rules)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What a path begins with: `pieces` with anything between them, and then its end if
    `whole`. There are at least two pieces if the rule has a ``*``.
    """

    pieces: tuple[bytes, ...]
    whole: bool
    least: int

    def matches(self, path: bytes) -> bool:
        """Tell whether the whole pattern is met; each piece at its first place after
        the one before, for no later place can serve better.
        """
        first, *others = self.pieces
        if self.least > len(path) or not path.startswith(first):
            return False
        if not others:
            return not self.whole or len(path) == len(first)
        at = len(first)
        for piece in others[:-1]:
            at = path.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        if self.whole:
            return len(path) - len(others[-1]) >= at and path.endswith(others[-1])
        return path.find(others[-1], at) >= 0


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule, ready to be held against a path, in each spelling of it."""

    verb: str
    written: bytes
    octets: int
    patterns: tuple[_Pattern, ...]

    def matches(self, spellings: tuple[bytes, ...]) -> bool:
        """Tell whether a path matches, spelling by spelling."""
        strict, loose = self.patterns[0], self.patterns[-1]
        return strict.matches(spellings[0]) or (
            (len(spellings) > 1 or loose is not strict) and loose.matches(spellings[-1])
        )

    def decision(self) -> Decision:
        """Return what the rule says of a path that it matches."""
        text = self.written.decode("utf-8", "replace")
        shown = "".join(c if c.isprintable() else "\ufffd" for c in text[:_RULE_SHOWN])
        return Decision(self.verb == "Allow", f"{self.verb}: {shown}")


class Rules:
    """The rules of one robots.txt, for all agents."""

    __slots__ = ("_closed", "_groups", "_ready")

    def __init__(self, groups: dict[str, list[_Group]], *, closed: bool) -> None:
        self._groups = groups
        self._closed = closed
        self._ready: dict[str, tuple[_Rule, ...]] = {}

    @classmethod
    def parse(cls, document: bytes) -> Self:
        """Read a document of any kind; what is no rule of a group is passed over (§2.2).

        Groups of the same agent are one group. Without any group all is allowed.
        """
        return cls(_grouped(whole_lines(_as_utf8(document), LIMIT)), closed=False)

    @classmethod
    def from_status(cls, status: int | None, document: bytes = b"") -> Self:
        """Return the rules that an answer comes to (RFC 9309 §2.3.1).

        2xx: those of `document`. 3xx (redirects that lead nowhere) and 4xx: there are
        none, all is allowed. 5xx and None (no answer): all is disallowed; so it is for
        those 4xx that say something of the server's day only (408, 425, 429).
        """
        if is_undefined(status):
            return cls({}, closed=True)
        served = status is not None and 200 <= status < 300
        return cls.parse(document if served else b"")

    def decide(self, path_and_query: str, agent: str) -> Decision:
        """Return whether `agent` (a product token, any case) may fetch a path (§2.2.2).

        The longest rule that matches decides; Allow, if two are of the same length. The
        agent's own group counts, and that of ``*`` where it has none.
        """
        target = path_and_query if path_and_query[:1] == "/" else f"/{path_and_query}"
        if target.partition("?")[0] == "/robots.txt":
            return Decision(allowed=True)
        if self._closed:
            return Decision(allowed=False)
        spellings = _spellings(_plain(target.encode("utf-8", "surrogatepass")))
        for rule in self._rules(self._name(agent)):
            if rule.matches(spellings):
                return rule.decision()
        return Decision(allowed=True)

    def crawl_delay_s(self, agent: str) -> float | None:
        """Return the seconds between two requests that the agent's group asks for.

        No standard knows ``Crawl-delay``, but publishers state it. At most
        `LONGEST_DELAY_S`; the longest of several; None where there is none.
        """
        groups = self._groups.get(self._name(agent), ())
        delays = [group.delay_s for group in groups if group.delay_s is not None]
        return max(delays, default=None)

    def _name(self, agent: str) -> str:
        name = agent.lower()
        return name if name in self._groups else "*"

    def _rules(self, name: str) -> tuple[_Rule, ...]:
        """Return a group's rules, those first that win; made when they are first asked."""
        ready = self._ready.get(name)
        if ready is None:
            lists = {id(g.rules): g.rules for g in self._groups.get(name, ())}
            written = dict.fromkeys(chain.from_iterable(lists.values()))
            rules = (_rule(verb, pattern) for verb, pattern in written)
            ready = tuple(sorted(rules, key=lambda r: (-r.octets, r.verb)))
            self._ready[name] = ready
        return ready


def is_undefined(status: int | None) -> bool:
    """Tell whether an answer leaves open what the rules are (RFC 9309 §2.3.1.4).

    Then the server is to be asked again before long.
    """
    return status is None or status >= 500 or status < 200 or status in BUSY


def whole_lines(document: bytes, size: int) -> bytes:
    """Return the whole lines within the first `size` bytes; all, if there are no more.

    A rule that is cut off would be a shorter one, which says more than its publisher.
    """
    if len(document) <= size:
        return document
    head = document[:size]
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]


def _as_utf8(document: bytes) -> bytes:
    """Return the document without a byte order mark, as UTF-8 if it was UTF-16."""
    if document.startswith(_UTF16):
        return document[: 2 * LIMIT + 8].decode("utf-16", "replace").encode()
    return document.removeprefix(_UTF8)


def _grouped(document: bytes) -> dict[str, list[_Group]]:
    """Return the groups by agent. Agents share a group; no rule is held twice.

    An agent after a rule begins a new group. An agent after a ``Crawl-delay`` does not,
    for that is no rule (§2.2.4); but what was asked of others is not asked of it.
    """
    groups: dict[str, list[_Group]] = {}
    current, has_rules = _Group(), False
    for name, value in _lines(document):
        if name == "agent":
            current = _Group() if has_rules else current.for_another()
            has_rules = False
            _name(value, current, groups)
        elif name == "delay":
            current.delay_s = _longer(current.delay_s, value)
        else:
            has_rules = True
            if value:
                current.rules.append((name, value))
    return groups


def _name(value: bytes, group: _Group, groups: dict[str, list[_Group]]) -> None:
    if agent := _PRODUCT.match(value):
        found = groups.setdefault(agent[0].decode().lower(), [])
        if not found or found[-1] is not group:
            found.append(group)


def _lines(document: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what is said, line by line: a name of `_FIELDS` and its value."""
    for line in document.splitlines():
        said = line.partition(b"#")[0].strip()
        name, colon, value = said.partition(b":")
        if not colon:
            # Who forgets the colon has two words on the line and no more.
            words = said.split(maxsplit=2)
            if len(words) != 2:
                continue
            name, value = words
        found = _FIELDS.get(name.strip().lower())
        if found:
            yield found, value.strip()


def _longer(delay_s: float | None, value: bytes) -> float | None:
    stated = _SECONDS.match(value)
    if stated is None:
        return delay_s
    return max(delay_s or 0.0, min(float(stated[0]), LONGEST_DELAY_S))


def _rule(verb: str, written: bytes) -> _Rule:
    whole = written.endswith(b"$")
    pieces = written.removesuffix(b"$").split(b"*") if whole else written.split(b"*")
    spellings = _spellings(b"*".join(map(_plain, pieces)))
    return _Rule(
        verb=verb,
        written=written,
        octets=len(spellings[-1]) + whole,
        patterns=tuple(_pattern(each, whole=whole) for each in spellings),
    )


def _pattern(spelt: bytes, *, whole: bool) -> _Pattern:
    first, *others = spelt.split(b"*")
    # Several `*` in a row are one.
    middle: Iterable[bytes] = filter(None, others[:-1])
    pieces = (first, *middle, *others[-1:])
    return _Pattern(pieces=pieces, whole=whole, least=sum(map(len, pieces)))


def _plain(path: bytes) -> bytes:
    """Return the one spelling of a path by which it is compared (RFC 9309 §2.2.2).

    Unreserved characters stand for themselves, reserved ones as they were written, all
    others percent-encoded in capitals; a ``%`` that encodes nothing stays.
    """
    return _RESPELT.sub(_respelt, path)


def _respelt(found: re.Match[bytes]) -> bytes:
    octets = found[0]
    if not octets.startswith(b"%"):
        return quote_from_bytes(octets, safe="").encode()
    octet = bytes.fromhex(octets[1:].decode())
    return octet if _UNRESERVED.match(octet) else octets.upper()


def _spellings(path: bytes) -> tuple[bytes, ...]:
    """Return the spellings to compare: `path`, and where it differs, a looser one.

    In a query ``:``, ``/``, ``?``, ``@`` and brackets mean nothing, and are encoded by
    some and not by others: the standard's own example compares them as equal.
    """
    before, mark, query = path.partition(b"?")
    loose = _DELIMITER.sub(lambda d: bytes.fromhex(d[0][1:].decode()), query)
    return (path,) if loose == query else (path, before + mark + loose)
