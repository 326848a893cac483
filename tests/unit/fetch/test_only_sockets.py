"""One module opens sockets; nothing else in the program has a way to the network."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[3] / "functions"
NETWORK = {
    "socket",
    "_socket",
    "http.client",
    "http.server",
    "urllib.request",
    "ftplib",
    "smtplib",
    "telnetlib",
    "xmlrpc",
    "socketserver",
    "requests",
    "httpx",
    "httpcore",
    "aiohttp",
    "urllib3",
    "pycurl",
    "websockets",
}
CALLS = {
    "open_connection",
    "open_unix_connection",
    "create_connection",
    "create_datagram_endpoint",
    "sock_connect",
    "getaddrinfo",
    "urlopen",
}
CONNECT = "hozon/fetch/connect.py"
DOORS = {
    CONNECT: {"socket"},
    "hozon/cli/serving.py": {"http.server"},
    # Runs in a reader's program, beside a client of theirs, and never in ours.
    "hozon/compat/wayback.py": {"requests"},
}
MODULES = sorted(p.relative_to(FUNCTIONS).as_posix() for p in FUNCTIONS.rglob("*.py"))


def parsed(module: str) -> ast.Module:
    return ast.parse((FUNCTIONS / module).read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def network_of(tree: ast.Module) -> set[str]:
    return {
        door
        for name in imported(tree)
        for door in NETWORK
        if name == door or name.startswith(f"{door}.")
    }


def calls_of(tree: ast.Module) -> set[str]:
    names = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    return CALLS & (names | {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)})


@pytest.mark.parametrize("module", MODULES)
def test_no_other_module_reaches_the_network(module: str) -> None:
    """A module that is no door imports no network library and opens no connection."""
    tree = parsed(module)

    assert network_of(tree) <= DOORS.get(module, set())
    assert module == CONNECT or set() == calls_of(tree)


def test_the_door_is_where_it_should_be() -> None:
    """The check sees what it looks for: the one door has both."""
    tree = parsed(CONNECT)

    assert {"socket"} == network_of(tree)
    assert {"create_connection", "sock_connect", "getaddrinfo"} <= calls_of(tree)
