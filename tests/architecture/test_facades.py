"""A room's `__init__.py` says what the room is for and lists what it hands out."""

import ast
import importlib
from pathlib import Path

import pytest

from tests.architecture.rooms import facades, is_empty_room

FACADES = list(facades())
NAMES = [name for name, _ in FACADES]


def listed_names(facade: Path) -> list[str] | None:
    """The `__all__` of a façade, or None where there is none."""
    for node in ast.parse(facade.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return list(ast.literal_eval(node.value))  # type: ignore[attr-defined]  # (Ann)Assign both have it
    return None


@pytest.mark.parametrize(("name", "facade"), FACADES, ids=NAMES)
def test_a_facade_says_what_its_room_is_for(name: str, facade: Path) -> None:
    assert facade.is_file(), f"{name} has no façade: its folder has no __init__.py"
    assert ast.get_docstring(ast.parse(facade.read_text(encoding="utf-8"))), f"{name} has no docstring"


@pytest.mark.parametrize(("name", "facade"), FACADES, ids=NAMES)
def test_a_facade_lists_what_it_hands_out(name: str, facade: Path) -> None:
    names = listed_names(facade)
    if names is None:
        assert is_empty_room(facade), f"{name} has no __all__"
        return
    module = importlib.import_module(name)
    assert [missing for missing in names if not hasattr(module, missing)] == []
    assert len(names) == len(set(names))
