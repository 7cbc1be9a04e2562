"""Examples in the documentation run."""

import re
from typing import Any

import pytest

from platform_core.entities import FieldProblem, ParseContext
from tools.steps import ROOT


def run_examples(name: str) -> dict[str, Any]:
    """Execute every Python block of a page, in order, as one module; returns its names."""
    text = (ROOT / name).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    names: dict[str, Any] = {"__name__": "documentation_example"}
    exec(compile(code, name, "exec"), names)  # noqa: S102  (our own pages, as a reader would run them)
    return names


def test_the_field_type_of_the_guide_reads_what_people_type_and_refuses_the_rest() -> None:
    guide = run_examples("docs/how-to/add-a-field-type.md")
    field_type, field = guide["HsCodeType"](), guide["HsCodeField"](name="hs_code")
    codec = field_type.codec(field, None)
    typed = ParseContext(textual=True)
    assert codec.parse("8482.10", typed) == "848210"
    assert codec.parse("", typed) is None
    assert codec.from_columns(codec.to_columns("848210")) == "848210"
    with pytest.raises(FieldProblem, match="Give {digits} digits"):
        codec.parse("8482", typed)


def test_the_plugin_of_the_guide_enters_by_the_one_door() -> None:
    guide = run_examples("docs/how-to/add-a-field-type.md")
    entered: list[object] = []

    class Door:
        def add_field_type(self, field_type: object) -> None:
            entered.append(field_type)

    guide["register"](Door())
    assert [type(field_type).__name__ for field_type in entered] == ["HsCodeType"]
