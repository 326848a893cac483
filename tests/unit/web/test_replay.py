"""The replay: a page of ours that frames it, and an origin that shows one snapshot."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from hozon import web, wiring
from hozon.lambdas.doors import LARGEST
from hozon.nouns.access import Decision
from hozon.nouns.errors import NotFound
from hozon.retrieving import joining, showing
from hozon.serving.grants import LIFETIME
from hozon.warc import reader
from hozon.web import replay
from hozon.web.replay.worker import Worker
from tests.events import url_event
from tests.exhibits import feed
from tests.fetching import Answer
from tests.unit.usecases.conftest import Hands, a_desk
from tests.unit.web.conftest import Said

SITE, CDN = "https://news.example.org", "https://cdn.example.net"
PAGE, OTHER, OLD = f"{SITE}/a?b=1&c", f"{SITE}/b", f"{SITE}/old"
PNG = bytes.fromhex("89504e470d0a1a0a") + b"picture"
WORDS = "".join(
    f"<p>港の時計台はきょうも動いている。第{n}段落の文章です。</p>" for n in range(9)
)
SHEET = b"@charset \"shift_jis\";\nh1{background:url(../p.png);font-family:'\x83\x81'}"
POLICY = (
    "default-src 'none'; img-src 'self' data:; media-src 'self' data:; "
    "font-src 'self' data:; style-src 'self' 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors {}; sandbox allow-top-navigation-by-user-activation"
)


def document(title: str, more: str = "") -> bytes:
    """Return a page in Shift_JIS, which says so."""
    text = (
        f"<!doctype html><html lang=ja><meta charset=Shift_JIS><title>{title}</title>"
        f"<link rel=stylesheet href={CDN}/css/s.css><h1>{title}</h1>{WORDS}"
        f"<img src=/p.png><img src=/moved.png><img src=/lost.png>{more}"
        f"<a href=/b#x>b</a><script>alert(1)</script>"
    )
    return text.encode("shift_jis")


def typed(body: bytes, type_: str, status: int = 200) -> Answer:
    """Return an answer of a media type."""
    return Answer(body, status, (("Content-Type", type_),) if type_ else ())


def site() -> dict[str, Any]:
    """Return what the site answers."""
    links = [PAGE, OTHER, OLD, f"{SITE}/x.pdf", f"{SITE}/x.svg", f"{SITE}/gone"]
    return {
        PAGE: typed(document("時計台"), "text/html"),
        OTHER: typed(document("灯台"), "text/html"),
        OLD: Answer(b"", 301, (("Location", "/b"),)),
        f"{SITE}/x.pdf": typed(b"%PDF-1.4 x", "application/pdf"),
        f"{SITE}/x.svg": typed(b"<svg onload='alert(1)'></svg>", "image/svg+xml"),
        f"{SITE}/gone": typed(
            b"<title>404</title>Not found <script>", "text/html", 404
        ),
        f"{CDN}/css/s.css": typed(SHEET, "text/css"),
        f"{CDN}/p.png": typed(PNG, "text/plain"),
        f"{SITE}/p.png": typed(PNG, "image/png"),
        f"{SITE}/moved.png": Answer(b"", 302, (("Location", "/p.png?moved"),)),
        f"{SITE}/p.png?moved": typed(PNG, "image/png"),
        f"{SITE}/feed": feed(
            "News", "ja", [(link, f"Entry {link}", "x", "y") for link in links]
        ),
    }


@dataclass(slots=True)
class Theatre:
    """Both origins of an archive."""

    archive: Any
    clock: Hands
    stage: replay.Stage
    there: web.Replay

    def page(self, path: str, **fields: str) -> Said:
        """Ask the pages' origin."""
        event = _event(path, {"host": "pages.example", **fields})
        answer = web.respond(
            event, None, self.archive, largest=4_400_000, replay=self.there
        )
        return Said(answer)

    def ask(self, path: str, *, method: str = "GET", **fields: str) -> Said:
        """Ask the replay's origin."""
        event = _event(path, {"host": "replay.example", **fields}, method)
        return Said(replay.respond(event, self.archive, self.stage))

    def frame(self, uri: str, **fields: str) -> str:
        """Return the path that the frame of a replay shows."""
        return self.framed(self.led(f"/replay/{uri}"), **fields)

    def framed(self, path: str, **fields: str) -> str:
        """Return the path that is framed by a page of ours."""
        text = self.page(path, **fields).text
        found = re.search(r'<iframe [^>]*src="https://replay\.example(/[^"]+)"', text)
        assert found is not None, text
        return unescape(found[1])

    def led(self, path: str) -> str:
        """Return where redirects of the pages' origin end."""
        while (said := self.page(path)).status == 302:
            path = said.fields["location"]
        return path


