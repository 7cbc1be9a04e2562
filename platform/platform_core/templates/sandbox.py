"""The Jinja environment of the child process: closed lists of filters, tests and globals, no attributes of values.

Imported in the child only. Values are plain JSON: dicts, lists, text, numbers, booleans, None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from platform_core import i18n

LONGEST_TEXT = 100_000
_BOUND_FILTERS = ("abs", "capitalize", "default", "d", "escape", "e", "first", "int", "join", "last", "length", "count",
                  "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select",
                  "selectattr", "sort", "sum", "title", "trim", "truncate", "unique", "upper", "wordcount")  # fmt: skip
_BOUND_TESTS = ("defined", "undefined", "none", "number", "string", "mapping", "iterable", "sequence", "boolean", "true",
                "false", "even", "odd", "divisibleby", "in", "eq", "equalto", "==", "ne", "!=", "lt", "lessthan", "<",
                "le", "<=", "gt", "greaterthan", ">", "ge", ">=", "sameas")  # fmt: skip
_MEASURED = frozenset({"join", "replace", "list"})


class Sandbox(ImmutableSandboxedEnvironment):
    """Refuses everything that is not on a list; `{{ a.b }}` is a key of a dict, never an attribute."""

    intercepted_binops = frozenset({"**", "*", "%", "+", "//"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers only where a text or list could grow without end."""
        if operator == "**" or (operator == "%" and isinstance(left, str)):
            raise SecurityError(f"'{operator}' is not allowed here")
        if operator == "*" and not (_is_number(left) and _is_number(right)):
            raise SecurityError("only numbers can be multiplied")
        if operator == "+" and _size(left) + _size(right) > LONGEST_TEXT:
            raise SecurityError("the text grows too long")
        if operator == "*" and max(_digits(left), _digits(right)) > 100:
            raise SecurityError("the number grows too large")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """None is: what a value has beside its keys is Python's business. `loop` shows its numbers."""
        return type(obj).__name__ == "LoopContext" and attr in {
            "index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "depth"
        }  # fmt: skip

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`a.b`: the key of a dict first, so that a value named "items" is found."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros of the template itself: nothing of ours can be called. What is undefined says so when it is."""
        return isinstance(obj, Undefined) or type(obj).__name__ in ("Macro", "LoopContext")


def environment(language: str, zone: str, *, html: bool) -> Sandbox:
    """The environment for one rendering in one language."""
    made = Sandbox(autoescape=html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _BOUND_FILTERS}
    for name in _MEASURED:
        made.filters[name] = _measured(made.filters[name])
    made.filters.update(_own_filters(language, zone))
    made.tests = {name: made.tests[name] for name in _BOUND_TESTS if name in made.tests}
    return made


def _own_filters(language: str, zone: str) -> dict[str, Callable[..., Any]]:
    def money(value: Any, places: int | None = None) -> str:
        """`{"amount": "1200.10", "currency": "EUR"}` as people write it."""
        if _blank(value):
            return ""
        if not isinstance(value, Mapping) or "amount" not in value or "currency" not in value:
            raise ValueError("money needs an amount and a currency")
        with i18n.speaking(language, zone):
            return i18n.format_money(_decimal(value["amount"]), str(value["currency"]))

    def number(value: Any, places: int | None = None) -> str:
        if _blank(value):
            return ""
        with i18n.speaking(language, zone):
            return i18n.format_number(_decimal(value), places=places)

    def day(value: Any) -> str:
        if _blank(value):
            return ""
        with i18n.speaking(language, zone):
            return i18n.format_date(_day(value, zone))

    def moment(value: Any) -> str:
        if _blank(value):
            return ""
        with i18n.speaking(language, zone):
            return i18n.format_datetime(datetime.fromisoformat(str(value)))

    def country(value: Any) -> str:
        with i18n.speaking(language, zone):
            return "" if _blank(value) else i18n.country_name(str(value))

    def lines(value: Any) -> Markup:
        """Text with its line breaks, for HTML."""
        return Markup("<br>").join(escape(line) for line in str(value).splitlines())

    return {
        "money": money,
        "number": number,
        "date": day,
        "datetime": moment,
        "country": country,
        "lines": lines,
    }


def _measured(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter, whose answer may not grow without end (`replace` of every letter by a thousand)."""

    def bounded(*args: Any, **named: Any) -> Any:
        for value in (*args, *named.values()):
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise SecurityError("the text grows too long")
        if (
            function.__name__ == "do_replace"
            and _size(args[-3]) * max(1, _size(args[-1])) > LONGEST_TEXT * 10
        ):
            raise SecurityError("the text grows too long")
        return function(*args, **named)

    for name in ("jinja_pass_arg", "jinja_async_variant"):
        if hasattr(function, name):
            setattr(bounded, name, getattr(function, name))
    return bounded


def _blank(value: Any) -> bool:
    return value is None or value == "" or isinstance(value, Undefined)


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as exc:
        raise ValueError(f"{str(value)[:40]!r} is not a number") from exc


def _day(value: Any, zone: str) -> date:
    text = str(value)
    if len(text) > 10:
        return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).date()
    return date.fromisoformat(text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple) else 0


def _digits(value: Any) -> int:
    return value.bit_length() // 3 if isinstance(value, int) else 0
