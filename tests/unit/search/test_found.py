"""What is found is what a plain scan finds: all of it, nothing else, in its order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hozon.search.documents import Document
from tests.fakes import after
from tests.unit.search.shelf import SMALL, Asked, Shelf, a_document, scan

# Few words and few characters, so that what is asked for is there, nearly there, and not.
WORDS = ["free", "software", "foundation", "Free", "data", "database", "C++"]
WORDS += ["node.js", "e-mail", "İ", "straße"]
RUNS = ["東京", "東京都", "京都", "都庁", "国", "国会", "スパイ", "スパイダー", "ｽﾊﾟｲ"]
RUNS += ["が", "がく", "色", "の", "こと", "한국", "한국어"]
MARKS = [" ", " ", "、", "。", "\n", "・", " - ", "", "🎉", "“", "”", "2026", "年"]

texts = st.lists(
    st.sampled_from([*WORDS, *RUNS, *MARKS, *MARKS]), min_size=1, max_size=24
).map(lambda parts: " ".join(parts[:8]) + "".join(parts[8:]))


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    """Draw versions of a few entries of two feeds, at a few instants."""
    found = []
    for n in range(draw(st.integers(1, 7))):
        fields: dict[str, Any] = {
            "feed_id": f"f{n % 2}",
            "at": after(3600 * (n // 2)),
            "is_other": n == 5,
        }
        versions = draw(st.integers(1, 3))
        for version in range(versions):
            document = a_document(
                f"e{n}",
                version=version,
                title=draw(texts),
                text=draw(texts),
                authors=draw(st.sampled_from([(), ("Ann Lee", "山田 太郎")])),
                **fields,
            )
            # What the feed says stands where no page was captured since.
            is_said = version == versions - 1 and draw(st.booleans())
            if is_said:
                document = replace(document, snapshot_id=None, page_uri=None)
            found.append(document)
    return found


@st.composite
def queries(draw: st.DrawFn, held: Sequence[Document]) -> list[Asked]:
    """Draw what to ask for: words, and parts of what is held; not all excluded."""
    return [
        Asked(
            draw(st.sampled_from(WORDS + RUNS) | parts(held)),
            is_excluded=n > 0 and draw(st.booleans()),
            is_prefix=draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, 3)))
    ]


@st.composite
def parts(draw: st.DrawFn, held: Sequence[Document]) -> str:
    """Draw a part of a text that something can be looked up of."""
    text = draw(st.sampled_from(held)).text
    begin = draw(st.integers(0, len(text)))
    part = text[begin : begin + draw(st.integers(1, 9))]
    part = part.translate(dict.fromkeys(map(ord, "“”"), " ")).strip()
    return part if any(map(str.isalnum, part)) else "東京"


@st.composite
def shelves(draw: st.DrawFn, held: Sequence[Document]) -> Shelf:
    """Draw a way to put documents into segments; some come twice."""
    count = draw(st.integers(1, 4))
    segments: list[list[Document]] = [[] for _ in range(count)]
    for each in held:
        for n in draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=2)):
            segments[n].append(each)
    shelf = Shelf.of(
        *filter(None, segments), sizes=draw(st.sampled_from([SMALL, None]))
    )
    return shelf.merged() if draw(st.booleans()) else shelf


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_all_and_nothing_else(data: st.DataObject) -> None:
    """English and Japanese, words, phrases, single characters, prefixes, exclusions:
    in one segment or several, merged or not, the newest version of each entry.
    """
    held = data.draw(documents())
    shelf = data.draw(shelves(held))
    asked = data.draw(queries(held))
    typed = " ".join(each.typed() for each in asked)

    found = shelf.find(typed)

    assert scan(held, asked) == [each.id for each in found.documents]
    assert found.before is None


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_filters_and_pages(data: st.DataObject) -> None:
    """A feed, a span of time, and pages of any size: nothing twice, nothing missing."""
    held = data.draw(documents())
    shelf = data.draw(shelves(held))
    asked = data.draw(queries(held))
    instants = st.none() | st.integers(-1, 4).map(lambda n: after(3600 * n))
    filters: dict[str, Any] = {
        "feed_id": data.draw(st.sampled_from([None, "f0", "f1", "f9"])),
        "since": data.draw(instants),
        "until": data.draw(instants),
    }
    typed = " ".join(each.typed() for each in asked)

    paged = list(shelf.pages(typed, limit=data.draw(st.integers(1, 4)), **filters))

    assert scan(held, asked, **filters) == [each.id for each in paged]
