"""Character encodings of documents: as browsers read them, and mislabelled ones too.

Labels are those of the WHATWG Encoding Standard and no others: ``shift_jis`` is
Windows-31J, ``iso-8859-1`` is windows-1252, and what Python calls ``utf-7`` or
``unicode_escape`` is no encoding here. Two things go beyond browsers: bytes that are
valid UTF-8 are read as such whatever a single-byte label says, and a label whose
encoding does not fit the bytes loses to one that does. The only module that knows
turbohtml's decoders and detector.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from functools import cache

import turbohtml
from turbohtml import detect

_Reading = tuple[str, str]
"""A document's text, and the name of the encoding it was read in."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_FALLBACK = "windows-1252"
_MULTI_BYTE = frozenset(
    ("shift_jis", "euc-jp", "iso-2022-jp", "gbk", "gb18030", "big5", "euc-kr")
)
_WIDE = frozenset(("utf-16le", "utf-16be", "utf-32le", "utf-32be"))
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
    # How markup begins in a wide encoding without a byte-order mark (XML 1.0 §F.1).
    (b"<\0\0\0", "utf-32le"),
    (b"\0\0\0<", "utf-32be"),
    (b"<\0", "utf-16le"),
    (b"\0<", "utf-16be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
_META = re.compile(
    rb"<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([^\s\"'/>;]{1,40})", re.IGNORECASE
)
_SHEET_CHARSET = re.compile(rb'@charset "([A-Za-z0-9._:-]{1,40})";')
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_XML_ENCODING = re.compile(
    rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{1,40})"
)
_DECLARING = re.compile(rb"<(?=meta|\?xml)", re.IGNORECASE)
_JIS_ESCAPE = re.compile(rb"\x1b\$[@B]|\x1b\(I")
_THREE_BYTES = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
_FIRST_NON_ASCII = re.compile(rb"[\x80-\xff]")
_FULL_WIDTH_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_SAYS_JAPANESE = re.compile(
    rb"lang(?:uage)?\s*(?:=\s*[\"']?|>\s*)ja\b|\.jp[/\"'<]", re.IGNORECASE
)
_META_WINDOW = 4096
_DETECTION_WINDOW = 100_000
_LONGEST_LABEL = 40
_FEW_KANA = 3


def decode_html(payload: bytes, content_type: str | None) -> _Reading:
    """Return the text of an HTML page, and the WHATWG name of its encoding.

    Believed in this order: byte-order mark, charset of the ``Content-Type``, ``meta``
    among the first 4096 bytes, the bytes themselves. Never raises; what cannot be read
    becomes U+FFFD.
    """
    if wide := _by_first_bytes(payload):
        return wide
    return _read(payload, _names(_http_label(content_type), _meta_label(payload)))


def decode_css(sheet: bytes, content_type: str | None) -> _Reading:
    """Return the text of a style sheet, and the WHATWG name of its encoding.

    What the transport says comes before ``@charset`` (CSS Syntax 3 §3.2).
    """
    stated = _SHEET_CHARSET.match(sheet)
    if stated is not None and _http_label(content_type) is None:
        content_type = f"text/css; charset={stated[1].decode('ascii')}"
    return decode_html(sheet, content_type)


def decode_xml(document: bytes, content_type: str | None) -> _Reading:
    """Return the text of an XML document, and the WHATWG name of its encoding.

    Believed in this order: byte-order mark, charset of the ``Content-Type`` (RFC 7303
    §3) unless it is a server's single-byte default and the document says otherwise,
    XML declaration, the bytes themselves. Never raises; what cannot be read becomes
    U+FFFD.
    """
    if wide := _by_first_bytes(document):
        return wide
    names = _names(_http_label(content_type), _xml_label(document))
    return _read(document, sorted(names, key=_is_single_byte))


@cache
def canonical(label: str) -> str | None:
    """Return the WHATWG name of an encoding label in lower case; None if it is none."""
    try:
        name = turbohtml.parse(b"", encoding=label).encoding
    except (LookupError, ValueError):
        return None
    if name is None or name == "replacement":
        return None
    return _FALLBACK if name == "x-user-defined" else name.lower()


def _names(*labels: str | None) -> list[str]:
    known = (canonical(label[:_LONGEST_LABEL]) for label in labels if label)
    return [name for name in dict.fromkeys(known) if name]


