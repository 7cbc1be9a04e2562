"""A function does one thing, a file tells one story."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rooms import product_files
from tools.steps import ROOT
from tools.tracked_text import tracked_files

LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 60  # lines, decorators not counted


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(`file:line name`, length in lines) of each function in a Python file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            yield place, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_product_file_is_longer_than_one_story() -> None:
    lengths = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for path in product_files(".py", ".js", ".css", ".jinja", ".html")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_product_function_does_two_things() -> None:
    lengths = dict(entry for path in product_files(".py") for entry in functions(path))
    assert {place: length for place, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_the_tools_keep_the_same_measure() -> None:
    tools = [ROOT / name for name in tracked_files() if name.startswith("tools/") and name.endswith(".py")]
    long = {place for path in tools for place, length in functions(path) if length > LONGEST_FUNCTION}
    assert long == set()
