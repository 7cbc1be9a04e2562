"""Random expressions at the edges of every type: closures, traces and the browser's evaluator give the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from platform_core.expressions import Checked, Env, ExpressionErrors, check, compile_python, trace
from tests.expressions import javascript_side, wider_expressions, world
from tests.expressions.random_expressions import ENVIRONMENTS, TEXTS_OF_ANY_TYPE, ZONES
from tests.expressions.test_fuzz import answer

QUICK = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
THOROUGH = settings(max_examples=6000, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def in_node() -> Iterator[javascript_side.Node]:
    process = javascript_side.Node()
    yield process
    process.close()


def checked_or_skipped(text: str) -> Checked:
    """What the checker refuses (two currencies, a constant without a result) is no case: another example then."""
    try:
        return check(text, world.SCOPE)
    except ExpressionErrors as errors:
        assert errors.first.code != "syntax", text
        assume(False)
        raise


def compare(text: str, env: Env, node: javascript_side.Node) -> None:
    checked = checked_or_skipped(text)
    python = answer(lambda: compile_python(checked)(env))
    assert answer(lambda: trace(checked, env).value) == python, (text, env.record)
    assert node.answers([javascript_side.case(checked, env)])[0] == python, (text, env.record)


@QUICK
@given(TEXTS_OF_ANY_TYPE, ENVIRONMENTS, ZONES)
def test_the_browser_agrees_where_databases_are_asked_too(
    in_node: javascript_side.Node, text: str, raw: dict[str, Any], zone: str
) -> None:
    compare(text, world.environment(raw, zone), in_node)


@QUICK
@given(wider_expressions.TEXTS_OF_ANY_TYPE, wider_expressions.ENVIRONMENTS, wider_expressions.ZONES)
def test_the_browser_agrees_at_the_edges(
    in_node: javascript_side.Node, text: str, raw: dict[str, Any], zone: str
) -> None:
    compare(text, world.environment(raw, zone), in_node)


@pytest.mark.long
@pytest.mark.timeout(900)
@THOROUGH
@given(wider_expressions.TEXTS_OF_ANY_TYPE, wider_expressions.ENVIRONMENTS, wider_expressions.ZONES)
def test_the_browser_agrees_at_the_edges_on_thousands(
    in_node: javascript_side.Node, text: str, raw: dict[str, Any], zone: str
) -> None:
    compare(text, world.environment(raw, zone), in_node)
