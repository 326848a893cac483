"""The sentences that the sources make, as they are written there: read, not run.

What a page may show is made in three ways: as the message of one of Hozon's errors, as the
`reason` or clue of something, and, in the modules that are `TOLD` by word, as any text at
all. A value in a text is a hole, written ``{}``.
"""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import hozon

PACKAGE = Path(hozon.__file__).parent
HOLE = "\0"
SAID_AS = frozenset({"reason", "says", "problem"})
"""Names of arguments that are sentences."""

MAKERS = frozenset({"_Stop", "_BrokenError", "Gone"})
"""What takes a sentence besides Hozon's errors."""

NEVER_TOLD = frozenset({"Conflict"})
"""Errors that never reach anybody: work goes on with what another one has written."""


class Written(NamedTuple):
    """A text of a module, with `HOLE` where a value stands; and where it is written."""

    text: str
    module: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.text.replace(HOLE, '{}')!r}"


def modules(*patterns: str) -> list[Path]:
    """Return the modules of the package that are named so, from its folder on."""
    return sorted({path for pattern in patterns for path in PACKAGE.glob(pattern)})


def name(path: Path) -> str:
    """Return what a module is called here."""
    return str(path.relative_to(PACKAGE))


def texts(node: ast.expr) -> Iterator[str]:
    """Yield what a text may be, as far as it is written there: all of its choices."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield from map("".join, product(*map(_parts, values)))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*texts(body), *texts(orelse))
        case ast.BoolOp(values=values):
            for each in values:
                yield from texts(each)
        case _:
            pass  # what it will be is not written here


def _parts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.FormattedValue):
        return [HOLE]
    return list(texts(node))


def errors() -> frozenset[str]:
    """Return the names of all errors that are raised on purpose."""
    tree = ast.parse((PACKAGE / "nouns/errors.py").read_text("utf-8"))
    found = {n.name for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}
    return frozenset(found - NEVER_TOLD)


def raised(path: Path) -> Iterator[Written]:
    """Yield the messages of errors, the reasons, and the sentences of answers (`told`)
    that are written in a module.
    """
    makers = errors() | MAKERS
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = _called(node.func)
        said = [k.value for k in node.keywords if k.arg in SAID_AS]
        said += node.args[:1] if called in makers else []
        said += node.args[2:3] if called == "told" else []
        for each in said:
            for text in filter(None, texts(each)):
                yield Written(text, name(path), each.lineno)


def _called(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def told(path: Path) -> Iterator[Written]:
    """Yield every text of more than one word in a module that is no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    passed = set(_passed(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and node not in passed:
            for text in texts(node):
                if " " in text.strip():
                    yield Written(text, name(path), node.lineno)


def _passed(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what is no text that is said: docstrings, types, parts of what is whole."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as said):
                yield said
            case ast.JoinedStr(values=values):
                yield from (each for each in values if isinstance(each, ast.Constant))
            case ast.FormattedValue(format_spec=ast.JoinedStr() as spec):
                yield spec
            case ast.arg(annotation=stated) | ast.AnnAssign(annotation=stated) if (
                stated
            ):
                yield from ast.walk(stated)
            case ast.FunctionDef(returns=stated) | ast.AsyncFunctionDef(returns=stated):
                yield from ast.walk(stated) if stated else ()
            case _:
                pass  # it is looked into by itself
