"""SQL of functions that choose, ask about blanks, and pick the smallest or largest of some values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_core.expressions import sql_amounts, sql_lists, sql_numbers
from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.ir import Node
from platform_core.expressions.sql_compare import amount_of, as_piece, both_of, by_code_point, ordered
from platform_core.expressions.sql_reasons import NO_AMOUNT_COMPARISON
from platform_core.expressions.sql_values import Piece, Value, comma, condition_value, piece

if TYPE_CHECKING:
    from platform_core.expressions.sql_writer import Writer


def blank(writer: Writer, node: Node) -> Value:
    argument = node.args[0]
    if argument.kind == "list":
        return condition_value(sql_lists.no_entries(writer, argument))
    value = writer.value(argument)
    if value.kind == "text":
        return condition_value(piece("({0} IS NULL OR {0} = '')", value.sql))
    return condition_value(piece("({} IS NULL)", value.sql))


def coalesce(writer: Writer, node: Node) -> Value:
    return sql_amounts.coalesce(writer, node)


def between(writer: Writer, node: Node) -> Value:
    """Unknown as soon as one of the three is blank, or in two currencies."""
    value, low, high = (writer.value(part) for part in node.args)
    if value.is_blank or low.is_blank or high.is_blank:
        return condition_value(None)
    above = ordered(writer, "ge", value, low, exact=writer.exact)
    below = ordered(writer, "le", value, high, exact=writer.exact)
    if above is None or below is None:
        return condition_value(None)
    if not writer.exact or not (isinstance(above, Piece) or isinstance(below, Piece)):
        return condition_value(both_of(above, below))
    one, other = as_piece(above), as_piece(below)
    return condition_value(
        piece("CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL ELSE {0} AND {1} END", one, other)
    )


def smallest(writer: Writer, node: Node) -> Value:
    return _extreme(writer, node, "MIN")


def largest(writer: Writer, node: Node) -> Value:
    return _extreme(writer, node, "MAX")


def _extreme(writer: Writer, node: Node, which: str) -> Value:
    if len(node.args) == 1 and node.args[0].kind == "list":
        return sql_lists.extreme(writer, node, which)
    return _of_values(writer, [writer.value(part) for part in node.args], node.kind, which)


def _of_values(writer: Writer, values: list[Value], kind: str, which: str) -> Value:
    """The smallest or largest of values that stand side by side; blank as soon as one of them is."""
    if kind == "money":
        raise NotSqlable(NO_AMOUNT_COMPARISON)
    if any(value.is_blank for value in values):
        return Value(kind=kind, known=True, constant=None)
    if len(values) == 1:
        return values[0]
    if kind == "number":
        ready = sql_numbers.aligned(writer, values)
        sql = _pick(writer, [value.sql for value in ready], which, "")
        return Value(
            kind=kind,
            sql=sql,
            scale=max(value.scale for value in ready),
            digits=max(value.digits for value in ready),
        )
    pieces = [sql_amounts.plain(writer, value) for value in values]
    return Value(
        kind=kind,
        sql=_pick(writer, pieces, which, by_code_point(writer, values[0])),
        storage=values[0].storage,
    )


def _pick(writer: Writer, pieces: list[Piece], which: str, collation: str) -> Piece:
    if writer.dialect == "sqlite":
        return piece(f"{which.lower()}({{}})", comma(pieces))
    # LEAST and GREATEST pass over NULLs; a blank argument must make the result blank.
    blank_one = piece(" OR ".join(["{} IS NULL"] * len(pieces)), *pieces)
    name = "LEAST" if which == "MIN" else "GREATEST"
    collated = [piece(f"{{}}{collation}", each) for each in pieces]
    return piece(f"CASE WHEN {{}} THEN NULL ELSE {name}({{}}) END", blank_one, comma(collated))


def clamp(writer: Writer, node: Node) -> Value:
    value, low, high = (writer.value(part) for part in node.args)
    raised = _of_values(writer, [value, low], node.kind, "MAX")
    return _of_values(writer, [raised, high], node.kind, "MIN")


def modulo(writer: Writer, node: Node) -> Value:
    values = [writer.value(part) for part in node.args]
    if any(value.is_blank for value in values):
        return Value(kind="number", known=True, constant=None)
    return sql_numbers.arithmetic(writer, "mod", values)


def absolute(writer: Writer, node: Node) -> Value:
    return _on_number(writer, node, "abs({})", None)


def ceiling(writer: Writer, node: Node) -> Value:
    return _on_number(writer, node, "ceil({})", "tw_ceil({}, {scale})")


def floor(writer: Writer, node: Node) -> Value:
    return _on_number(writer, node, "floor({})", "tw_floor({}, {scale})")


def rounded(writer: Writer, node: Node) -> Value:
    digits = sql_numbers.digits_argument(writer, node, 1)
    if digits is None:
        return Value(kind=node.kind, known=True, constant=None)
    return _on_number(
        writer, node, f"round({{}}, {digits})", f"tw_round({{}}, {{scale}}, {digits})", scale=max(digits, 0)
    )


def _on_number(writer: Writer, node: Node, general: str, whole: str | None, scale: int = 0) -> Value:
    """A function of one number, or of the amount of money. `whole`: SQLite's form for numbers with decimals."""
    value = writer.value(node.args[0])
    if value.is_blank:
        return Value(kind=node.kind, known=True, constant=None)
    number = sql_numbers.settled(writer, amount_of(value) if value.kind == "money" else value)
    if writer.dialect == "sqlite" and whole is not None:
        if number.scale <= scale and "round" not in whole:
            result = number
        else:
            sql = piece(whole.replace("{scale}", str(number.scale)), number.sql)
            result = Value(kind="number", sql=sql, scale=min(scale, number.scale), digits=number.digits)
    else:
        kept = number.scale if whole is None else min(scale, number.scale)
        result = Value(kind="number", sql=piece(general, number.sql), scale=kept, digits=number.digits + 1)
    if value.kind != "money":
        return sql_numbers.fitted(writer, result)
    return sql_amounts.as_money(sql_numbers.fitted(writer, result), value.currency)
