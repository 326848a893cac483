"""The pages for people: whole, small, in both languages, and nothing in them but text."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hozon import wiring
from hozon.nouns.findings import Finding
from hozon.nouns.model import Enclosure, Feed, Holdings
from hozon.web import headers, views
from tests.archives import numbered
from tests.exhibits import BLOCKED, EDITED, ENGLISH, GONE, JAPANESE, REWRITTEN, exhibit
from tests.fakes import a_feed, a_finding, a_snapshot, a_trouble
from tests.unit.usecases.conftest import Hands, a_desk
from tests.unit.web.conftest import Door, Said

DAYS = 9
EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' & </style>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive with something of everything."""
    place = tmp_path_factory.mktemp("exhibit") / "archive"
    with a_desk(place) as desk:
        asyncio.run(exhibit(desk, DAYS))
    return place


@pytest.fixture
def shown(folder: Path) -> Iterator[Door]:
    """Return that archive, a little later."""
    clock = Hands()
    clock.advance(days=DAYS, minutes=30)
    with wiring.embedded(folder, clock=clock) as opened:
        yield Door(opened.archive)


def keys(door: Door) -> dict[str, str]:
    """Return the ids of entries by their links."""
    found, _ = door.archive.index.river(limit=200)
    return {each.entry.link or "": each.entry.key for each in found}


def paths(door: Door) -> list[str]:
    """Return the path of every page that there is."""
    known, feed = keys(door), door.archive.feeds.all()[0].id
    return [
        "/",
        "/?language=ja",
        "/?change=any",
        f"/?feed={feed}",
        "/sources",
        f"/sources/{feed}",
        f"/entries/{known[EDITED]}",
        f"/entries/{known[EDITED]}?version=1",
        f"/entries/{known[GONE]}",
        f"/entries/{known[BLOCKED]}",
        f"/entries/{known[EDITED]}/diff",
        f"/entries/{known[EDITED]}/diff?from=1&to=3&view=inline&whole=1",
        f"/entries/{known[REWRITTEN]}/diff?view=split",
        "/search",
        "/search?q=ferry",
        "/captures",
        f"/captures?uri={EDITED}",
        f"/captures?uri={EDITED}&day=2026-11-23",
        "/status",
    ]


def entries(page: Said) -> list[str]:
    """Return the ids of the entries that a list shows, in its order."""
    return re.findall(r'<h2 dir="auto"><a href="/entries/([0-9a-f]+)', page.text)


def older(page: Said) -> str | None:
    """Return where a page says that more is."""
    found = re.search(r'rel="next" href="([^"]+)"', page.text)
    return unescape(found[1]) if found else None


