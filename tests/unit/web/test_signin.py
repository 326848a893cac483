"""The door of an archive that is not everybody's: links, cookies, tokens."""

import base64
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from hozon import web, wiring
from hozon.guarding import admitting
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse
from hozon.nouns.signins import WHYS, Holder, NotAdmitted, SignIn, SignInBook, Why
from hozon.web import signin
from hozon.web.words import LANGUAGES, words
from tests.events import url_event
from tests.unit.usecases.conftest import Hands
from tests.unit.web.conftest import Said

HOST = "h.example"
FORM = "application/x-www-form-urlencoded"
HTML = "text/html,application/xhtml+xml"
FORGED = f"hozon_{'0' * 12}_{'A' * 43}"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gate:
    """An archive that asks for a sign-in, and the clock by which it does."""

    archive: Archive
    book: SignInBook
    clock: Hands

    def ask(
        self, path: str, *, method: str = "GET", body: str | None = None, **fields: str
    ) -> Said:
        """Send one request; header fields are given with ``_`` for ``-``."""
        path, _, query = path.partition("?")
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        sent = {"host": HOST, **named}
        event = url_event(path, query, method=method, headers=sent, body=body)
        answer = web.respond(
            event, None, self.archive, largest=4_400_000, signins=self.book
        )
        return Said(answer)

    def press(self, link: str, **fields: str) -> Said:
        """Send the form of a link's page, as a browser does."""
        sent = {"content_type": FORM, "sec_fetch_site": "same-origin", **fields}
        return self.ask(
            "/signin", method="POST", body=urlencode({"link": link}), **sent
        )

    def issue(self, holder: Holder = "person", **options: timedelta) -> str:
        """Issue a sign-in, and return its link or token."""
        now = self.clock()
        return admitting.issue("Ann", holder, self.book, now=now, **options).text

    def cookie(self) -> str:
        """Sign in, and return what the browser sends from then on."""
        return cookie_of(self.press(self.issue()))

    @property
    def only(self) -> SignIn:
        """The one sign-in."""
        [found] = self.book.all()
        return found


def cookie_of(said: Said) -> str:
    """Return the Cookie field that follows from an answer."""
    [cookie] = said.answer["cookies"]
    return str(cookie).partition(";")[0]


@pytest.fixture
def gate(tmp_path: Path, clock: Hands) -> Iterator[Gate]:
    """Yield an empty archive."""
    with wiring.embedded(tmp_path / "archive", create=True, clock=clock) as opened:
        yield Gate(opened.archive, opened.signins, clock)


def test_a_link_is_exchanged_for_a_cookie(gate: Gate) -> None:
    """The page shows a button, the button lets in, and the cookie is all that is kept."""
    link = gate.issue()
    page = gate.ask(f"/signin?link={link}", accept=HTML)
    assert 200 == page.status
    assert f'value="{link}"' in page.text
    assert '<form method="post" action="/signin">' in page.text
    assert "no-store" == page.fields["cache-control"]
    assert "no-referrer" == page.fields["referrer-policy"]

    said = gate.press(link)

    assert (303, "/", "") == (said.status, said.fields["location"], said.text)
    [cookie] = said.answer["cookies"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-hozon=hozon_")
    assert [
        "Max-Age=2592000",
        "Path=/",
        "Secure",
        "HttpOnly",
        "SameSite=Lax",
    ] == attributes
    river = gate.ask("/", accept=HTML, cookie=cookie_of(said))
    assert 200 == river.status
    assert 'action="/signout"' in river.text
    assert "private, no-cache" == river.fields["cache-control"]
    assert river.fields["vary"].endswith("authorization, cookie")


def test_nothing_that_lets_in_is_stored(gate: Gate) -> None:
    """Neither link nor session nor token, nor anything they could be made of."""
    link, token = gate.issue(), gate.issue("program")
    session = cookie_of(gate.press(link)).partition("=")[2]

    stored = repr(gate.book.all())
    for shown in (link, token, session):
        assert shown.rpartition("_")[2] not in stored
        assert shown[19:] not in stored
    assert session != link


def test_looking_at_a_link_uses_nothing_up(gate: Gate) -> None:
    """What opens links ahead of a person changes nothing, however often."""
    link = gate.issue()
    before = gate.only
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        gate.ask(f"/signin?link={link}", method=method)

    assert before == gate.only
    assert 303 == gate.press(link).status


def test_a_link_works_once(gate: Gate) -> None:
    """Again is 403, and the one that was let in stays so."""
    link = gate.issue()
    cookie = cookie_of(gate.press(link))

    again = gate.press(link)

    assert (403, signin._SENTENCES["used"] + "\n") == (again.status, again.text)
    assert "cookies" not in again.answer
    assert 200 == gate.ask("/", cookie=cookie).status


def test_of_many_at_once_one_is_let_in(gate: Gate) -> None:
    """A link that is pressed twenty times at once lets in one."""
    link = gate.issue()
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: gate.press(link).status, range(20)))

    assert [303] + [403] * 19 == sorted(said)


