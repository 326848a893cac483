"""The templates, and what all pages have in common. The only door to jinja2.

A page is whole by itself: its style is in it, no script is, and all of it takes at most
60 KB. What strangers wrote is text in it, whatever stands there.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.event_handler import Response
from jinja2 import Environment, PackageLoader, select_autoescape

from hozon import japanese
from hozon.nouns.instants import iso
from hozon.serving import river
from hozon.stored.excerpts import excerpt
from hozon.web import answering
from hozon.web.elsewhere import Elsewhere
from hozon.web.request import Request
from hozon.web.words import words

LARGEST = 60_000
"""Bytes of a page, at most."""

_LEAST = 2
_ESCAPED = 5
"""Bytes that an escaped character takes besides itself, at most (``&#x27;``)."""

_MESSAGE = 20_000
"""Bytes of what went wrong, at most: a URI in it may be long."""

_ENDS = re.compile("[\u3041-\u3096]$")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")

Item = TypeVar("Item")
_SCHEMES = ("http://", "https://")
_HTML = "text/html; charset=utf-8"


class Told(NamedTuple):
    """A sentence of this program's as a page shows it, and the language that it is in."""

    text: str
    language: str


class Moment(NamedTuple):
    """An instant as pages show it: its age, with the exact time behind it."""

    iso: str
    exact: str
    age: str


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("hozon.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def sheet(name: str) -> str:
    """Return a style sheet, without the white space that only people need."""
    source, _, _ = _templates().loader.get_source(_templates(), name)  # type: ignore[union-attr]  # it has one
    return "".join(line.strip() for line in source.splitlines())


@cache
def icon() -> str:
    """Return the icon of the site (SVG): a leaf in an open box."""
    return _templates().get_template("icon.svg").render()


def page(request: Request, name: str, **values: Any) -> Response[Any]:
    """Answer with a template: compressed where the reader accepts that."""
    return answering.text(
        request,
        rendered(request, name, **values),
        _HTML,
        fields={"vary": "accept-language, accept-encoding"},
        is_open=False,
    )


def rendered(request: Request, name: str, **values: Any) -> str:
    """Return a template with these values, in the language of the interface."""
    context = {
        "switch": _switched(request),
        "chosen": request.chosen_language,
        "to": ways(request),
        "is_signed_in": request.is_signed_in,
        "style": sheet("style.css"),
        **values,
    }
    template = _templates().get_template(name)
    return template.render(
        language=request.language, words=words(request.language), **context
    )


def problem(request: Request, status: HTTPStatus, message: str) -> str:
    """Return the page that says what went wrong, and where else it may be had."""
    about = _asked_for(request)
    return rendered(
        request,
        "problem.html",
        switch=None,
        status=status,
        message=_message(request, message),
        heading=words(request.language).get(f"problem_{status.value}", status.phrase),
        about=about,
        elsewhere=Elsewhere.of(about)
        if about and status == HTTPStatus.NOT_FOUND
        else None,
    )


def _message(request: Request, sentence: str) -> Told | None:
    """Return what went wrong; a whole sentence of Japanese has its full stop."""
    said = told(request, sentence, _MESSAGE)
    ends = said is not None and said.language == "ja" and _ENDS.search(said.text)
    return said._replace(text=f"{said.text}。") if said and ends else said


def _asked_for(request: Request) -> str | None:
    """Return the URI that a reader wanted to see, if it is one of the Web."""
    if request.path == "/captures":
        return request.parameter("uri")
    rest = request.path
    found = [at for scheme in _SCHEMES if (at := rest.find(scheme)) > 0]
    if not found or not rest.startswith(("/web/", "/replay/")):
        return None
    at = min(found)
    return rest[at:] + (f"?{request.query}" if request.query else "")


def way(request: Request, path: str, **asked: Any) -> str:
    """Return a link to a page of ours, with what is asked of it and the language that
    the reader has chosen.
    """
    return ways(request)(path, **asked)


def ways(request: Request) -> Callable[..., str]:
    """Return what makes such links, for who makes many."""
    chosen = request.chosen_language

    def to(path: str, **asked: Any) -> str:
        wanted = {
            name: value for name, value in asked.items() if value not in (None, "")
        }
        if chosen:
            wanted["lang"] = chosen
        return f"{path}?{urlencode(wanted)}" if wanted else path

    return to


def _switched(request: Request) -> str:
    """Return the link to this page in the other language."""
    other = "en" if request.language == "ja" else "ja"
    asked = [(k, v) for k, v in parse_qsl(request.query) if k != "lang"]
    return f"{request.path}?{urlencode([*asked, ('lang', other)])}"


def told(request: Request, sentence: str, size: int) -> Told | None:
    """Return a sentence that was made in English, in the language of the page: what a
    page has room for. None: nothing was said.
    """
    if not sentence:
        return None
    is_japanese = request.language == "ja"
    text, spoken = japanese.shown(sentence) if is_japanese else (sentence, "en")
    return Told(fitting(text, size), spoken)


def moment(request: Request, at: datetime) -> Moment:
    """Return an instant as a page shows it."""
    return moments(request)(at)


def moments(request: Request) -> Callable[[datetime], Moment]:
    """Return what shows instants so, for who shows many."""
    now, language = request.archive.clock(), request.language

    def shown(at: datetime) -> Moment:
        text = iso(at)
        return Moment(text, _exact(text), river.age(at, now, language=language))

    return shown


def exact(at: datetime) -> str:
    """Return an instant to the minute, as people write it."""
    return _exact(iso(at))


def _exact(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC"


def fitting(text: str, size: int) -> str:
    """Return the beginning of a text that takes at most `size` bytes of a page."""
    room, shown = size, excerpt(text, size)
    while (taken := weight(shown)) > size and room > _LEAST:
        room = max(_LEAST, room * size // taken)  # less than before, as more was taken
        shown = excerpt(text, room)
    return shown


def weight(text: str) -> int:
    """Return how many bytes a text takes of a page, where it is escaped, at most."""
    octets = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return octets + _ESCAPED * sum(map(text.count, "<>&\"'"))


def portions(
    items: Sequence[Item], sizes: Iterator[int], room: int
) -> list[Sequence[Item]]:
    """Return items in runs of at most `room` bytes, each of at least one item."""
    cuts, used = [0], 0
    for at, size in enumerate(sizes):
        if used and used + size > room:
            cuts.append(at)
            used = 0
        used += size
    return [items[a:b] for a, b in zip(cuts, [*cuts[1:], len(items)], strict=True)]


def tag(stated: str | None) -> str:
    """Return a language tag as it may stand in `lang` (BCP 47); ``und`` if it is none."""
    return stated if stated and _TAG.fullmatch(stated) else "und"


def web_uri(uri: str | None) -> str | None:
    """Return a URI that may stand behind a link: one of the Web, or none."""
    is_one = uri is not None and uri.lower().startswith(("http://", "https://"))
    return uri if is_one else None


def percent(share: float) -> str:
    """Return a share of 0 to 1 in percent; what is there is never nought."""
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"


def amount(octets: int) -> str:
    """Return a number of bytes as people read it (powers of 1000)."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if octets >= size:
            return f"{octets / size:.1f} {unit}"
    return f"{octets} B"


def number(text: str | None, *, most: int) -> int:
    """Return what a reader counts with, from 1 to `most`; anything else is 1."""
    is_one = text is not None and text.isascii() and text.isdigit() and len(text) < 9
    return min(max(int(text), 1), max(most, 1)) if text and is_one else 1
