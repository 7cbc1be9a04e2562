"""SQL of functions on dates and moments.

Reading a moment on a zone's clock is exact on both engines (`AT TIME ZONE`; a registered function on SQLite). Turning a
clock time back into a moment is not, where clocks are set back, so moving a moment of the record is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_core.expressions import sql_amounts, sql_numbers
from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.ir import Node
from platform_core.expressions.sql_binding import bound
from platform_core.expressions.sql_reasons import NO_FUNCTION, NO_WALL_CLOCK
from platform_core.expressions.sql_values import Piece, SqlEmitter, Value, piece

if TYPE_CHECKING:
    from platform_core.expressions.sql_writer import Writer

_SPAN: Final = 4_000_000
_SQLITE_PARTS: Final = {
    "year": "CAST(substr({}, 1, 4) AS INTEGER)",
    "month": "CAST(substr({}, 6, 2) AS INTEGER)",
    "day": "CAST(substr({}, 9, 2) AS INTEGER)",
    "weekday": "tw_weekday({})",
    "week": "tw_week({})",
}
_POSTGRESQL_PARTS: Final = {"weekday": "isodow", "week": "week"}
_STEPS: Final = {
    "day": "1 day",
    "week": "7 days",
    "month": "1 month",
    "quarter": "3 months",
    "year": "1 year",
}


def day(writer: Writer, value: Value) -> Piece:
    """The calendar day of a date or moment, in the zone of the evaluation."""
    sql = sql_amounts.plain(writer, value)
    if value.kind != "datetime":
        return sql
    zone = bound(writer.dialect, "text", writer.env.zone.key)
    if writer.dialect == "sqlite":
        return piece("tw_local_day({}, {})", sql, zone)
    return piece("CAST({} AT TIME ZONE {} AS date)", sql, zone)


def part(name: str) -> SqlEmitter:
    """The emitter of YEAR, MONTH, …: a number read from the day."""

    def write(writer: Writer, node: Node) -> Value:
        sql = day(writer, writer.value(node.args[0]))
        if writer.dialect == "sqlite":
            return _whole(writer, piece(_SQLITE_PARTS[name], sql))
        return _whole(
            writer, piece(f"CAST(extract({_POSTGRESQL_PARTS.get(name, name)} FROM {{}}) AS bigint)", sql)
        )

    return write


def hour(writer: Writer, node: Node) -> Value:
    value = writer.value(node.args[0])
    if value.kind != "datetime":
        return _whole(writer, _hour_of_time(writer, value))
    zone = bound(writer.dialect, "text", writer.env.zone.key)
    sql = sql_amounts.plain(writer, value)
    if writer.dialect == "sqlite":
        return _whole(writer, piece("tw_local_hour({}, {})", sql, zone))
    return _whole(writer, piece("CAST(extract(hour FROM {} AT TIME ZONE {}) AS bigint)", sql, zone))


def _hour_of_time(writer: Writer, value: Value) -> Piece:
    kind = "INTEGER" if writer.dialect == "sqlite" else "bigint"
    return piece(f"CAST(substr({{}}, 1, 2) AS {kind})", sql_amounts.plain(writer, value))


def _whole(writer: Writer, sql: Piece) -> Value:
    return Value(kind="number", sql=sql, digits=7, whole=writer.dialect == "postgresql", storage="int")


def date(writer: Writer, node: Node) -> Value:
    """DATE of a moment; other dates are made of constants."""
    value = writer.value(node.args[0])
    if value.kind != "datetime":
        raise NotSqlable(NO_FUNCTION)
    return Value(kind="date", sql=day(writer, value), storage="date")


def days_between(writer: Writer, node: Node) -> Value:
    start, end = (writer.value(each) for each in node.args)
    if start.is_blank or end.is_blank:
        return Value(kind="number", known=True, constant=None)
    first, last = (Value(kind="date", sql=day(writer, each), storage="date") for each in (start, end))
    return sql_amounts.days(writer, first, last)


def hours_between(writer: Writer, node: Node) -> Value:
    return sql_amounts.hours(writer, node)


def add_days(writer: Writer, node: Node) -> Value:
    return _moved(writer, node, "tw_add_days({}, {})", "({} + {})")


def add_months(writer: Writer, node: Node) -> Value:
    return _moved(writer, node, "tw_add_months({}, {})", "CAST({} + make_interval(months => {}) AS date)")


def _moved(writer: Writer, node: Node, sqlite: str, postgresql: str) -> Value:
    start, count = (writer.value(each) for each in node.args)
    if start.kind == "datetime":
        raise NotSqlable(NO_WALL_CLOCK)
    if start.is_blank or count.is_blank:
        return Value(kind="date", known=True, constant=None)
    step = sql_numbers.whole_argument(writer, count, -_SPAN, _SPAN)
    form = sqlite if writer.dialect == "sqlite" else postgresql
    return Value(kind="date", sql=piece(form, sql_amounts.plain(writer, start), step), storage="date")


def start_of(writer: Writer, node: Node) -> Value:
    return _edge(writer, node, "tw_start_of", "")


def end_of(writer: Writer, node: Node) -> Value:
    unit = str(node.args[0].value)
    return _edge(writer, node, "tw_end_of", f" + interval '{_STEPS[unit]}' - interval '1 day'")


def _edge(writer: Writer, node: Node, function: str, onward: str) -> Value:
    unit, value = str(node.args[0].value), writer.value(node.args[1])
    if value.kind == "datetime":
        raise NotSqlable(NO_WALL_CLOCK)
    if writer.dialect == "sqlite":
        return Value(kind="date", sql=piece(f"{function}('{unit}', {{}})", value.sql), storage="date")
    truncated = f"CAST(date_trunc('{unit}', CAST({{}} AS timestamp)){onward} AS date)"
    return Value(kind="date", sql=piece(truncated, value.sql), storage="date")