def test_each_end_has_its_sentence(gate: Gate) -> None:
    """Forged, ended, revoked: a link is 403 with what to do."""
    ended, revoked = gate.issue(within=timedelta(hours=1)), gate.issue()
    second = gate.book.get(revoked.split("_")[1])
    assert second is not None
    admitting.revoke(second, gate.book, now=gate.clock())
    gate.clock.now += timedelta(hours=1)
    shown: dict[str, Why] = {
        FORGED: "unknown",
        "": "unknown",
        "x" * 10_000: "unknown",
        f"{revoked[:-1]}!": "unknown",
        f"{revoked[:-4]}AAAA": "unknown",
        ended: "ended",
        revoked: "revoked",
    }
    for link, why in shown.items():
        said = gate.press(link)
        assert (403, signin._SENTENCES[why] + "\n") == (said.status, said.text)
        page = gate.press(link, accept=HTML)
        assert 403 == page.status
        assert words("en")[f"signin_{why}"] in page.text


@pytest.mark.parametrize("why", WHYS)
def test_whatever_is_wrong_is_told_in_both_languages(why: Why) -> None:
    """Pages and machines have a sentence for each."""
    assert why in signin._SENTENCES
    for language in LANGUAGES:
        assert words(language)[f"signin_{why}"]


def test_a_session_ends(gate: Gate) -> None:
    """At its time, by the operator, by a sign-out; 401 from that request on."""
    lasting = gate.cookie()
    assert 200 == gate.ask("/", cookie=lasting).status
    gate.clock.now += timedelta(days=30) - timedelta(milliseconds=1)
    assert 200 == gate.ask("/", cookie=lasting).status
    gate.clock.now += timedelta(milliseconds=1)
    ended = gate.ask("/", cookie=lasting)
    assert (401, signin._SENTENCES["ended"] + "\n") == (ended.status, ended.text)
    assert ended.answer["cookies"][0].startswith(
        "__Host-hozon=; Max-Age=0; Path=/; Secure"
    )

    revoked = gate.cookie()
    found = next(s for s in gate.book.all() if s.state(gate.clock()) == "in use")
    admitting.revoke(found, gate.book, now=gate.clock())
    said = gate.ask("/", cookie=revoked)
    assert (401, signin._SENTENCES["revoked"] + "\n") == (said.status, said.text)


def test_signing_out(gate: Gate) -> None:
    """The session ends here as well: the cookie that somebody has copied lets in nobody."""
    cookie = gate.cookie()
    assert 405 == gate.ask("/signout", cookie=cookie).status
    assert 200 == gate.ask("/", cookie=cookie).status
    fields = {"cookie": cookie, "sec_fetch_site": "same-origin"}

    said = gate.ask("/signout", method="POST", body="", **fields)

    assert (303, "/signin") == (said.status, said.fields["location"])
    assert "__Host-hozon=" == cookie_of(said)
    assert '"cache"' == said.fields["clear-site-data"]
    assert 401 == gate.ask("/", cookie=cookie).status
    assert 303 == gate.ask("/signout", method="POST", body="", **fields).status


ELSEWHERE: tuple[Mapping[str, str], ...] = (
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"sec_fetch_site": "cross-site", "origin": f"https://{HOST}"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": f"https://{HOST}.evil.example"},
    {"origin": ""},
)


@pytest.mark.parametrize("fields", ELSEWHERE)
def test_pages_of_others_change_nothing(gate: Gate, fields: Mapping[str, str]) -> None:
    """What a page of another site sends signs nobody in, and nobody out."""
    cookie, link = gate.cookie(), gate.issue()
    sent = {"content_type": FORM, "cookie": cookie, **fields}
    body = urlencode({"link": link})
    for path in ("/signin", "/signout"):
        said = gate.ask(path, method="POST", body=body, **sent)
        assert (403, signin._SENTENCES["elsewhere"] + "\n") == (said.status, said.text)
        assert "cookies" not in said.answer

    assert 200 == gate.ask("/", cookie=cookie).status
    assert 303 == gate.press(link).status


