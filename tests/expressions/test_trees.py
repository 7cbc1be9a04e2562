"""Trees and texts: what is written can be read, and reading gives the same tree."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core.expressions import Node, check, compile_python, dump, parse
from tests.expressions import world
from tests.expressions.random_expressions import TEXTS_OF_ANY_TYPE
from tests.expressions.table import SUBJECTS, rows


def bare(node: Node) -> object:
    """A tree without the places in its text."""
    return (node.op, node.name, node.path, node.value, node.type, tuple(bare(part) for part in node.args))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_expression_of_the_table_survives_being_written_and_read(subject: str) -> None:
    for row in rows(subject, "python"):
        tree = parse(row.expr)
        assert bare(parse(dump(tree))) == bare(tree), row.id


@settings(max_examples=200, deadline=None)
@given(TEXTS_OF_ANY_TYPE)
def test_random_expressions_survive_being_written_and_read(text: str) -> None:
    assert bare(parse(dump(parse(text)))) == bare(parse(text))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_any_text_survives_as_a_constant(text: str) -> None:
    node = Node("const", value=text, type="text")
    assert bare(parse(dump(node))) == bare(node)


def test_a_builder_of_conditions_may_write_the_tree_and_get_the_text() -> None:
    stage = Node(
        "in", (Node("path", path=("stage",)), Node("list", (Node("const", value="won", type="text"),)))
    )
    amount = Node("gt", (Node("path", path=("amount",)), Node("const", value="1000", type="number")))
    assert dump(Node("and", (stage, amount))) == "stage in ['won'] and amount > 1000"
    assert dump(Node("not", (Node("or", (stage, amount)),))) == "not (stage in ['won'] or amount > 1000)"


def test_brackets_stand_only_where_they_are_needed() -> None:
    assert dump(parse("((a + (b * c)) > (d - (e - f)))")) == "a + b * c > d - (e - f)"


def test_a_checked_tree_is_plain_data_for_any_language() -> None:
    checked = check("round(n / k, 2) >= 0.10 and g in ['a']", world.SCOPE)
    data = msgspec.json.decode(msgspec.json.encode(checked.to_json()))
    assert data["type"] == "bool"
    assert data["ir"]["op"] == "and"
    quotient, limit = data["ir"]["args"][0]["args"]
    assert (quotient["op"], quotient["type"]) == ("round_div", "number")
    assert limit == {"op": "const", "value": "0.10", "type": "number", "at": [19, 23]}
    assert data["inputs"] == {"record": [["g"], ["k"], ["n"]]}


def test_every_part_knows_its_place_in_the_text() -> None:
    text = "s == '信风' and round(n, 2) > 1.5"
    tree = check(text, world.SCOPE).ir
    rounded = tree.args[1].args[0]
    assert text[slice(*rounded.at)] == "round(n, 2)"


def test_an_old_tree_still_evaluates() -> None:
    """Stored trees are a contract: this one was written by the first version."""
    from platform_core.expressions import Checked

    stored = {
        "text": "IF(n > 1, 'yes', 'no')", "type": "text", "inputs": {"record": [["n"]]},
        "ir": {"op": "if", "type": "text", "at": [0, 22], "args": [
            {"op": "gt", "type": "bool", "at": [3, 8], "args": [
                {"op": "path", "name": "record", "path": ["n"], "type": "number", "at": [3, 4]},
                {"op": "const", "value": "1", "type": "number", "at": [7, 8]}]},
            {"op": "const", "value": "yes", "type": "text", "at": [10, 15]},
            {"op": "const", "value": "no", "type": "text", "at": [17, 21]}]},
    }  # fmt: skip
    run = compile_python(Checked.from_json(stored))
    assert run(world.environment({"n": "2"})) == "yes"
    assert Checked.from_json(stored) == check("IF(n > 1, 'yes', 'no')", world.SCOPE)
