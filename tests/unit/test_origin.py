"""The loopback server behind tests, example and benchmark."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from examples.origin import Site
from tests.sites import Reply, Request, mounted, page, redirect, rss


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({"/feed": rss("/a"), "/a": page("Hello"), "/b": redirect("/a")}) as made:
        yield made


def _connected(site: Site) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection(site.hosts[0], site.port, timeout=5))


def test_one_connection_carries_many_requests(site: Site) -> None:
    """A connection is kept, and each request is logged with its headers."""
    statuses = []
    with _connected(site) as connection:
        for path in ("/feed", "/a?x=1", "/b", "/none"):
            connection.request("GET", path, headers={"X-Turn": path})
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)

    assert [200, 200, 301, 404] == statuses
    assert ["/feed", "/a?x=1", "/b", "/none"] == [r.target for r in site.log]
    assert "/b" == site.log[2].header("x-turn")
    assert [site.log[1]] == site.requests("/a")
    assert [r.at_s for r in site.log] == sorted(r.at_s for r in site.log)


def test_a_route_may_be_a_function(site: Site) -> None:
    """A function sees the request, with its body, and makes the reply."""

    def echo(request: Request) -> Reply:
        return Reply(request.method.encode() + request.body)

    site.routes["/echo"] = echo
    with _connected(site) as connection:
        connection.request("POST", "/echo", body=b" and back")
        assert b"POST and back" == connection.getresponse().read()


def test_pipelined_requests_are_answered_in_order(site: Site) -> None:
    """Requests that arrive together get their responses one after the other."""
    site.routes |= {"/1": Reply(b"one", latency_s=0.02), "/2": Reply(b"two")}
    asked = b"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nConnection: close\r\n\r\n"
    with socket.create_connection((site.hosts[0], site.port), timeout=5) as client:
        client.sendall(asked)
        answered = b"".join(iter(lambda: client.recv(4096), b""))

    assert 0 < answered.index(b"one") < answered.index(b"two")


def test_a_broken_request_is_refused(site: Site) -> None:
    """What is no request gets 400, and the connection is closed."""
    with socket.create_connection((site.hosts[0], site.port), timeout=5) as client:
        client.sendall(b"nonsense\r\n\r\n")
        answered = b"".join(iter(lambda: client.recv(4096), b""))

    assert answered.startswith(b"HTTP/1.1 400 ")
    assert [] == site.log


def test_several_addresses_share_a_port() -> None:
    """A site can live on several loopback addresses, and knows which was asked."""
    hosts = ("127.77.0.1", "127.77.9.9")
    with Site({"/": page("Hello")}, hosts=hosts) as site:
        for host in hosts:
            connection = http.client.HTTPConnection(host, site.port, timeout=5)
            with closing(connection):
                connection.request("GET", "/")
                assert 200 == connection.getresponse().status

    assert list(hosts) == [request.host for request in site.log]
    assert f"http://127.77.9.9:{site.port}/" == site.uri("/", host="127.77.9.9")


def test_a_taken_port_is_an_error() -> None:
    """A site that cannot listen says so, instead of serving nothing."""
    with Site() as first, pytest.raises(OSError, match="in use"), Site(port=first.port):
        pass


def test_only_loopback_is_served() -> None:
    """No test and no example opens a port to the world."""
    with pytest.raises(ValueError, match="loopback"):
        Site(hosts=("0.0.0.0",))


def test_a_folder_can_be_mounted(tmp_path: Path) -> None:
    """Files are served below a path, an index at its folder's."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "index.html").write_bytes(b"<p>front")
    (tmp_path / "deep" / "a.css").write_bytes(b"p {}")
    with Site(mounted(tmp_path, at="/x/")) as site, _connected(site) as connection:
        found = {}
        for path in ("/x/deep/", "/x/deep/a.css", "/x/deep/index.html"):
            connection.request("GET", path)
            answer = connection.getresponse()
            found[path] = (answer.status, answer.getheader("Content-Type"))
            answer.read()

    assert (200, "text/html") == found["/x/deep/"]
    assert (200, "text/css") == found["/x/deep/a.css"]
    assert 404 == found["/x/deep/index.html"][0]


def test_latency_comes_before_the_answer() -> None:
    """Site and reply latency add up."""
    routes = {"/": Reply(b"x", latency_s=0.02), "/done": Reply(b"y")}
    with Site(routes, latency_s=0.03) as site, _connected(site) as connection:
        for path in ("/", "/done"):
            connection.request("GET", path)
            connection.getresponse().read()

        assert site.log[1].at_s - site.log[0].at_s >= 0.05
