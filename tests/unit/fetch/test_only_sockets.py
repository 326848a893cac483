"""One module opens sockets; nothing else in the program has a way to the network."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[3] / "functions"
NETWORK = {
    "socket",
    "_socket",
    "ssl",
    "_ssl",
    "selectors",
    "http.client",
    "http.server",
    "urllib.request",
    "ftplib",
    "smtplib",
    "poplib",
    "imaplib",
    "nntplib",
    "telnetlib",
    "xmlrpc",
    "socketserver",
    "logging.handlers",
    "multiprocessing",
    "webbrowser",
    "xml.sax",
    "xml.dom",
    "requests",
    "httpx",
    "httpcore",
    "aiohttp",
    "urllib3",
    "pycurl",
    "websockets",
    # Ways to one of these, or to another program, that no import would show.
    "subprocess",
    "ctypes",
    "_ctypes",
    "cffi",
    "pty",
    "importlib",
    "pkgutil",
    "runpy",
    "code",
    "pickle",
    "marshal",
    "shelve",
}
CALLS = {
    "open_connection",
    "open_unix_connection",
    "create_connection",
    "create_unix_connection",
    "create_datagram_endpoint",
    "create_server",
    "start_server",
    "start_tls",
    "sock_connect",
    "getaddrinfo",
    "gethostbyname",
    "get_server_certificate",
    "urlopen",
    "create_subprocess_exec",
    "create_subprocess_shell",
    "subprocess_exec",
    "subprocess_shell",
    "popen",
    "system",
    "posix_spawn",
    "posix_spawnp",
    "execv",
    "execve",
    "execvp",
    "execvpe",
    "spawnv",
    "spawnve",
    "fork",
}
BUILTINS = {"eval", "exec", "compile", "__import__"}
"""What makes a program out of text: no module of ours has need of it."""

CONNECT = "hozon/fetch/connect.py"
DOORS = {
    CONNECT: {"socket", "ssl"},
    "hozon/fetch/tls.py": {"ssl"},
    "hozon/cli/servers.py": {"http.server"},
    "hozon/confined/children.py": {"subprocess"},
    # Runs the operator's own command for each event (docs/events.md).
    "hozon/adapters/embedded/command.py": {"subprocess"},
    # Names modules of `hozon.cli` alone, which are looked at like all others.
    "hozon/cli/lazily.py": {"importlib"},
    # Runs in a reader's program, beside a client of theirs, and never in ours.
    "hozon/compat/wayback.py": {"requests"},
    # Tells which libraries there are, and which OpenSSL.
    "hozon/adapters/embedded/doctoring.py": {"ssl", "importlib"},
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
    nodes = list(ast.walk(tree))
    names = {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    names |= {n.id for n in nodes if isinstance(n, ast.Name)}
    # A name that is looked up by its text.
    names |= {
        n.value for n in nodes if isinstance(n, ast.Constant) and type(n.value) is str
    }
    return CALLS & names


def built_of(tree: ast.Module) -> set[str]:
    return BUILTINS & {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


@pytest.mark.parametrize("module", MODULES)
def test_no_other_module_reaches_the_network(module: str) -> None:
    """A module that is no door imports no network library and opens no connection."""
    tree = parsed(module)

    assert network_of(tree) <= DOORS.get(module, set())
    assert module == CONNECT or set() == calls_of(tree)
    assert set() == built_of(tree)


def test_the_door_is_where_it_should_be() -> None:
    """The check sees what it looks for: the one door has both."""
    tree = parsed(CONNECT)

    assert {"socket", "ssl"} == network_of(tree)
    assert {"create_connection", "sock_connect", "getaddrinfo"} <= calls_of(tree)


@pytest.mark.parametrize(
    "fooling",
    [
        "import socket as harmless",
        "from http import client",
        "import urllib.request as r",
        "from urllib import request",
        "import importlib; importlib.import_module('soc' + 'ket')",
        "def f():\n    from socket import socket",
        "__import__('socket')",
        "getattr(loop, 'create_connection')(p)",
        "eval('1')",
        "import logging.handlers",
        "from logging import handlers",
        "import ssl; ssl.get_server_certificate(a)",
        "import subprocess",
        "import os; os.system('curl …')",
        "import ctypes",
    ],
)
def test_the_check_is_not_easily_fooled(fooling: str) -> None:
    """Aliases, late imports, imports by text and other programs are seen as well."""
    tree = ast.parse(fooling)

    assert network_of(tree) or calls_of(tree) or built_of(tree)


def test_feedparser_is_given_streams_only() -> None:
    """A text or bytes it would try as a file's name first, and as a URL."""
    given = [
        call.args[0]
        for module in MODULES
        for call in ast.walk(parsed(module))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "feedparser.parse"
    ]

    assert ["io.BytesIO"] == [
        ast.unparse(one.func) for one in given if isinstance(one, ast.Call)
    ]
    assert 1 == len(given)
