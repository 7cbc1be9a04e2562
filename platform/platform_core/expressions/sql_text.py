"""SQL of functions on text that a template cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.ir import Node
from platform_core.expressions.patterns import SPACES, require_pattern_length
from platform_core.expressions.sql_binding import bound
from platform_core.expressions.sql_reasons import NO_FUNCTION
from platform_core.expressions.sql_values import Piece, Value, condition_value, piece
from platform_core.i18n import N_

if TYPE_CHECKING:
    from platform_core.expressions.sql_writer import Writer

_LAST_CODE_POINT = 0x10FFFF


def trim(writer: Writer, node: Node) -> Value:
    value = writer.value(node.args[0])
    name = "trim" if writer.dialect == "sqlite" else "btrim"
    spaces = bound(writer.dialect, "text", SPACES)
    return Value(kind="text", sql=piece(f"{name}({{}}, {{}})", writer.text(value), spaces))


def contains(writer: Writer, node: Node) -> Value:
    text, part = writer.value(node.args[0]), writer.value(node.args[1])
    if text.is_blank or part.is_blank:
        return condition_value(None)
    if writer.dialect == "postgresql" and part.known:
        pattern = f"%{_escaped(part.constant)}%"  # LIKE, not strpos: a trigram index can answer it
        return condition_value(piece("({} LIKE {})", writer.text(text), bound("postgresql", "text", pattern)))
    search = "(instr({}, {}) > 0)" if writer.dialect == "sqlite" else "(strpos({}, {}) > 0)"
    return condition_value(piece(search, writer.text(text), writer.text(part)))


def starts_with(writer: Writer, node: Node) -> Value:
    """With a known start a range of code points, which an ordinary index answers."""
    text, start = writer.value(node.args[0]), writer.value(node.args[1])
    if text.is_blank or start.is_blank:
        return condition_value(None)
    sql = writer.text(text)
    if start.known:
        return condition_value(_range(writer, sql, start.constant))
    if writer.dialect == "sqlite":
        return condition_value(piece("(substr({0}, 1, length({1})) = {1})", sql, start.sql))
    return condition_value(piece("(left({0}, char_length({1})) = {1})", sql, writer.text(start)))


def _range(writer: Writer, sql: Piece, start: str) -> Piece:
    collation = ' COLLATE "C"' if writer.dialect == "postgresql" else ""
    if not start:
        return piece("({0} = {0})", sql)
    above = piece(f"{{}}{collation} >= {{}}", sql, bound(writer.dialect, "text", start))
    end = _after(start)
    if end is None:
        return piece("({})", above)
    return piece(f"({{}} AND {{}}{collation} < {{}})", above, sql, bound(writer.dialect, "text", end))


def _after(start: str) -> str | None:
    """The first text, by code points, that is above every text beginning with `start`."""
    while start and ord(start[-1]) == _LAST_CODE_POINT:
        start = start[:-1]
    if not start:
        return None
    following = ord(start[-1]) + 1
    return start[:-1] + chr(0xE000 if 0xD800 <= following <= 0xDFFF else following)


def ends_with(writer: Writer, node: Node) -> Value:
    text, end = writer.value(node.args[0]), writer.value(node.args[1])
    if text.is_blank or end.is_blank:
        return condition_value(None)
    form = "tw_ends_with({0}, {1})" if writer.dialect == "sqlite" else "(right({0}, char_length({1})) = {1})"
    return condition_value(piece(form, writer.text(text), writer.text(end)))


def same_text(writer: Writer, node: Node) -> Value:
    """By the case-folded shadow column; databases fold letters in their own ways."""
    text, other = writer.value(node.args[0]), writer.value(node.args[1])
    if text.is_blank or other.is_blank:
        return condition_value(None)
    return condition_value(piece("({} = {})", _folded(writer, text), _folded(writer, other)))


def _folded(writer: Writer, value: Value) -> Piece:
    if value.known:
        return bound(writer.dialect, "text", str(value.constant).casefold())
    if value.folded is None:
        raise NotSqlable(N_("SAME_TEXT works in a filter on searchable text fields only."))
    return Piece(value.folded)


def like(writer: Writer, node: Node) -> Value:
    text, pattern = writer.value(node.args[0]), writer.value(node.args[1])
    if text.is_blank or pattern.is_blank:
        return condition_value(None)
    if not pattern.known:
        raise NotSqlable(N_("The pattern of LIKE must be the same for every row."))
    require_pattern_length(pattern.constant)
    pieces = pattern.constant.split("*")
    if writer.dialect == "sqlite":
        glob = "*".join(part.replace("[", "[[]").replace("?", "[?]") for part in pieces)
        return condition_value(piece("({} GLOB {})", writer.text(text), bound("sqlite", "text", glob)))
    escaped = "%".join(map(_escaped, pieces))
    return condition_value(piece("({} LIKE {})", writer.text(text), bound("postgresql", "text", escaped)))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def concat(writer: Writer, node: Node) -> Value:
    """Texts put together; a blank counts as an empty one."""
    values = [value for part in node.args if not (value := writer.value(part)).is_blank]
    present = [
        writer.text(value) if value.known else piece("COALESCE({}, '')", writer.text(value))
        for value in values
    ]
    if len(present) == 1:
        return Value(kind="text", sql=present[0], nullable=False)
    return Value(
        kind="text", sql=piece("(" + " || ".join(["{}"] * len(present)) + ")", *present), nullable=False
    )


def as_text(writer: Writer, node: Node) -> Value:
    """TEXT of what is stored as text anyway: texts, choices and ids."""
    value = writer.value(node.args[0])
    if value.kind not in ("text", "choice", "ref", "user"):
        raise NotSqlable(NO_FUNCTION)
    return Value(kind="text", sql=writer.text(value), nullable=value.nullable)
