"""Style sheets: what they refer to (CSS Syntax 3, as far as references need it)."""

import re
from collections.abc import Callable

from hozon.nouns.requisites import Collection, Kind, Need, Requisite

_COMMENT = r"/\*.*?(?:\*/|\Z)"
_ESCAPED = r"\\(?:[0-9a-f]{1,6}\s?|.)"
_STRING = rf"\"(?:[^\"\\\n]|{_ESCAPED})*+\"|'(?:[^'\\\n]|{_ESCAPED})*+'"
_URL = rf"url\(\s*+(?:{_STRING}|(?:[^\"'()\\\s]|{_ESCAPED})*+)\s*+\)"
_SET = rf"image-set\((?:[^()\"']++|{_STRING}|{_URL}|\([^()]*+\))*+\)"
_FLAGS = re.DOTALL | re.IGNORECASE
_TOKEN = re.compile(
    rf"{_COMMENT}|{_STRING}|@(?:namespace|charset|(?:-moz-)?document)\b[^;{{]*+"
    rf"|@import(?:\s|{_COMMENT})*+(?P<import>{_URL}|{_STRING})"
    r"|@font-face\s*+\{(?P<font>[^{}]*+)\}"
    rf"|(?P<set>{_SET})|(?P<url>{_URL})",
    _FLAGS,
)
_IN_FONT = re.compile(rf"{_COMMENT}|(?P<url>{_URL})", _FLAGS)
_IN_SET = re.compile(rf"{_COMMENT}|type\([^()]*+\)|(?P<url>{_URL}|{_STRING})", _FLAGS)
_OLD_FONT = re.compile(r"\.(?:eot|svg)(?:[?#]|\Z)", re.IGNORECASE)
_RANGES = re.compile(r"unicode-range\s*+:([^;]*+)", re.IGNORECASE)
_LATIN = re.compile(r"U\+0{0,4}(?:[02-7][0-9a-f]?)?(?:[-,?\s]|\Z)", re.IGNORECASE)
_REFERRING = ("url(", "@import", "image-set(")
_WRAPPING = re.compile(r"url\(\s*|\s*\)\Z", _FLAGS)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|\n|(.))", re.DOTALL)
_LAST_CODE = 0x10FFFF


def requisites(css: str, *, uri: str) -> tuple[Requisite, ...]:
    """Return what the style sheet at `uri` refers to, in its order, each once.

    Knows ``url()``, ``@import`` in both forms, ``image-set()`` and ``@font-face``;
    comments and strings are no references.
    """
    found = Collection(uri, itself=uri)
    collect(css, found)
    return found.all()


def collect(css: str, found: Collection) -> None:
    """Add to `found` what a style sheet, or a ``style`` attribute, refers to."""
    lower = css.lower()
    if not any(word in lower for word in _REFERRING):
        return
    for token in _TOKEN.finditer(css):
        if found.is_full:
            return
        _take(token, found)


def rewritten(css: str, change: Callable[[str, Kind], str]) -> str:
    """Return a style sheet with other references: `change` says which, for the reference
    as it was meant (escapes undone) and what for. What is no reference stays as it is.
    """
    lower = css.lower()
    if not any(word in lower for word in _REFERRING):
        return css
    return _TOKEN.sub(lambda token: _changed(token, change), css)


def _changed(token: re.Match[str], change: Callable[[str, Kind], str]) -> str:
    def in_place(kind: Kind) -> Callable[[re.Match[str]], str]:
        return lambda found: (
            _url(change(_reference(found["url"]), kind)) if found["url"] else found[0]
        )

    whole = token[0]
    if stated := token["import"]:
        return whole[: -len(stated)] + _url(change(_reference(stated), "style"))
    if token["font"] is not None:
        return _IN_FONT.sub(in_place("font"), whole)
    if token["set"]:
        opening, _, rest = whole.partition("(")
        return f"{opening}({_IN_SET.sub(in_place('image'), rest)}"
    return _url(change(_reference(token["url"]), "image")) if token["url"] else whole


def _url(reference: str) -> str:
    """Return a reference as it stands in a style sheet, whatever is in it."""
    quoted = "".join(
        f"\\{ord(c):x} " if c in '"\\<>' or c < " " else c for c in reference
    )
    return f'url("{quoted}")'


def _take(token: re.Match[str], found: Collection) -> None:
    if token["import"]:
        found.add(_reference(token["import"]), "style")
    elif token["url"]:
        found.add(_reference(token["url"]), "image")
    _take_fonts(token["font"] or "", found)
    for source in _IN_SET.finditer(token["set"] or ""):
        found.add(_reference(source["url"]), "image")


def _take_fonts(face: str, found: Collection) -> None:
    """Take the sources of one ``@font-face``: a browser loads the first it can read.

    One for other characters than Latin is loaded where the page has such.
    """
    ranges = _RANGES.search(face)
    need = Need.HELPS if ranges and not _LATIN.search(ranges[1]) else Need.SHAPES
    for source in _IN_FONT.finditer(face):
        reference = _reference(source["url"])
        if not reference:
            continue
        is_old = _OLD_FONT.search(reference) is not None
        found.add(reference, "font", Need.SPARE if is_old else need)
        need = need if is_old else Need.SPARE


def _reference(stated: str | None) -> str:
    """Return the URL in a ``url()`` or a string, its escapes undone."""
    bare = _WRAPPING.sub("", stated or "")
    if bare[:1] in {'"', "'"}:
        bare = bare[1:-1]
    return _ESCAPE.sub(_unescaped, bare)


def _unescaped(escape: re.Match[str]) -> str:
    """Return the character an escape stands for (CSS Syntax 3 §4.3.7)."""
    if not escape[1]:
        return escape[2] or ""
    code = int(escape[1], 16)
    is_scalar = 0 < code <= _LAST_CODE and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_scalar else "\N{REPLACEMENT CHARACTER}"