class Harmless(HTMLParser):
    """Reads a page and refuses whatever runs, loads, or leads out of the Web."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        assert tag not in {
            "script",
            "iframe",
            "object",
            "embed",
            "img",
            "base",
            "audio",
        }
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "src"
            if name in {"href", "action"}:
                assert re.match(r"https?://|/(?!/)|#", value or ""), value


def checked(page: Said) -> str:
    """Return the text of a page that is whole by itself, small, and has no script."""
    text = page.text
    assert len(text.encode()) <= views.LARGEST
    assert 1 == text.count("<h1")
    assert not re.search(r"@import|url\(", text.partition("</style>")[0])
    Harmless().feed(text)
    assert headers.APP.items() <= page.fields.items()
    return text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page(shown: Door, language: str) -> None:
    """Each is there in both languages, with one heading, below 60 KB, and asks for
    nothing more; its language is that of the browser, or of the reader's choice.
    """
    titles = set()
    for path in paths(shown):
        page = shown.ask(path, accept_language=language)
        text = checked(page)
        assert 200 == page.status, path
        assert f'<html lang="{language}">' in text
        assert "accept-language" in page.fields["vary"]
        titles.add(re.findall("<title>([^<]+)</title>", text)[0])
        chosen = shown.ask(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert f'<html lang="{language}">' in chosen.text
    assert len(titles) > len(paths(shown)) // 2


def test_the_choice_of_language_goes_on(shown: Door) -> None:
    """Who has chosen a language keeps it from link to link; the switch changes it only."""
    page = shown.ask("/?language=ja&lang=ja", accept_language="en").text

    links = [unescape(href) for href in re.findall('<a href="(/(?!river)[^"]*)"', page)]
    pages = [each for each in links if not re.search(r"atom|opml|api|json", each)]
    assert all("lang=" in each for each in pages)
    assert "/?language=ja&lang=en" in pages
    assert "lang=" not in "".join(
        re.findall('<h2[^>]*><a href="([^"]*)', shown.ask("/").text)
    )


def test_pages_are_compressed_for_who_accepts_it(shown: Door) -> None:
    """And are not sent again to who has them."""
    page = shown.ask("/", accept_encoding="gzip")

    assert "gzip" == page.fields["content-encoding"]
    assert len(page.body) < len(page.text) // 2
    again = shown.ask("/", accept_encoding="gzip", if_none_match=page.fields["etag"])
    assert 304 == again.status


def test_the_river_by_language(shown: Door) -> None:
    """Only entries in that language, each once, however many pages that takes."""
    known = {key: link for link, key in keys(shown).items()}
    whole = shown.ask("/?language=JA")

    found = [known[key] for key in entries(whole)]

    assert {link for link in known.values() if link.startswith(JAPANESE)} == set(found)
    assert len(found) == len(set(found))


def test_what_changed_by_kind(shown: Door) -> None:
    """Edits with their degree and the way to their difference; deletions by themselves."""
    known = keys(shown)
    edits, gone = shown.ask("/?change=addition"), shown.ask("/?change=gone")

    assert known[EDITED] in entries(edits)
    assert {*entries(edits)} <= {known[EDITED], known[REWRITTEN]}
    assert f"/entries/{known[EDITED]}/diff?to=3" in edits.text
    assert "of the text changed" in edits.text
    assert [known[GONE]] == entries(gone)
    assert {known[EDITED], known[REWRITTEN]} <= {*entries(shown.ask("/?change=any"))}
    assert 400 == shown.ask("/?change=nonsense").status


def test_an_entry(shown: Door) -> None:
    """Its text, versions, looks, receipt and downloads, all of which are there."""
    text = shown.ask(f"/entries/{keys(shown)[EDITED]}").text

    assert "43 passengers" in text
    assert "Version 3" in text
    for href in re.findall('href="(/(?:web|receipt|warc|api|entries)/[^"]+)"', text):
        assert shown.ask(unescape(href)).status == 200, href


def test_an_older_version_can_be_read(shown: Door) -> None:
    """By its number, or by the snapshot that a search has found."""
    path = f"/entries/{keys(shown)[EDITED]}"

    assert "41 passengers" in shown.ask(f"{path}?version=1").text
    [snapshot, *_] = shown.archive.index.snapshots(EDITED)
    assert "41 passengers" in shown.ask(f"{path}?snapshot={snapshot.id}").text
    assert 404 == shown.ask(f"{path}?version=9").status
    assert 404 == shown.ask(f"{path}?snapshot=none").status
    assert 404 == shown.ask("/entries/none").status


@pytest.mark.parametrize(
    ("link", "says"), [(GONE, "not there any"), (BLOCKED, "no copy")]
)
def test_what_is_not_held_is_said(shown: Door, link: str, says: str) -> None:
    """With the live page, and where others may have it."""
    text = shown.ask(f"/entries/{keys(shown)[link]}").text

    assert says in text
    assert f'href="{link}"' in text
    assert "https://web.archive.org/web/" in text
    assert "https://archive.today/" in text


def test_a_requisite_that_is_missing_is_named(shown: Door) -> None:
    """Which one, and why."""
    text = shown.ask(f"/entries/{keys(shown)[f'{ENGLISH}/1']}").text

    assert f"{ENGLISH}/missing.png" in text
    assert "not of this site" in text


def test_a_difference(shown: Door) -> None:
    """Side by side or in one column: what went, what came, and the new title."""
    path = f"/entries/{keys(shown)[EDITED]}/diff"
    split = shown.ask(f"{path}?from=1&to=2").text
    inline = shown.ask(f"{path}?from=1&to=2&view=inline").text

    for text in (split, inline):
        assert "<del>41</del>" in text
        assert "<ins>43</ins>" in text
    assert "Tickets are sold" not in inline
    assert "Tickets are sold" in shown.ask(f"{path}?from=1&to=2&whole=1").text
    assert "The north landing is open</ins>" in shown.ask(path).text
    assert 404 == shown.ask(f"{path}?from=1&to=8").status
    assert 404 == shown.ask(f"/entries/{keys(shown)[GONE]}/diff").status


def test_the_calendar(shown: Door) -> None:
    """Days with captures are marked by how much had changed; a day lists its own."""
    text = shown.ask(f"/captures?uri={EDITED.removeprefix('https://')}").text

    marked = re.findall(r'<button name="day" value="([^"]+)"( style="--d:\d+%")?', text)
    assert ("2026-11-23", "") in marked
    assert 2 == sum(bool(fill) for _, fill in marked)
    day = shown.ask(f"/captures?uri={EDITED}&day=2026-11-23").text
    assert 1 == len(re.findall(r'<td><a href="/web/\d{14}/', day))
    led = shown.ask(f"/web/*/{EDITED}")
    assert (302, True) == (
        led.status,
        led.fields["location"].startswith("/captures?uri="),
    )
    assert (
        "No capture in this year" in shown.ask(f"/captures?uri={EDITED}&year=2020").text
    )


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("uri=https://nothing.example.org/", 404),
        ("uri=javascript:alert(1)", 400),
        (f"uri={EDITED}&day=today", 400),
        (f"uri={EDITED}&year=9999", 400),
        (f"uri={EDITED}&day=0001-01-01", 400),
    ],
)
def test_a_calendar_of_nothing(shown: Door, asked: str, status: int) -> None:
    """Is a page that says so, and where else to look."""
    page = shown.ask(f"/captures?{asked}", accept="text/html")

    assert status == page.status
    checked(page)
    assert (status == 404) == ("https://web.archive.org/" in page.text)


def test_the_status(shown: Door) -> None:
    """What came in, as a plot that has its words and its table; and the last seal."""
    text = shown.ask("/status").text

    assert '<svg viewBox="0 0 720 120" role="img" aria-label="Snapshots of' in text
    assert '<th scope="row">2026-11-23</th>' in text
    assert "nothing waits" in text
    assert re.search("Last seal</dt><dd><time", text)


def test_a_source_and_its_history(shown: Door) -> None:
    """What is known of a feed, what came of late, and what changed."""
    feed = shown.archive.feeds.all()[0]
    page = shown.ask(f"/sources/{feed.id}")

    assert keys(shown)[EDITED] in entries(page)
    assert "Entries of the last 60 days" in page.text
    assert 404 == shown.ask("/sources/0123456789abcdef").status


def hostile(door: Door, count: int = 60) -> list[Feed]:
    """Fill an archive with what strangers write where they should not."""
    now = door.archive.clock()
    feeds = [
        a_feed(
            f"{number:024x}",
            title=f"{EVIL}{'漢' * 400}",
            uri=f"https://example.com/{number}?{'a' * 900}",
            site_uri="javascript:alert(1)",
            language=EVIL,
            trouble=EVIL * 20,
            failures=3,
            folder=(EVIL * 20,),
        )
        for number in range(count * 3)
    ]
    door.archive.feeds.add_all(feeds)
    written, held, found = [], [], list[Finding]()
    for number in range(count):
        entry = numbered(feeds[0], number, now - number * timedelta(hours=1))
        entry = replace(
            entry,
            title=f"{EVIL}{'見出し' * 900}",
            summary=f"{EVIL}{'本文、' * 900}",
            authors=(EVIL, "'" * 900),
            language=EVIL,
            categories=(EVIL * 50,),
            enclosures=(Enclosure(uri="javascript:alert(1)", type=EVIL),) * 50,
            link=f"https://example.com/{number}?{'q' * 1500}",
        )
        written.append(entry)
        link = entry.link or ""
        of = {"entry_key": entry.key, "feed_id": entry.feed_id, "link": link}
        snapshot = a_snapshot(f"s{number}", page_uri=link, captured_at=now, **of)
        held.append(snapshot)
        for look in range(40 if number < 3 else 1):
            found.append(
                a_finding(
                    f"l{number}-{look}",
                    at=now + timedelta(hours=look),
                    outcome="changed",
                    change="rewrite",
                    size=0.9,
                    reason=EVIL * 10,
                    **of,
                )
            )
        door.archive.index.trouble(a_trouble(entry.key, link=link, reason=EVIL * 30))
    door.archive.index.add(
        Holdings(entries=tuple(written), snapshots=tuple(held), findings=tuple(found))
    )
    return feeds


@pytest.mark.museum(39)
def test_what_strangers_write_is_text_and_never_much(door: Door) -> None:
    """Whatever stands in titles, names, reasons and addresses, and however much of it:
    a page is below 60 KB, and nothing in it is markup.
    """
    feeds = hostile(door)
    [first, *_] = entries(door.ask("/"))

    for path in (
        "/",
        "/?change=any",
        f"/?feed={feeds[0].id}",
        "/sources",
        f"/sources/{feeds[0].id}",
        f"/entries/{first}",
        "/status",
        f"/search?q={'%22%3E%3Cscript%3E' * 3}",
        "/captures?uri=https://example.com/%22%3E%3Cscript%3E",
        "/web/20260101000000/https://example.com/<script>alert(1)</script>",
        "//evil.example/%22%3E?lang=%22%3E%3Cscript%3E",
    ):
        for language in ("en", "ja"):
            page = door.ask(path, accept="text/html", accept_language=language)
            text = checked(page)
            assert 'href="//evil' not in text
            assert 500 > page.status, path
    assert 50 == len(entries(door.ask("/")))


def test_a_filtered_river_shows_each_entry_once(door: Door) -> None:
    """Walked to its end over many pages, most of which had to pass over others."""
    feed = a_feed()
    door.archive.feeds.add(feed)
    now = door.archive.clock()
    written = [
        replace(
            numbered(feed, number, now - number * timedelta(minutes=7)),
            language="ja-JP" if number % 9 == 0 else "en",
        )
        for number in range(1500)
    ]
    door.archive.index.add(Holdings(entries=tuple(written)))

    seen, path = list[str](), "/?language=ja"
    for _ in range(40):
        page = door.ask(path)
        seen += entries(page)
        if (following := older(page)) is None:
            break
        path = following

    assert [each.key for each in written if each.language == "ja-JP"] == seen


def test_a_long_text_comes_in_parts(shown: Door) -> None:
    """All of it, one part after another, each below the bound."""
    items = [f"{number} " + "語" * 900 for number in range(40)]
    sizes = (len(each.encode()) for each in items)

    parts = views.portions(items, sizes, 20_000)

    assert items == [each for part in parts for each in part]
    assert all(sum(len(one.encode()) for one in part) <= 20_000 for part in parts)
    assert [[]] == views.portions([], iter(()), 100)
    assert 1 == views.number("x", most=5) == views.number("0", most=5)
    assert 5 == views.number("99", most=5)


def test_what_it_costs_is_said(shown: Door) -> None:
    """An archive that runs in no account says so, in both languages."""
    assert "costs the disk" in shown.ask("/status?lang=en").text
    assert "ディスクの分だけ" in shown.ask("/status?lang=ja").text
