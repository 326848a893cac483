"""``hozon serve`` on loopback: what a function URL's event cannot show."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.schemas import STATE
from hozon.adapters.embedded.signinbook import SqliteSignInBook
from hozon.cli import servers, serving
from hozon.guarding import admitting
from hozon.nouns.errors import Damaged, Misuse, Unusable
from hozon.nouns.signins import SignInBook
from hozon.web import warcs
from tests.fakes import a_warc_key
from tests.holding import store
from tests.unit.web.conftest import Door

KEY = a_warc_key()
DATA = bytes(range(256)) * 40_000
URI = "https://example.org/a?b=c,d&e=%E6%97%A5"


@pytest.fixture
def connection(door: Door) -> Iterator[http.client.HTTPConnection]:
    """Yield a connection to the archive, which holds an object of ten megabytes."""
    door.archive.warcs.put(KEY, DATA)
    server = servers.server(door.archive, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host, port = server.server_address[:2]
    connection = http.client.HTTPConnection(str(host), port, timeout=30)
    yield connection
    connection.close()
    server.shutdown()
    thread.join()
    server.server_close()


def got(
    connection: http.client.HTTPConnection,
    path: str,
    method: str = "GET",
    **fields: str,
) -> tuple[int, dict[str, str], bytes]:
    """Return status, header fields and body of an answer."""
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    read = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, read, answer.read()


def test_one_connection(connection: http.client.HTTPConnection) -> None:
    """Answers of any size and kind follow one another on one connection."""
    status, fields, body = got(connection, f"/warc/{KEY}")
    assert (200, str(len(DATA)), DATA) == (status, fields["content-length"], body)

    status, fields, body = got(connection, f"/warc/{KEY}", "HEAD")
    assert (200, str(len(DATA)), b"") == (status, fields["content-length"], body)

    status, fields, body = got(connection, f"/warc/{KEY}", range="bytes=-1000001")
    assert (206, DATA[-1_000_001:]) == (status, body)

    status, _, body = got(connection, f"/warc/{KEY}", if_none_match=fields["etag"])
    assert (304, b"") == (status, body)

    status, fields, body = got(connection, "/cdx?url=example.org", "OPTIONS")
    assert (204, b"") == (status, body)
    assert 404 == got(connection, "/nowhere")[0]
    assert 200 == got(connection, "/")[0]


def test_a_uri_arrives_whole(
    door: Door, connection: http.client.HTTPConnection
) -> None:
    """What stands encoded in a path is looked for as it stands."""
    store(door.archive, URI, b"<p>found")

    status, fields, _ = got(connection, f"/web/{URI}")
    assert 302 == status
    path = fields["location"].partition("/web/")[2]
    assert (200, b"<p>found") == got(connection, f"/web/{path}")[::2]


def test_a_reader_who_goes_away(
    connection: http.client.HTTPConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is told that a reader went away in the middle; the next one is served."""
    connection.request("GET", f"/warc/{KEY}")
    connection.getresponse().read(10)
    connection.close()

    assert 200 == got(connection, "/")[0]
    assert "Traceback" not in capsys.readouterr().err


def test_an_object_that_ends_early(
    door: Door,
    connection: http.client.HTTPConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the store fails midway the connection breaks off: nobody takes that for all."""

    def short(*_: object) -> Iterator[bytes]:
        yield DATA[:1000]
        raise Damaged("it ends early")

    monkeypatch.setattr(warcs, "_pieces", short)

    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        got(connection, f"/warc/{KEY}")


@contextmanager
def served(
    door: Door, host: str = "127.0.0.1", *, signins: SignInBook | None = None
) -> Iterator[http.client.HTTPConnection]:
    """Yield a connection to the archive of a desk, served with these options."""
    with servers.server(door.archive, host, 0, signins=signins) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as made:
            yield made
        server.shutdown()


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.77.0.3", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("archive.localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("", False),
        ("archive", False),
    ],
)
def test_who_reaches_an_address(host: str, is_here: bool) -> None:  # noqa: FBT001
    """What others may reach is served only where somebody said who may read."""
    assert is_here is servers.is_here(host)
    serving._check(host, is_open=True)
    if is_here:
        serving._check(host, is_open=False)
    else:
        with pytest.raises(Misuse, match=r"--public .* or --signin"):
            serving._check(host, is_open=False)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8080", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8080", 200),
        ("evil.example", 421),
        ("evil.example:8080", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.168.1.2", 421),
    ],
)
def test_a_strangers_name_leads_nowhere(door: Door, host: str, status: int) -> None:
    """A site whose name was pointed at this machine reads nothing (DNS rebinding)."""
    with served(door) as connection:
        answered, fields, body = got(connection, "/", host=host)

    assert status == answered
    assert "content-security-policy" in fields
    assert (b"<html" in body) is (status == 200)


def test_a_public_archive_has_any_name(public: Door) -> None:
    """Behind a proxy, where anybody may read."""
    with served(public) as connection:
        assert 200 == got(connection, "/", host="archive.example.org")[0]


def test_signing_in_over_a_socket(door: Door, tmp_path: Path) -> None:
    """The form is taken, the cookie handed out; without it nothing is told."""
    with closing(Database(tmp_path / "state.sqlite", STATE)) as state:
        book = SqliteSignInBook(state)
        link = admitting.issue("A", "person", book, now=door.archive.clock()).text
        with served(door, signins=book) as connection:
            status, fields, body = got(connection, "/", accept="text/html")
            assert (401, "no-store") == (status, fields["cache-control"])
            assert b"/river.atom" not in body

            form = {"content-type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/signin", urlencode({"link": link}), form)
            answer = connection.getresponse()
            answer.read()
            cookie = str(answer.getheader("set-cookie"))
            assert (303, "/") == (answer.status, answer.getheader("location"))

            status, _, body = got(connection, "/", cookie=cookie.partition(";")[0])
            assert 200 == status
            assert b"/river.atom" in body
            connection.request("POST", "/signin", b"x" * 10, {"content-length": "x"})
            assert 411 == connection.getresponse().status


def test_nothing_is_posted_where_nobody_signs_in(
    connection: http.client.HTTPConnection,
) -> None:
    """An archive that is served without sign-ins has no such form."""
    connection.request("POST", "/signin", b"link=x")

    assert 405 == connection.getresponse().status


def test_replays_are_at_the_next_port(door: Door) -> None:
    """Or at any that is free, where another has that; a port that is stated is meant."""
    with servers.served(door.archive, "127.0.0.1", 0) as first:
        taken = first.replays.server_address[1]
        assert taken != first.pages.server_address[1]
        with servers.served(door.archive, "127.0.0.1", taken - 1) as second:
            assert taken != second.replays.server_address[1]
        with (
            pytest.raises(Unusable, match="cannot serve at"),
            servers.served(door.archive, "127.0.0.1", 0, replay_port=taken),
        ):
            pass


@pytest.mark.parametrize("url", ["https://a.example/path", "https://a.example/?x"])
def test_the_replay_is_at_an_origin(url: str) -> None:
    """What is more than that is refused, with what is wanted."""
    assert "https://a.example" == serving.origin("https://A.example/")
    with pytest.raises(Misuse, match="without a path"):
        serving.origin(url)
