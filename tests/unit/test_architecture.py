"""The arrows of docs/architecture.md: imports run downwards, worlds have one door."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "functions" / "hozon"
MODULES = sorted(PACKAGE.rglob("*.py"))
HANDLERS = sorted(PACKAGE.parent.glob("*.py"))

# From the bottom up. A room (a module or package of `hozon`) imports from rooms that are
# named before it, and from no other.
LAYERS = {
    "nouns": "__init__ nouns",
    "pure": "japanese reading feeds text verdicts inert changes lives warc log audits "
    "stored manners timetable entries search cdx serving publishing opml accounts",
    "world": "fetch confined settings eventlog metrics adapters",
    "use cases": "settling retrieving polling exporting sealing searching guarding "
    "capturing rechecking working auditing operating",
    "composition": "wiring",
    "faces": "compat web cli lambdas __main__",
}
ROOMS = " ".join(LAYERS.values()).split()
RANK = {room: rank for rank, room in enumerate(ROOMS)}
DOORS = {
    "feedparser": {"feeds"},
    "turbohtml": {
        "reading.page",
        "reading.continuations",
        "reading.elements",
        "reading.css",
        "reading.plain",
        "reading.encodings",
        "inert",
        "text",
        "feeds",
    },
    "ada_url": {"nouns.uris"},
    "httptools": {"fetch"},
    "boto3": {"wiring", "adapters"},
    "botocore": {"adapters"},
    "sqlite3": {"adapters"},
    "jinja2": {"web"},
    "click": {"cli"},
    "deflate": {"warc"},
    "brotli": {"reading.codings"},
    "cryptography": {"adapters"},
    "re2": {"cdx"},
    "pyarrow": {"exporting"},
    "aws_lambda_powertools": {"web"},
}
PURE = {*LAYERS["nouns"].split(), *LAYERS["pure"].split()}
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
WORLDS = {"socket", "asyncio", "os", "subprocess", "sqlite3", "boto3", "time", "random"}


def top(path: Path) -> str:
    """Return the room that a file belongs to: what stands directly below `hozon`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def places(path: Path) -> set[str]:
    """Return the names that a door may be stated by: the file's room, and its module."""
    if path in HANDLERS:
        return {"handlers"}
    return {top(path), ".".join(path.relative_to(PACKAGE).with_suffix("").parts)}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> set[str]:
    """Return the rooms that a file imports from, its own left out."""
    names = {name.split(".")[1] for name in imported(path) if name.startswith("hozon.")}
    return {name for name in names if name in RANK} - {top(path)}


def ident(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_every_room_has_a_layer(path: Path) -> None:
    """A new room is given its place here and in docs/architecture.md."""
    assert top(path) in RANK


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_imports_run_downwards(path: Path) -> None:
    """No module imports from a room above its own."""
    rank = RANK[top(path)]

    assert set() == {name for name in ours(path) if RANK[name] > rank}


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_use_cases_know_no_adapter(path: Path) -> None:
    """Use cases act through ports: adapters and settings are the composition root's."""
    if top(path) in LAYERS["use cases"].split():
        assert set() == ours(path) & {"adapters", "settings", "wiring"}


@pytest.mark.parametrize("path", [*MODULES, *HANDLERS], ids=ident)
def test_each_foreign_library_has_its_door(path: Path) -> None:
    """Past the door there are only our own types."""
    here = places(path)
    roots = {name.split(".")[0] for name in imported(path)}

    assert set() == {r for r in roots & DOORS.keys() if not here & DOORS[r]}


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_pure_modules_know_no_world(path: Path) -> None:
    """Pure modules know no clock, network, environment, chance or file."""
    if top(path) not in PURE:
        return
    roots = {name.split(".")[0] for name in imported(path)}

    assert set() == roots & WORLDS


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_no_module_outgrows_its_subject(path: Path) -> None:
    """A module is split before it passes 400 lines."""
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", HANDLERS, ids=ident)
def test_handlers_translate(path: Path) -> None:
    """A handler has at most 15 lines of body."""
    (handler,) = (
        node
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "handler"
    )

    assert handler.end_lineno is not None
    assert handler.end_lineno - handler.lineno <= 15


def public(path: Path) -> Iterator[tuple[str, ast.AST]]:
    tree = ast.parse(path.read_text("utf-8"))
    yield "module", tree
    for node in tree.body:
        if isinstance(node, NAMED) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                yield from methods(node)


def methods(cls: ast.ClassDef) -> Iterator[tuple[str, ast.AST]]:
    for node in cls.body:
        if isinstance(node, NAMED) and not node.name.startswith("_"):
            yield f"{cls.name}.{node.name}", node


@pytest.mark.parametrize("path", [*MODULES, *HANDLERS], ids=ident)
def test_public_things_have_docstrings(path: Path) -> None:
    """Whatever is public says what it means."""
    bare = {
        name
        for name, node in public(path)
        if ast.get_docstring(node) is None  # type: ignore[arg-type]  # all have bodies
        and path.read_text("utf-8").strip()
    }

    assert set() == bare