@pytest.mark.parametrize(
    "fields",
    [
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"origin": f"https://{HOST}", "sec_fetch_site": "same-origin"},
        {"origin": f"https://{HOST}"},
        {},
    ],
)
def test_our_own_pages_do(gate: Gate, fields: Mapping[str, str]) -> None:
    """Also of browsers that tell less, and of what is no browser."""
    link = gate.issue()
    body = urlencode({"link": link})

    said = gate.ask("/signin", method="POST", body=body, content_type=FORM, **fields)

    assert 303 == said.status


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", ""])
def test_only_a_form_is_read(gate: Gate, media_type: str) -> None:
    """What pages may send anywhere without being asked (text) is no form."""
    assert 403 == gate.press(gate.issue(), content_type=media_type).status


def test_a_body_as_lambda_hands_it_over(gate: Gate) -> None:
    """Base 64 or not; what is neither is no form."""
    body = base64.b64encode(urlencode({"link": gate.issue()}).encode()).decode()
    event = url_event(
        "/signin", method="POST", headers={"content-type": FORM}, body=body
    )
    for coded, status in ((body, 303), ("%%%", 403), ("//79", 403)):
        answer = web.respond(
            {**event, "isBase64Encoded": True, "body": coded},
            None,
            gate.archive,
            largest=4_400_000,
            signins=gate.book,
        )
        assert status == answer["statusCode"], coded


def test_tokens_of_programs(gate: Gate) -> None:
    """As a bearer, or as the password of anybody (RFC 6750, RFC 7617)."""
    token = gate.issue("program")
    basic = base64.b64encode(f"me:{token}".encode()).decode()
    for stated in (f"Bearer {token}", f"bearer  {token}", f"Basic {basic}"):
        said = gate.ask("/river.atom", authorization=stated)
        assert 200 == said.status, stated
        assert "/signout" not in said.text

    gate.clock.now += timedelta(days=365)
    said = gate.ask("/river.atom", authorization=f"Bearer {token}")
    assert (401, signin._SENTENCES["ended"] + "\n") == (said.status, said.text)


def test_each_secret_is_for_one_thing(gate: Gate) -> None:
    """A link is no session, a session no token, a token neither."""
    link, token = gate.issue(), gate.issue("program")
    other = gate.issue()
    session = cookie_of(gate.press(other)).partition("=")[2]

    assert 401 == gate.ask("/", cookie=f"__Host-hozon={link}").status
    assert 401 == gate.ask("/", cookie=f"__Host-hozon={token}").status
    assert 401 == gate.ask("/", cookie=f"__Host-hozon={other}").status
    assert 401 == gate.ask("/", authorization=f"Bearer {link}").status
    assert 401 == gate.ask("/", authorization=f"Bearer {session}").status
    for shown in (token, session):
        assert 403 == gate.press(shown).status
    swapped = f"{token[:18]}_{session[19:]}"
    assert 401 == gate.ask("/", authorization=f"Bearer {swapped}").status


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer ",
        "Basic",
        "Basic !!!",
        "Basic //79",
        "Basic bm8tY29sb24=",
        f"Bearer {FORGED}",
        f"Bearer {FORGED} x",
        "Bearer hozon_é_é",
        "AWS4-HMAC-SHA256 Credential=x",
        "Digest x",
        "x" * 20_000,
    ],
)
def test_what_lets_nobody_in(gate: Gate, authorization: str) -> None:
    """401, with what may be sent."""
    gate.issue("program")
    said = gate.ask("/api/v1/status", authorization=authorization)

    assert 401 == said.status
    assert said.fields["www-authenticate"].startswith('Bearer realm="hozon"')


def test_a_wrong_token_is_not_made_good_by_a_cookie(gate: Gate) -> None:
    """Who shows something that is wrong is told so."""
    cookie = gate.cookie()

    assert 401 == gate.ask("/", cookie=cookie, authorization=f"Bearer {FORGED}").status


@pytest.mark.parametrize(
    "cookie",
    [
        "__Host-hozon=",
        f"__Host-hozon={FORGED}",
        "__Host-hozon=\x00;;=;",
        f"hozon={FORGED}",
        'other={"a": [1]}; x',
        "=; ;__Host-hozon",
    ],
)
def test_cookies_that_are_none(gate: Gate, cookie: str) -> None:
    """Forged or broken, it is 401."""
    assert 401 == gate.ask("/", cookie=cookie).status


