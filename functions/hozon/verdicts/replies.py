"""Clues in status, header fields and redirects: what the server says without words."""

import re
from collections.abc import Iterator, Mapping, Sequence

from hozon.nouns.model import Clue, Exchange, Kind
from hozon.nouns.uris import Uri
from hozon.reading.answers import media_type
from hozon.reading.homes import is_home
from hozon.verdicts import vendors
from hozon.verdicts.seen import Seen

CERTAIN = 10.0

_STATUS: Mapping[int, Kind] = {
    401: "login",
    402: "login",
    404: "missing",
    407: "login",
    410: "missing",
}
_REFUSING = frozenset({202, 403, 405, 406, 418, 429, 503})
_ONLY_GUARDS = frozenset({"DDoS-Guard", "Qrator", "Imunify360"})
"""Whose 503 is a check. Others stand before busy servers and hand their 503 on."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOGIN = re.compile(
    r"/(?:(?:log|sign)[-_]?(?:in|on)|auth(?:enticate|orize|entication)?|sso|oauth2?|saml2?|"
    r"users?/(?:log|sign)_?in|accounts?/(?:log|sign)-?in|wp-login|passport|"
    r"(?:subscriber|member)s?/login|register|signup|kaiin)"
    r"(?:[/.?]|$)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"/(?:consent\w*|cookie[-_]?(?:wall|consent|notice)|cmp|privacy[-_]?(?:gate|wall|consent)|"
    r"collectconsent|gdpr\w*|age[-_]?(?:gate|check|verification|verify)|agecheck|nenrei)"
    r"(?:[/.?]|$)",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"/(?:(?:error|err|http)?[-_/]?40[04]|not[-_]?found|page[-_]?not[-_]?found|"
    r"notfound\w*|missing)(?:[/.?]|$)",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"/(?:errors?|maintenance|sorry|unavailable|mente)(?:[/.?]|$)", re.IGNORECASE
)
_CHALLENGE = re.compile(
    r"/(?:sorry/index|captcha\w*|validatecaptcha|challenge|botcheck|bot[-_]?(?:check|manager)|"
    r"blocked|access[-_]?denied|\.well-known/(?:sgcaptcha|captcha)|recaptcha|"
    r"__challenge\w*|human[-_]?(?:check|verification))(?:[/.?]|$)",
    re.IGNORECASE,
)
_PATHS: tuple[tuple[Kind, re.Pattern[str], float], ...] = (
    ("login", _LOGIN, 4.0),
    ("consent", _CONSENT, 4.0),
    ("challenge", _CHALLENGE, 4.0),
    ("missing", _MISSING, 4.0),
    ("error", _ERROR, 3.0),
)


def is_challenged(exchange: Exchange) -> bool:
    """Tell whether a refusal is a bot check: an answer to be kept, not a busy server."""
    if any(True for _ in _by_field(exchange)):
        return True
    return exchange.status == 503 and _guard(exchange) in _ONLY_GUARDS


def clues(seen: Seen) -> Iterator[Clue]:
    """Yield the clues of the exchanges."""
    yield from _by_field(seen.last)
    yield from _by_status(seen.last)
    if not seen.last.payload and seen.last.status < 400:
        yield Clue(kind="error", weight=CERTAIN, says="the answer is empty")
    if seen.asked and seen.came:
        yield from _by_place(seen.asked, seen.came)
    if seen.page and (target := seen.page.refresh):
        yield from _by_refresh(target, seen)


def _by_field(exchange: Exchange) -> Iterator[Clue]:
    for field in vendors.FIELDS:
        stated = exchange.header(field.name)
        if stated is not None and field.value in stated.lower():
            says = f"{field.vendor}: header field {field.name}"
            yield Clue(kind="challenge", weight=CERTAIN, says=says)


def _by_status(last: Exchange) -> Iterator[Clue]:
    status = last.status
    if status in _REFUSING and (guard := _guard(last)):
        weight = CERTAIN if status >= 400 else 1.0
        says = f"status {status} from {guard}"
        yield Clue(kind="challenge", weight=weight, says=says)
    if status in _STATUS:
        yield Clue(kind=_STATUS[status], weight=CERTAIN, says=f"status {status}")
    elif status >= 400 or status in _REDIRECTS:
        yield Clue(kind="error", weight=CERTAIN / 2, says=f"status {status}")
    elif status == 202 and media_type(last) == "text/html":
        yield Clue(kind="challenge", weight=1.5, says="status 202: not the page yet")


def _guard(exchange: Exchange) -> str | None:
    """Return who stands before the site, if it is one who refuses."""
    for field in vendors.SERVERS:
        stated = exchange.header(field.name)
        if stated is not None and field.value in stated.lower():
            return field.vendor
    return None


def _by_place(asked: Uri, came: Uri) -> Iterator[Clue]:
    if came.host.endswith(vendors.PARKING_HOSTS) and asked.host != came.host:
        yield Clue(kind="parked", weight=CERTAIN, says=f"it led to {came.host}")
    if came.host.endswith(vendors.CHALLENGE_HOSTS):
        yield Clue(kind="challenge", weight=CERTAIN, says=f"it led to {came.host}")
    if came.href == asked.href:
        return
    yield from _by_path(asked, came)
    if not is_home(asked) and is_home(came):
        same = _site(asked.host) == _site(came.host)
        says = "it led to the home page" if same else f"it led to {came.host}"
        yield Clue(kind="missing", weight=2.5 if same else 3.0, says=says)


def _by_path(asked: Uri, came: Uri) -> Iterator[Clue]:
    says = f"it led to {came.host}{came.path}"
    for kind, pattern, weight in _PATHS:
        if pattern.search(came.path) and not pattern.search(asked.path):
            yield Clue(kind=kind, weight=weight, says=says)
    first = came.host.partition(".")[0]
    if came.host != asked.host and first in vendors.LOGIN_HOST:
        yield Clue(kind="login", weight=3.0, says=says)
    if came.host != asked.host and first in vendors.CONSENT_HOST:
        yield Clue(kind="consent", weight=4.0, says=says)


def _by_refresh(target: str, seen: Seen) -> Iterator[Clue]:
    """Read where the page sends its reader as if it had been a redirect."""
    there = seen.page and seen.page.uri != target and _parsed_path(target)
    for kind, pattern, weight in _PATHS:
        if there and seen.is_little and pattern.search(there):
            yield Clue(kind=kind, weight=weight, says=f"it sends its reader to {there}")


def _parsed_path(uri: str) -> str:
    return "/" + uri.partition("://")[2].partition("/")[2]


def _site(host: str) -> Sequence[str]:
    """Return the last labels of a host: enough to tell one owner from another."""
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    return labels[-3:] if short else labels[-2:]