def _is_single_byte(name: str) -> bool:
    return name != "utf-8" and name not in _MULTI_BYTE | _WIDE


def _http_label(content_type: str | None) -> str | None:
    found = _CHARSET.search(content_type or "")
    return found[1] if found else None


def _meta_label(payload: bytes) -> str | None:
    found = _META.search(_COMMENT.sub(b"", payload[:_META_WINDOW]))
    return found[1].decode("latin-1") if found else None


def _xml_label(document: bytes) -> str | None:
    found = _XML_ENCODING.match(document[:1024])
    return found[1].decode("ascii") if found else None


def _by_first_bytes(document: bytes) -> _Reading | None:
    for mark, name in _BOMS:
        if document.startswith(mark):
            text = document.decode(name, "replace")
            return text.lstrip(_BOM), name
    return None


def _read(document: bytes, declared: Sequence[str]) -> _Reading:
    """Return the first reading that fits, from the surest to the merely possible."""
    if document.isascii() and not _JIS_ESCAPE.search(document):
        return document.decode("ascii"), "utf-8"
    narrow = [name for name in declared if name not in _WIDE or b"\0" in document]
    for reading in _readings(document, narrow):
        return reading
    raise AssertionError("the last reading always fits")


def _readings(document: bytes, declared: Sequence[str]) -> Iterator[_Reading]:
    yield from _as_escaped_japanese(document)
    yield from _as_utf8(document, declared)
    labelled = [_decoded(document, name) for name in declared if name != "utf-8"]
    for one in labelled:
        if _is_single_byte(one[1]):
            # Single-byte encodings fit any bytes: they prove nothing by fitting.
            yield from _as_japanese(document)
        if _REPLACEMENT not in one[0]:
            yield one
    yield from _as_japanese(document)
    multi_byte = (one for one in labelled if not _is_single_byte(one[1]))
    yield from (one for one in multi_byte if _is_nearly_clean(one[0]))
    yield _detected(document)


def _decoded(document: bytes, name: str) -> _Reading:
    codec = name if name in _WIDE or name == "utf-8" else f"whatwg-{name}"
    return document.decode(codec, "replace"), name


def _as_escaped_japanese(document: bytes) -> Iterator[_Reading]:
    if document.isascii():
        yield _decoded(document, "iso-2022-jp")


def _as_utf8(document: bytes, declared: Sequence[str]) -> Iterator[_Reading]:
    """Yield UTF-8 if the bytes are, or if they were meant to be and a few are broken.

    Two-byte sequences alone may also be a multi-byte encoding that was declared.
    """
    said = declared[0] if declared else None
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        text = document.decode("utf-8", "replace")
        if _non_ascii(text) >= 3 * text.count(_REPLACEMENT):
            yield text, "utf-8"
    else:
        if said not in _MULTI_BYTE or _THREE_BYTES.search(document):
            yield text, "utf-8"


def _as_japanese(document: bytes) -> Iterator[_Reading]:
    """Yield a Japanese reading that no other language would give by chance.

    Full-width kana in a text nearly without errors are such a proof: EUC-JP read as
    Shift_JIS gives half-width kana, and Shift_JIS read as EUC-JP hardly a character.
    """
    for name in ("euc-jp", "shift_jis"):
        text, _ = _decoded(document, name)
        kana = len(_FULL_WIDTH_KANA.findall(text, 0, _DETECTION_WINDOW))
        enough = max(_FEW_KANA, _non_ascii(text[:_DETECTION_WINDOW]) // 8)
        if kana >= enough and _is_nearly_clean(text):
            yield text, name


def _non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _is_nearly_clean(text: str) -> bool:
    return text.count(_REPLACEMENT) * 20 <= _non_ascii(text)


def _detected(document: bytes) -> _Reading:
    first = _FIRST_NON_ASCII.search(document)
    start = max(0, first.start() - 200) if first else 0
    # The detector would believe a declaration; those have been heard already.
    sample = _DECLARING.sub(b"(", document[start : start + _DETECTION_WINDOW])
    language = "Japanese" if _SAYS_JAPANESE.search(document) else None
    found = detect.detect(sample, detect.Detection(language=language)).encoding
    return _decoded(document, (found and canonical(found)) or _FALLBACK)
