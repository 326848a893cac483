"""``hozon serve`` on loopback: what a function URL's event cannot show."""

import http.client
import threading
from collections.abc import Iterator

import pytest

from hozon.cli import serving
from hozon.errors import Damaged, Misuse, Unusable
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
    server = serving.server(door.archive, "127.0.0.1", 0)
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


def test_replays_are_at_the_next_port(door: Door) -> None:
    """Or at any that is free, where another has that; a port that is stated is meant."""
    with serving.served(door.archive, "127.0.0.1", 0) as first:
        taken = first.replays.server_address[1]
        assert taken != first.pages.server_address[1]
        with serving.served(door.archive, "127.0.0.1", taken - 1) as second:
            assert taken != second.replays.server_address[1]
        with (
            pytest.raises(Unusable, match="cannot serve at"),
            serving.served(door.archive, "127.0.0.1", 0, replay_port=taken),
        ):
            pass


@pytest.mark.parametrize("url", ["https://a.example/path", "https://a.example/?x"])
def test_the_replay_is_at_an_origin(url: str) -> None:
    """What is more than that is refused, with what is wanted."""
    assert "https://a.example" == serving.origin("https://A.example/")
    with pytest.raises(Misuse, match="without a path"):
        serving.origin(url)
