"""Style sheets and srcset: references among comments, strings and commas."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon import css
from hozon.srcset import candidates

URI = "https://e.example/css/a.css"


def found(sheet: str) -> list[tuple[str, str]]:
    return [
        (one.kind, one.uri.removeprefix("https://e.example/css/"))
        for one in css.requisites(sheet, uri=URI)
    ]


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("a{background:url(b.png)}", [("image", "b.png")]),
        ("a{background:URL( 'b.png' )}", [("image", "b.png")]),
        ('a{cursor:url("c.cur"),auto}', [("image", "c.cur")]),
        ("a{background:url(a\\ b\\29 .png)}", [("image", "a%20b).png")]),
        ("@import 'x.css';", [("style", "x.css")]),
        ('@import url("x.css") layer(l) print;', [("style", "x.css")]),
        ("@import/**/url(x.css);", [("style", "x.css")]),
        ("@charset 'x.css'; @import 'y.css';", [("style", "y.css")]),
        (
            "@font-face{src:local('q'),url(f.woff2) format('woff2'),url(f.woff)}",
            [("font", "f.woff2"), ("font", "f.woff")],
        ),
        (
            "a{background:image-set('a.png' 1x,url(b.png) 2x,'c.avif' type('image/avif'))}",
            [("image", "a.png"), ("image", "b.png"), ("image", "c.avif")],
        ),
        ("a{background:-webkit-image-set(url(a.png) 1x)}", [("image", "a.png")]),
        (
            "/* url(no.png) @import 'no.css'; */ a{b:url(yes.png)}",
            [("image", "yes.png")],
        ),
        ("a::before{content:'url(no.png)'}", []),
        ("@namespace svg url(http://www.w3.org/2000/svg);", []),
        ("a{background:url(data:image/png;base64,xx)}", []),
        ("a{background:url(#gradient)}", []),
        ("a{background:url()} b{c:url(  )}", []),
        ("@import 'a.css';", []),
        ("a{b:url(a.png)} c{d:url(a.png)}", [("image", "a.png")]),
        ("a{b:url(unclosed.png", []),
        ("a{b:'unclosed string\n} c{d:url(y.png)}", [("image", "y.png")]),
    ],
)
def test_references(sheet: str, expected: list[tuple[str, str]]) -> None:
    """Each form of a reference, and what only looks like one."""
    assert expected == found(sheet)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "url(",
            'url("',
            '"',
            "/*",
            "\\",
            "@import ",
            "@font-face{",
            "image-set(",
            "url(x)",
        ),
        *("url(data:x)", "image-set('a'", "@", "{", "'\n", "url( ", "@import/**/"),
    ],
)
def test_hostile_repetition_is_linear(pattern: str) -> None:
    """A hundred thousand of anything end within two seconds."""
    start = time.process_time()

    assert len(css.requisites(pattern * 100_000, uri=URI)) <= 300
    assert time.process_time() - start < 2


@given(st.text(st.sampled_from("url(image-set@import font-face{}\"'\\/* ;:\n)x.")))
def test_any_sheet_is_taken(sheet: str) -> None:
    """Nothing raises, and all that is found is http(s)."""
    assert all(one.uri.startswith("http") for one in css.requisites(sheet, uri=URI))


@pytest.mark.parametrize(
    ("srcset", "urls"),
    [
        ("", []),
        (" , ,", []),
        ("a.jpg", ["a.jpg"]),
        ("a.jpg 1x, b.jpg 2x", ["a.jpg", "b.jpg"]),
        ("a.jpg,b.jpg", ["a.jpg,b.jpg"]),
        ("a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
        ("a,b.jpg 100w,c,d.jpg 200w", ["a,b.jpg", "c,d.jpg"]),
        ("a.jpg (x, y) 1x, b.jpg", ["a.jpg", "b.jpg"]),
        ("\n a.jpg\t1x ,\n b.jpg ", ["a.jpg", "b.jpg"]),
        ("data:image/png;base64,xx 1x, b.jpg", ["data:image/png;base64,xx", "b.jpg"]),
        ("a.jpg 1x (", ["a.jpg"]),
        ("a.jpg,,, b.jpg", ["a.jpg", "b.jpg"]),
    ],
)
def test_srcset(srcset: str, urls: list[str]) -> None:
    """Commas may be part of a URL, and parentheses of a descriptor."""
    assert urls == list(candidates(srcset))


@given(st.text(st.sampled_from("ab., ()\n1x")))
def test_candidates_are_in_the_attribute(srcset: str) -> None:
    """Every candidate is a part of the attribute, without white space or end commas."""
    for url in candidates(srcset):
        assert url in srcset
        assert url == url.rstrip(",")
        assert not any(char.isspace() for char in url)
