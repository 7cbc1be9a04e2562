"""The generated part of the table is whole: every function, blank in every place, at every edge of its types."""

from __future__ import annotations

from collections import defaultdict

from platform_core.expressions import all_functions
from tests.expressions import generated_rows
from tests.expressions.table import Row, rows

NO_ARGUMENTS = {"today", "now"}


def test_the_file_is_what_would_be_written() -> None:
    """After a new function: `python -m tests.expressions.generated_rows`."""
    assert generated_rows.FILE.read_text("utf-8") == generated_rows.text()


def test_every_function_has_a_row_with_blanks_and_one_without() -> None:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows("generated", "python"):
        found[row.expr.partition("(")[0].lower()].append(row)
    assert set(found) == set(all_functions())
    for name in set(found) - NO_ARGUMENTS:
        assert any(row.expect is not None for row in found[name]), name
        assert any(not row.env or len(row.env) < max(len(each.env) for each in found[name]) or any(
            {} in value for value in row.env.values() if isinstance(value, list)) for row in found[name]), name  # fmt: skip


def test_what_a_database_can_answer_is_asked_of_both() -> None:
    asked = {row.expr.partition("(")[0].lower() for row in rows("generated", "sqlite")}
    assert asked == {row.expr.partition("(")[0].lower() for row in rows("generated", "postgresql")}
    assert {name for name, spec in all_functions().items() if spec.sqlable} <= asked | {
        "same_text",
        "distinct",
    }
