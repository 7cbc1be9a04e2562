"""The reference page says what the program does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import msgspec
import pytest

from platform_core.expressions import (
    RESERVED_NAMES,
    ExpressionText,
    FieldScope,
    all_functions,
    check,
    describe_functions,
)
from platform_core.expressions import limits as limits_of_language

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "expressions.md"
GROUPS = {"logic": "Logic", "numbers": "Numbers", "text": "Text", "dates": "Dates", "lists": "Lists",
          "people": "People and changes"}  # fmt: skip
BROWSER = {"yes": "yes", "told": "where told", "no": "no"}
SCOPE = FieldScope(
    {
        "amount": "money:USD", "stage": "choice:stage", "grade_manual": "text", "grade_auto": "text", "owner": "user",
        "tags": "list:choice:tag", "lines": "list:ref:x.line", "lines.qty": "list:number", "lines.price": "list:number",
        "discount": "number", "last_contact_at": "datetime", "website": "text", "account.website": "text",
    },
    roots={"user": FieldScope({"id": "user"})},
    old=True,
)  # fmt: skip


def section(heading: str) -> str:
    """The text below a heading, up to the next one of the same level."""
    return re.split(r"\n## ", PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1])[0]


def functions_table() -> str:
    """The tables of functions as the page has them between its two markers."""
    parts: list[str] = []
    described = describe_functions()
    for group, title in GROUPS.items():
        parts += [
            f"### {title}",
            "",
            "| call | what it gives | example | filter | browser |",
            "| --- | --- | --- | --- | --- |",
        ]
        for each in described:
            if each.group == group:
                usage = "<br>".join(f"`{way}`" for way in each.usage)
                example = "<br>".join(
                    f"`{one.expression}` → {one.result or 'blank'}" for one in each.examples[:1]
                )
                said = f"{'yes' if each.filter else 'no'} | {BROWSER[each.browser]}"
                parts.append(f"| {usage} | {each.help} | {example} | {said} |")
        parts.append("")
    return "\n".join(parts)


def test_the_tables_of_functions_are_those_of_the_program() -> None:
    shown = re.search(
        r"<!-- functions: begin -->\n(.*)<!-- functions: end -->", PAGE.read_text("utf-8"), re.DOTALL
    )
    assert shown is not None
    assert shown.group(1).strip() == functions_table().strip()


@pytest.mark.parametrize(
    "text", re.findall(r"```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0].splitlines()
)
def test_the_examples_at_the_top_pass_the_check(text: str) -> None:
    assert check(text, SCOPE).text == text


def test_the_python_on_the_page_runs(tmp_path: Path) -> None:
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)):
        file = tmp_path / f"example_{number}.py"
        file.write_text(block, "utf-8")
        runpy.run_path(str(file))


def test_the_limits_on_the_page_are_those_of_the_program() -> None:
    table = section("Limits")
    for name in (
        "TEXT_LENGTH",
        "NODES",
        "DEPTH",
        "LITERAL_LIST",
        "DIGITS",
        "RESULT_LENGTH",
        "LIST_LENGTH",
        "STEPS",
        "LIKE_PATTERN",
    ):
        assert f"{getattr(limits_of_language, name):,}" in table, name


def test_every_code_of_the_conformance_table_is_explained() -> None:
    from tests.expressions.table import SUBJECTS, rows

    known = set(re.findall(r"`(\w+)`", section("Limits")))
    used = {
        row.error for subject in SUBJECTS for kind in ("check", "python") for row in rows(subject, kind)
    } - {""}
    assert used <= known


def test_the_reserved_names_are_listed() -> None:
    text = section("What may be written")
    assert all(f"`{name}`" in text for name in RESERVED_NAMES)


def test_help_is_given_in_the_language_that_is_asked_for() -> None:
    chinese = {each.name: each.help for each in describe_functions("zh")}
    assert chinese["ROUND"].startswith("四舍五入")
    assert len(chinese) == len(all_functions())
    french = {each.name: each.help for each in describe_functions("fr")}
    assert french["ROUND"] != describe_functions("en")[0].help and french["ROUND"] != chinese["ROUND"]


def test_a_definition_tells_editors_what_an_expression_is() -> None:
    schema = msgspec.json.schema(ExpressionText)
    assert (schema["type"], schema["maxLength"], schema["format"]) == ("string", 2000, "tradewind-expression")
    assert "amount > 1000" in schema["examples"]