def _event(path: str, fields: dict[str, str], method: str = "GET") -> dict[str, Any]:
    path, _, query = path.partition("?")
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return url_event(path, query, method=method, headers=headers)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive of that site."""
    place = tmp_path_factory.mktemp("theatre") / "archive"
    with a_desk(place, recheck_plan="none") as desk:
        desk.follow(f"{SITE}/feed")
        asyncio.run(desk.run(desk.fetcher(site())))
    return place


@pytest.fixture
def theatre(folder: Path) -> Iterator[Theatre]:
    """Return both origins of it, an hour later."""
    clock = Hands()
    clock.advance(hours=1)
    with wiring.embedded(folder, clock=clock) as opened:
        there = web.Replay(origin="https://replay.example")
        stage = replay.Stage(largest=4_400_000)
        yield Theatre(opened.archive, clock, stage, there)


def test_a_page_as_it_looked(theatre: Theatre) -> None:
    """Its encoding respected, its references led to the stage, its links to replays."""
    said = theatre.ask(theatre.frame(PAGE))

    assert 200 == said.status
    assert "text/html; charset=utf-8" == said.fields["content-type"]
    assert (
        POLICY.format("https://pages.example") == said.fields["content-security-policy"]
    )
    assert "<h1>時計台</h1>" in said.text
    assert "<script" not in said.text
    link = f"https://pages.example/replay/20261123120000/{OTHER}#x"
    assert f'href="{link}" target="_top"' in said.text


def test_styles_and_pictures_load(theatre: Theatre) -> None:
    """Those of the snapshot: through redirects, with the type that their bytes show."""
    text = theatre.ask(theatre.frame(PAGE)).text
    [sheet] = re.findall(r'rel="stylesheet" href="([^"]+)"', text)
    styled = theatre.ask(sheet)
    pictures = re.findall(r'src="([^"]+)"', text)
    [background] = re.findall(r'url\("([^"]+)"\)', styled.text)

    assert "text/css; charset=utf-8" == styled.fields["content-type"]
    assert "メ" in styled.text
    for path in (*pictures[:2], background):
        shown = theatre.ask(path)
        assert (200, PNG) == (shown.status, shown.body)
        assert "image/png" == shown.fields["content-type"]
        assert "*" == shown.fields["access-control-allow-origin"]
        assert "cross-origin" == shown.fields["cross-origin-resource-policy"]
    lost = theatre.ask(pictures[2])
    assert 404 == lost.status
    assert "does not hold" in lost.text


def test_what_several_snapshots_share_is_shown(theatre: Theatre) -> None:
    """A page that refers to the sheet that another has recorded has it as well."""
    for uri in (PAGE, OTHER):
        [sheet] = re.findall(
            r'rel="stylesheet" href="([^"]+)"', theatre.ask(theatre.frame(uri)).text
        )
        assert 200 == theatre.ask(sheet).status


def test_a_snapshot_shows_nothing_else(theatre: Theatre) -> None:
    """A grant for one snapshot is none for what another one holds."""
    path = theatre.frame(PAGE)
    other = path.replace(PAGE, OTHER)

    assert 404 == theatre.ask(other).status
    key = theatre.frame(OTHER).split("/warcs/")[1].split("/p_/")[0]
    mine = path.split("/warcs/")[1].split("/p_/")[0]
    assert 403 == theatre.ask(other.replace(mine, key)).status


def test_without_a_grant_nothing_is_shown(theatre: Theatre) -> None:
    """Neither with a forged one, nor with one that is over; and the page gives anew."""
    path = theatre.frame(PAGE)
    grant = path.split("/")[2]
    for forged in ("x", grant[:-1] + "_", grant.replace(".", "", 1), "0" * 400):
        assert 403 == theatre.ask(path.replace(grant, forged)).status
    theatre.clock.now += LIFETIME
    ended = theatre.ask(path)
    assert (403, True) == (ended.status, "ended" in ended.text)
    assert 200 == theatre.ask(theatre.frame(PAGE)).status


def test_a_grant_of_another_archive_is_none(theatre: Theatre, tmp_path: Path) -> None:
    """Each has keys of its own, which lie nowhere in its folder."""
    path = theatre.frame(PAGE)
    with wiring.embedded(tmp_path / "b", create=True, clock=theatre.clock) as opened:
        other = replace(theatre.archive, scratch=opened.archive.scratch)
        event = _event(path, {"host": "replay.example"})
        said = Said(replay.respond(event, other, theatre.stage))
    assert 403 == said.status


@pytest.mark.parametrize(
    ("state", "status"), [("dark", 451), ("embargoed", 403), ("unlisted", 200)]
)
def test_decisions_hold_for_grants_given_before(
    theatre: Theatre, state: Any, status: int
) -> None:
    """What is put out of sight is so at once, on both origins; what others need stays."""
    other = theatre.ask(theatre.frame(OTHER)).text
    [sheet] = re.findall(r'rel="stylesheet" href="([^"]+)"', other)
    path = theatre.frame(PAGE)
    order = ("dark", "embargoed", "unlisted").index(state)
    now = theatre.clock.now + 4 * order * LIFETIME  # later than those taken back
    until = now + LIFETIME if state == "embargoed" else None
    made = Decision(
        scope="page", subject=PAGE, state=state, decided_at=now, until=until
    )
    theatre.archive.access.put(made)

    for view in ("p", "s", "i", "e", "j"):
        assert theatre.ask(path.replace("/p_/", f"/{view}_/")).status in {status, 400}
    assert status == theatre.page(f"/replay/20261123120000/{PAGE}").status
    assert 200 == theatre.ask(sheet).status
    theatre.archive.access.put(
        replace(made, state="public", until=None, decided_at=now + LIFETIME)
    )


def test_a_picture_can_be_hidden_by_itself(theatre: Theatre) -> None:
    """A decision about its URI holds within the pages that show it."""
    text = theatre.ask(theatre.frame(PAGE)).text
    picture = re.findall(r'src="([^"]+)"', text)[0]
    now = theatre.clock.now
    made = Decision(scope="page", subject=f"{SITE}/p.png", state="dark", decided_at=now)
    theatre.archive.access.put(made)
    assert 451 == theatre.ask(picture).status
    theatre.archive.access.put(replace(made, state="public", decided_at=now + LIFETIME))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/r/x/warcs/a.warc.gz/p_/https://a.example/",
        "/r/",
        "/full/sw.js",
        "/full/load.js",
        "/web/20261123120000/https://news.example.org/b",
        "/%00<script>alert(1)</script>",
        "/r/x/../warcs/a.warc.gz/p_/x",
    ],
)
def test_whatever_else_is_asked(theatre: Theatre, path: str) -> None:
    """It is refused in a line of text, with all header fields that guard."""
    said = theatre.ask(path, accept="text/html")

    assert said.status in {403, 404}
    assert "text/plain; charset=utf-8" == said.fields["content-type"]
    assert POLICY.format("'none'") == said.fields["content-security-policy"]
    assert "nosniff" == said.fields["x-content-type-options"]


def test_it_takes_and_gives_no_cookie(theatre: Theatre) -> None:
    """Nothing depends on who asks, and nothing is left with them."""
    path = theatre.frame(PAGE)
    known = theatre.ask(path, cookie="session=1", authorization="Bearer x")

    assert theatre.ask(path).answer == known.answer
    assert not {"set-cookie", "www-authenticate"} & set(known.fields)


def test_nothing_is_written_and_nothing_is_a_worker(theatre: Theatre) -> None:
    """Only GET and HEAD; no captured script becomes a service worker."""
    path = theatre.frame(PAGE)

    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert 405 == theatre.ask(path, method=method).status
    assert 403 == theatre.ask(path, service_worker="script").status
    whole, head = theatre.ask(path), theatre.ask(path, method="HEAD")
    assert (200, b"") == (head.status, head.body)
    assert str(len(whole.body)) == head.fields["content-length"]


def test_captured_fields_have_no_effect(theatre: Theatre) -> None:
    """Of what the server said, its status and its instant are told, under other names."""
    fields = theatre.ask(theatre.frame(f"{SITE}/gone")).fields

    assert "404" == fields["x-archive-orig-status"]
    assert "memento-datetime" in fields


def test_other_kinds(theatre: Theatre) -> None:
    """A picture is shown within a page; what cannot be shown is led to."""
    picture = theatre.ask(theatre.frame(f"{SITE}/x.svg"))
    assert '<img src="/r/' in picture.text
    assert "onload" not in picture.text
    paper = theatre.ask(theatre.frame(f"{SITE}/x.pdf"))
    assert f"https://pages.example/web/20261123120000id_/{SITE}/x.pdf" in paper.text
    said = theatre.ask(theatre.frame(f"{SITE}/feed"))
    assert "text/plain; charset=utf-8" == said.fields["content-type"]
    assert "<rss" in said.text


def test_ranges_of_what_is_large(theatre: Theatre) -> None:
    """A player gets as much as fits, and goes on from there."""
    text = theatre.ask(theatre.frame(PAGE)).text
    path = re.findall(r'src="([^"]+)"', text)[0].replace("/i_/", "/m_/")
    theatre.stage = replay.Stage(largest=6)

    part = theatre.ask(path, range="bytes=2-")
    assert (206, PNG[2:8]) == (part.status, part.body)
    assert f"bytes 2-7/{len(PNG)}" == part.fields["content-range"]
    assert 400 == theatre.ask(path).status


def test_what_it_shared_is_gone(folder: Path, tmp_path: Path) -> None:
    """A page whose style sheet lay in an object that was purged is shown without it."""
    place, clock = tmp_path / "archive", Hands()
    shutil.copytree(folder, place)
    clock.advance(hours=1)
    with wiring.embedded(place, clock=clock) as opened:
        archive, there = opened.archive, web.Replay(origin="https://replay.example")
        stage = replay.Stage(largest=LARGEST, worker=Worker(place))
        theatre = Theatre(archive, clock, stage, there)
        for uri in (PAGE, OTHER):
            frame = theatre.frame(uri)
            key = frame[frame.index("warcs/") : frame.index("/p_/")]
            held = showing.directory(key, archive).captures.values()
            if elsewhere := {each.location.warc_key for each in held} - {key}:
                break
        opened.remove(elsewhere.pop())

        assert 200 == theatre.ask(frame).status
        assert (
            404
            == theatre.ask(frame.replace(f"/p_/{uri}", f"/s_/{CDN}/css/s.css")).status
        )
        warc = theatre.ask(frame.replace("/p_/", "/w_/"))
        assert 200 == warc.status
        assert [] == reader.verify(warc.body)
        with pytest.raises(NotFound):
            joining.self_contained(key, archive)


def test_the_page_around_it(theatre: Theatre) -> None:
    """It frames the replay and nothing else, keeps its own policy, and says what it is."""
    path = theatre.led(f"/replay/{PAGE}")
    said = theatre.page(path)
    policy = said.fields["content-security-policy"]

    assert f"/replay/20261123120000/{PAGE}" == path
    assert "frame-src https://replay.example" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "no-store" == said.fields["cache-control"]
    assert 'sandbox="allow-top-navigation-by-user-activation"' in said.text
    assert "2026-11-23 12:00 UTC" in said.text
    assert '<h1 dir="auto" lang="ja">時計台</h1>' in said.text
    assert "https://web.archive.org/web/20261123120000/" in said.text
    assert "Not captured: 1" in said.text
    assert f"{SITE}/lost.png" in said.text
    assert "frame-src" not in theatre.page("/").fields["content-security-policy"]


def test_the_query_is_the_archived_pages(theatre: Theatre) -> None:
    """What the URI asks for in its query chooses nothing here; the path does."""
    path = theatre.led(f"/replay/{PAGE}")
    japanese = path.replace("/replay/", "/replay/ja/")

    assert "取得時の姿" in theatre.page(japanese).text
    assert "/j_/" in theatre.framed(japanese)
    links = theatre.ask(theatre.framed(japanese)).text
    assert f"https://pages.example/replay/ja/20261123120000/{OTHER}" in links


def test_redirects_lead_on(theatre: Theatre) -> None:
    """A link that led elsewhere leads to the replay of where it led."""
    assert theatre.led(f"/replay/{OLD}").endswith(f"/{OTHER}")


def test_what_was_no_page_is_said(theatre: Theatre) -> None:
    """An error that was captured is shown as one."""
    text = theatre.page(theatre.led(f"/replay/{SITE}/gone")).text

    assert "404" in re.findall(r'class="note"[^>]*>([^<]+)', text)[0] or (
        "in the place of" in text
    )


def test_behind_a_proxy_that_speaks_tls(theatre: Theatre) -> None:
    """The pages are framed and linked to by the scheme that readers see."""
    path = theatre.led(f"/replay/{PAGE}")
    theatre.archive = replace(theatre.archive, public_uri="https://pages.example/")

    shown = theatre.ask(theatre.framed(path, x_forwarded_proto="http"))
    policy = shown.fields["content-security-policy"]
    assert "frame-ancestors https://pages.example;" in policy
    assert 'href="https://pages.example/replay/' in shown.text


def test_without_a_second_origin_there_are_mementos(theatre: Theatre) -> None:
    """Whoever serves the pages alone leads to the document as sent."""
    theatre.there = web.Replay()

    assert f"/web/20261123120000/{OTHER}" == theatre.led(f"/replay/{OTHER}")


def test_what_is_not_held(theatre: Theatre) -> None:
    """It is said, and where else it may be had."""
    said = theatre.page("/replay/https://nothing.example/x?y=1", accept="text/html")

    assert 404 == said.status
    assert "https://web.archive.org/web/*/https://nothing.example/x?y=1" in said.text


def test_where_the_replay_is() -> None:
    """At an origin of its own, or at another port of the same host."""
    assert "https://r.example" == web.Replay(origin="https://r.example/").at(
        "https://a"
    )
    assert "http://a.example:8081" == web.Replay(origin=":8081").at(
        "http://a.example:8080"
    )
    assert "http://[::1]:8081" == web.Replay(origin=":8081").at("http://[::1]:8080")
    assert "" == web.Replay(origin=":8081").at("")
    assert "https" == urlsplit(web.Replay(origin=":1").at("https://a")).scheme
