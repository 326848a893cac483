"""Encodings: a matrix of Japanese documents, labelled rightly, wrongly, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.reading.encodings import canonical, decode_html, decode_xml

# Characters of Windows that plain JIS does not have: ① ㈱ 髙 and half-width kana.
TITLE = "髙橋①商事㈱のニュース、ｱｲｳｴｵ新製品発表"
BODY = "これは日本語の文章です。カタカナとひらがながあります。"
# Their bytes in EUC-JP as Japanese tools write them (NEC row 13, IBM extensions).
EUC_JP = {"髙": b"\xfc\xe2", "①": b"\xad\xa1", "㈱": b"\xad\xea"}
FORMATS = {
    "rss": '<rss version="2.0"><channel><title>{title}</title>{body}</channel></rss>',
    "rdf": '<rdf:RDF xmlns="http://purl.org/rss/1.0/"><item>{title}{body}</item></rdf:RDF>',
    "atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>{body}</feed>',
    "html": "<html><head><title>{title}</title></head><body>{body}</body></html>",
}
ENCODINGS = ["utf-8", "shift_jis", "euc-jp", "iso-2022-jp", "utf-16"]
LABELS = [None, "right", "utf-8", "shift_jis", "euc-jp", "iso-8859-1", "utf-7"]


def encoded(text: str, encoding: str) -> bytes:
    if encoding == "euc-jp":
        return b"".join(EUC_JP.get(char) or char.encode("euc_jp") for char in text)
    if encoding == "iso-2022-jp":
        plain = text.translate(str.maketrans("髙①㈱ｱｲｳｴｵ", "高1株アイウエオ"))
        return plain.encode("iso2022_jp")
    return text.encode({"shift_jis": "cp932"}.get(encoding, encoding))


def document(form: str, encoding: str, label: str | None) -> bytes:
    label = encoding if label == "right" else label
    text = FORMATS[form].format(title=TITLE, body=BODY)
    if form == "html":
        head = (
            f'<!DOCTYPE html><meta charset="{label}">' if label else "<!DOCTYPE html>"
        )
    else:
        named = f' encoding="{label}"' if label else ""
        head = f'<?xml version="1.0"{named}?>'
    return encoded(head + text, encoding)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", FORMATS)
def test_japanese_is_read_whatever_the_label_says(
    form: str, encoding: str, label: str | None
) -> None:
    """Four formats in five encodings, undeclared, declared rightly and wrongly."""
    data = document(form, encoding, label)
    decode = decode_html if form == "html" else decode_xml

    text, _ = decode(data, None)

    assert (
        encoded(TITLE, encoding).decode("iso2022_jp") in text
        if (encoding == "iso-2022-jp")
        else TITLE in text
    )
    assert BODY in text


@pytest.mark.museum(26)
@pytest.mark.parametrize("charset", ["iso-8859-1", "us-ascii", "utf-8", "shift_jis"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_wrong_http_charset_is_overcome(encoding: str, charset: str) -> None:
    """Servers add a default charset to documents they know nothing of."""
    content_type = f"text/xml; charset={charset}"

    text, _ = decode_xml(document("rss", encoding, "right"), content_type)

    assert BODY in text


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("shift_jis", "shift_jis"),
        ("euc-jp", "euc-jp"),
        ("iso-2022-jp", "iso-2022-jp"),
        ("utf-16", "utf-16le"),
    ],
)
def test_the_encoding_read_is_named(encoding: str, name: str) -> None:
    """The name is the standard's, so that it can be recorded and used again."""
    assert name == decode_xml(document("rss", encoding, None), None)[1]


