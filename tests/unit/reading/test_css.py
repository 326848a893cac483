"""Style sheets and srcset: references among comments, strings and commas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.requisites import MAX_REQUISITES
from hozon.reading import css
from hozon.reading.srcset import Candidate, Offer, candidates, likely
from tests import effort

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


@pytest.mark.museum(43)
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
    """A hundred thousand of anything end soon: nothing is quadratic."""
    with effort.at_most(seconds=10):
        assert len(css.requisites(pattern * 100_000, uri=URI)) <= MAX_REQUISITES


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
    assert urls == [one.url for one in candidates(srcset)]


@pytest.mark.parametrize(
    ("srcset", "sizes", "taken"),
    [
        ("a 1x, b 2x, c 3x", "", "a b c"),
        ("a, b 9x", "", "a b"),
        ("a 320w, b 640w, c 1280w, d 2560w, e 9999w", "", "c d"),
        ("a 320w, b 640w, c 1280w, d 3840w", "320px", "a b c"),
        ("a 320w, b 640w, c 1280w", "(max-width: 900px) 100vw, 300px", "a b c"),
        ("a 100w, b 200w", "(min-width: 1px) calc(100vw - 1em), 1px", "b"),
        ("a 100w, b 200w", "min(100vw, 1px)", "b"),
        ("", "", ""),
    ],
)
def test_what_windows_take(srcset: str, sizes: str, taken: str) -> None:
    """Telephones, notebooks and dense screens: which candidates these load."""
    offer = Offer(tuple(candidates(srcset)), sizes)

    assert set(taken.split()) == likely([offer])


def test_a_window_takes_the_first_source_for_it() -> None:
    """What stands behind a source that always holds is spare."""

    def of(name: str, media: str = "") -> Offer:
        return Offer((Candidate(name),), media=media)

    assert {"b"} == likely([of("a", "print"), of("b"), of("c")])
    assert {"a", "b"} == likely([of("a", "(max-width: 30em)"), of("b")])
    assert {"a", "b"} == likely([of("a", "(orientation: portrait)"), of("b")])
    assert {"a"} == likely([of("a", "print, screen and (min-width: 1px)"), of("b")])


@pytest.mark.museum(43)
@pytest.mark.parametrize(
    "pattern", ["(", "((", "(max-width: 1px) ", ",", "1px ", "calc("]
)
def test_hostile_sizes_are_linear(pattern: str) -> None:
    """A hundred thousand of anything end soon: nothing is quadratic."""
    hostile = pattern * 100_000
    with effort.at_most(seconds=10):
        likely([Offer((Candidate("a", width=1.0),), hostile, hostile)])
        list(candidates(hostile))


@given(st.text(st.sampled_from("ab., ()\n1x")))
def test_candidates_are_in_the_attribute(srcset: str) -> None:
    """Every candidate is a part of the attribute, without white space or end commas."""
    for one in candidates(srcset):
        assert one.url in srcset
        assert one.url == one.url.rstrip(",")
        assert not any(char.isspace() for char in one.url)
