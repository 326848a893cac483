"""Whether the tests that are named in tables and documents are there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"tests/[\w/]+\.py(?:::\w+)?")
_ROWS = "pytest.mark.museum"


def functions(path: Path) -> set[str]:
    """Return the names of the test functions of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def is_there(name: str) -> bool:
    """Tell whether a test of this name is there: a file that has some, or one in it."""
    file, _, function = name.partition("::")
    path = ROOT / file
    if not path.is_file():
        return False
    there = functions(path)
    return function in there if function else bool(there)


def marked() -> Iterator[tuple[str, int]]:
    """Yield the file and the row of each mark of the museum that is written down."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == _ROWS:
                for row in node.args:
                    if isinstance(row, ast.Constant) and isinstance(row.value, int):
                        yield path.relative_to(ROOT).as_posix(), row.value