@pytest.mark.museum(31, 45)
@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Shift_JIS", "shift_jis"),
        ("windows-31j", "shift_jis"),
        ("latin1", "windows-1252"),
        ("us-ascii", "windows-1252"),
        ("gb2312", "gbk"),
        (" UTF8 ", "utf-8"),
        ("x-user-defined", "windows-1252"),
        *((label, None) for label in ("utf-7", "punycode", "idna", "unicode_escape")),
        *((label, None) for label in ("undefined", "zip", "rot13", "../../etc", "")),
        *((label, None) for label in ("replacement", "hz-gb-2312", "A" * 1000, "é\0")),
    ],
)
def test_only_labels_of_the_web_are_known(label: str, name: str | None) -> None:
    """Python's other codecs are no encodings of documents, and some run code paths."""
    assert name == canonical(label)


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        ("Café déjà vu à la carte, señor", "latin-1", "utf-8"),
        ("Smart “quotes” – dashes", "cp1252", "iso-8859-1"),
        ("Café déjà vu", "utf-8", "iso-8859-1"),
        ("Привет мир, это новости дня", "cp1251", None),
        ("联通公司发布新闻产品", "gbk", None),
        ("联通公司发布新闻产品", "gbk", "gb2312"),
        ("한국어 뉴스 기사 제목입니다", "euc-kr", None),
    ],
)
def test_other_languages_are_read_too(
    text: str, encoding: str, label: str | None
) -> None:
    """The rescue of Japanese does not cost the others."""
    named = f' encoding="{label}"' if label else ""
    data = f'<?xml version="1.0"{named}?><p>{text}</p>'.encode(encoding)

    assert text in decode_xml(data, None)[0]


@pytest.mark.museum(45)
def test_a_byte_order_mark_beats_every_label() -> None:
    """As in browsers; and it is no part of the text."""
    data = b"\xef\xbb\xbf" + '<meta charset="shift_jis">日本'.encode()

    assert ('<meta charset="shift_jis">日本', "utf-8") == decode_html(
        data, "text/html; charset=euc-jp"
    )


@pytest.mark.museum(45)
def test_the_http_charset_beats_meta() -> None:
    """As in browsers."""
    data = '<meta charset="shift_jis">Привет'.encode("koi8-r")

    assert "Привет" in decode_html(data, "text/html; charset=koi8-r")[0]


@pytest.mark.parametrize(
    "head",
    [
        '<!-- <meta charset="koi8-r"> -->' + "<!--" + "x" * 2000 + "-->",
        "<script>" + "/* */" * 400 + "</script>",
    ],
)
def test_meta_is_found_late_but_not_in_comments(head: str) -> None:
    """Real pages declare their encoding after the first 1024 bytes."""
    data = (head + '<meta content="text/html; charset=windows-1251">Мир').encode(
        "cp1251"
    )

    assert "Мир" in decode_html(data, None)[0]


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    """One bad byte, or a cut in the middle of a character, is that and no more."""
    whole = ("日本語の文書です。" * 20).encode()
    cut, broken = whole[:-1], whole[:90] + b"\xff" + whole[90:]

    assert ("utf-8", "utf-8") == (
        decode_html(cut, None)[1],
        decode_xml(broken, None)[1],
    )
    assert decode_html(cut, None)[0].count("\N{REPLACEMENT CHARACTER}") == 1


def test_a_broken_shift_jis_page_stays_shift_jis() -> None:
    """What is declared and nearly fits is believed."""
    data = "新製品発表会議資料".encode("cp932") * 10 + b"\xff" + b"<p>"

    assert decode_html(data, "text/html; charset=Shift_JIS")[1] == "shift_jis"


@given(st.binary(), st.none() | st.text(max_size=40))
def test_any_bytes_are_text(data: bytes, content_type: str | None) -> None:
    """Decoding never raises, and never lets a lone surrogate through."""
    for decode in (decode_html, decode_xml):
        text, name = decode(data, content_type)
        assert text.encode("utf-8") is not None
        assert name


@given(st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\x1b")))
def test_utf8_is_read_back(text: str) -> None:
    """What is valid UTF-8 is read as that."""
    document = "<p>" + text

    assert (document, "utf-8") == decode_html(document.encode(), None)