def test_a_cookie_among_others(gate: Gate) -> None:
    """Wherever it stands, in the field or as Lambda hands cookies over."""
    cookie = gate.cookie()
    assert 200 == gate.ask("/", cookie=f'a={{"x": 1}}; {cookie}; b=2').status
    event = {**url_event("/"), "cookies": ["a=1", cookie]}
    answer = web.respond(
        event, None, gate.archive, largest=4_400_000, signins=gate.book
    )

    assert 200 == answer["statusCode"]


def test_what_a_browser_is_told(gate: Gate) -> None:
    """A page without a link into the archive, in its language; no password is asked for."""
    for language, accepted in (("en", "en"), ("ja", "ja-JP,ja;q=0.9")):
        said = gate.ask("/entries/x", accept=HTML, accept_language=accepted)
        assert 401 == said.status
        assert words(language)["signin_nobody"] in said.text  # type: ignore[arg-type]  # one of them
        assert "/river.atom" not in said.text
        assert "/search" not in said.text
        assert 'Bearer realm="hozon"' == said.fields["www-authenticate"]
        assert "noindex" == said.fields["x-robots-tag"]
    fetched = gate.ask("/x.png", accept="image/*", sec_fetch_mode="no-cors")
    assert "Basic" not in fetched.fields["www-authenticate"]
    reader = gate.ask("/river.atom", accept="*/*").fields["www-authenticate"]
    assert 'Bearer realm="hozon", Basic realm="hozon", charset="UTF-8"' == reader


def test_hubs_come_in_by_their_own_token(gate: Gate) -> None:
    """The callback is not behind the door: a hub that is unknown is told so, no more."""
    assert 404 == gate.ask("/websub/none?hub.mode=subscribe").status


def test_the_icon_is_everybodys(gate: Gate) -> None:
    """It is on the page of those outside."""
    assert 200 == gate.ask("/icon.svg").status


def test_no_cache_keeps_it_for_others(gate: Gate) -> None:
    """What says that anybody may keep it says so no more; CORS is for nobody."""
    token = gate.issue("program")
    for path in ("/log/vkeys", "/cdx?url=example.org", "/", "/api/v1/feeds", "/none"):
        fields = gate.ask(path, authorization=f"Bearer {token}").fields
        said = fields["cache-control"].split(", ")
        assert {"private", "no-store"} & {*said}
        assert "public" not in said
        assert "access-control-allow-origin" not in fields
        assert "cookie" in fields["vary"]


def test_nothing_is_written_by_those_who_are_in(gate: Gate) -> None:
    """Other methods are refused as everywhere; outside they are 401."""
    token = gate.issue("program")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert 401 == gate.ask("/", method=method, body="").status
        said = gate.ask("/", method=method, body="", authorization=f"Bearer {token}")
        assert 405 == said.status


@pytest.mark.parametrize(
    ("name", "within", "lasts"),
    [
        ("", DAY, DAY),
        ("  ", DAY, DAY),
        ("x" * 101, DAY, DAY),
        ("a\nb", DAY, DAY),
        ("x", timedelta(days=8), DAY),
        ("x", timedelta(0), DAY),
        ("x", DAY, timedelta(0)),
        ("x", DAY, timedelta(days=3651)),
    ],
)
def test_what_cannot_be_issued(
    gate: Gate, name: str, within: timedelta, lasts: timedelta
) -> None:
    """Each is told, and nothing is kept."""
    with pytest.raises(Misuse):
        admitting.issue(
            name, "person", gate.book, now=gate.clock(), within=within, lasts=lasts
        )
    assert [] == gate.book.all()


def test_a_revocation_holds_against_an_exchange(gate: Gate) -> None:
    """Whichever comes first, nobody is let in afterwards."""
    link = gate.issue()
    before = gate.only
    cookie = cookie_of(gate.press(link))

    admitting.revoke(before, gate.book, now=gate.clock())

    assert 401 == gate.ask("/", cookie=cookie).status
    with pytest.raises(NotAdmitted):
        admitting.exchange(link, gate.book, now=gate.clock())
    revoked = gate.only
    assert revoked == admitting.revoke(revoked, gate.book, now=gate.clock())
    assert replace(revoked, revoked_at=None).secret
