"""Functions on numbers and money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from platform_core.expressions import arithmetic, sql_logic
from platform_core.expressions.arithmetic import Number
from platform_core.expressions.functions.spec import FunctionSpec, built_in
from platform_core.expressions.ir import Node
from platform_core.expressions.limits import NUMBERS, require_list_length
from platform_core.expressions.types import Money
from platform_core.i18n import N_

DIVIDED_BY_ZERO: Final = N_("A division by zero has no result.")
CURRENCIES_DIFFER: Final = N_("The amounts are in different currencies.")


def on_amount(operation: Callable[..., Decimal | None]) -> Callable[..., object]:
    """`operation` on a number, or on the amount of money."""

    def apply(value: object, *rest: object) -> object:
        if not isinstance(value, Money):
            return operation(value, *rest)
        amount = operation(value.amount, *rest)
        return None if amount is None else Money(amount, value.currency)

    return apply


def _absolute(value: Number) -> Decimal:
    return NUMBERS.abs(value)


def _rounded(value: Number, digits: Number = 0) -> Decimal:
    return arithmetic.round_to(value, digits)


def _rounded_even(value: Number, digits: Number = 0) -> Decimal:
    return arithmetic.round_even(value, digits)


def percent(part: object, total: object) -> object:
    """part / total * 100; blank for a total of zero."""
    ratio = arithmetic.quotient(arithmetic.multiply(part, Decimal(100)), total)
    return ratio


def extreme(pick: Callable[..., Any]) -> Callable[[Sequence[Any]], object]:
    """The smallest or largest of some values that are not blank; blank for none and for mixed currencies."""

    def choose(values: Sequence[Any]) -> object:
        require_list_length(len(values))
        present = [value for value in values if value is not None]
        if not present:
            return None
        if isinstance(present[0], Money):
            if len({value.currency for value in present}) > 1:
                return None
            return pick(present, key=lambda value: value.amount)
        return pick(present)

    return choose


def _of_list_or_arguments(pick: Callable[..., Any]) -> tuple[Callable[..., object], Callable[[Node], Any]]:
    choose = extreme(pick)

    def of_arguments(*values: object) -> object:
        return choose(values)

    def specialise(call: Node) -> Callable[..., object]:
        return choose if len(call.args) == 1 and call.args[0].kind == "list" else of_arguments

    return of_arguments, specialise


_smallest, _smallest_by_type = _of_list_or_arguments(min)
_largest, _largest_by_type = _of_list_or_arguments(max)


def clamp(value: object, low: object, high: object) -> object:
    """`low` where the value is below it, else `high` where it is above that."""
    raised = _largest(value, low)
    return None if raised is None else _smallest(raised, high)


FUNCTIONS: Final[tuple[FunctionSpec, ...]] = (
    built_in(
        "abs", "numbers", "(value: N) -> N", on_amount(_absolute),
        "The value without its sign.", "绝对值。",
        ("ABS(-3)", "3"),
        es="El valor sin su signo.",
        fr="La valeur sans son signe.",
        ar="القيمة من دون إشارتها.",
        sql=sql_logic.absolute,
    ),
    built_in(
        "ceil", "numbers", "(value: N) -> N", on_amount(arithmetic.ceiling),
        "The next whole number upwards.", "向上取整。",
        ("CEIL(2.1)", "3"), ("CEIL(-2.1)", "-2"),
        es="El siguiente número entero hacia arriba.",
        fr="Le nombre entier immédiatement supérieur.",
        ar="أقرب عدد صحيح إلى الأعلى.",
        sql=sql_logic.ceiling,
    ),
    built_in(
        "floor", "numbers", "(value: N) -> N", on_amount(arithmetic.floor),
        "The next whole number downwards.", "向下取整。",
        ("FLOOR(2.9)", "2"), ("FLOOR(-2.1)", "-3"),
        es="El siguiente número entero hacia abajo.",
        fr="Le nombre entier immédiatement inférieur.",
        ar="أقرب عدد صحيح إلى الأسفل.",
        sql=sql_logic.floor,
    ),
    built_in(
        "round", "numbers", "(value: N, digits: number =) -> N", on_amount(_rounded),
        "Rounded to so many decimals (0 if not given), halves away from zero.",
        "四舍五入到指定小数位（默认 0 位）。",
        ("ROUND(2.345, 2)", "2.35"), ("ROUND(-2.5)", "-3"), ("ROUND(1250, -2)", "1300"),
        es="Redondeado a tantos decimales (0 si no se indica); las mitades se alejan del cero.",
        fr="Arrondi à ce nombre de décimales (0 si rien n’est indiqué), les moitiés en s’éloignant de zéro.",
        ar="القيمة مقرّبة إلى عدد المنازل العشرية المعطى (0 إن لم يُذكر)، والأنصاف تُقرَّب بعيدًا عن الصفر.",
        sql=sql_logic.rounded,
    ),
    built_in(
        "round_even", "numbers", "(value: N, digits: number =) -> N", on_amount(_rounded_even),
        "Rounded to so many decimals, halves to the even digit.", "四舍六入五成双。",
        ("ROUND_EVEN(2.5)", "2"), ("ROUND_EVEN(3.5)", "4"),
        es="Redondeado a tantos decimales; las mitades, a la cifra par.",
        fr="Arrondi à ce nombre de décimales, les moitiés vers le chiffre pair.",
        ar="القيمة مقرّبة إلى عدد المنازل العشرية المعطى، والأنصاف تُقرَّب إلى الرقم الزوجي.",
    ),
    built_in(
        "min", "numbers", ("(list: list:O) -> O", "(values...: O) -> O"), _smallest,
        "The smallest of the values, or of a list; in a list blanks do not count.",
        "最小值；列表中的空值不计。",
        ("MIN(3, 1, 2)", "1"),
        es="El menor de los valores, o de una lista; en una lista no cuentan los vacíos.",
        fr="La plus petite des valeurs, ou d’une liste ; dans une liste, les vides ne comptent pas.",
        ar="أصغر القيم، أو أصغر ما في القائمة؛ ولا تُحسب الفراغات في القائمة.",
        specialise=_smallest_by_type, blank_because=CURRENCIES_DIFFER,
        sql=sql_logic.smallest,
    ),
    built_in(
        "max", "numbers", ("(list: list:O) -> O", "(values...: O) -> O"), _largest,
        "The largest of the values, or of a list; in a list blanks do not count.",
        "最大值；列表中的空值不计。",
        ("MAX(3, 1, 2)", "3"),
        es="El mayor de los valores, o de una lista; en una lista no cuentan los vacíos.",
        fr="La plus grande des valeurs, ou d’une liste ; dans une liste, les vides ne comptent pas.",
        ar="أكبر القيم، أو أكبر ما في القائمة؛ ولا تُحسب الفراغات في القائمة.",
        specialise=_largest_by_type, blank_because=CURRENCIES_DIFFER,
        sql=sql_logic.largest,
    ),
    built_in(
        "mod", "numbers", "(value: number, by: number) -> number", arithmetic.modulo,
        "What is left after dividing; it has the sign of the divisor.", "求余数，符号与除数相同。",
        ("MOD(7, 3)", "1"), ("MOD(-7, 3)", "2"),
        es="Lo que queda tras dividir; lleva el signo del divisor.",
        fr="Ce qui reste après la division ; du signe du diviseur.",
        ar="باقي القسمة، وإشارته إشارة المقسوم عليه.",
        blank_because=DIVIDED_BY_ZERO,
        sql=sql_logic.modulo,
    ),
    built_in(
        "clamp", "numbers", "(value: O, low: O, high: O) -> O", clamp,
        "The value, but not below the low and not above the high end.", "把值限制在上下限之间。",
        ("CLAMP(12, 0, 10)", "10"),
        es="El valor, pero no por debajo del mínimo ni por encima del máximo.",
        fr="La valeur, mais ni sous la limite basse ni au-dessus de la limite haute.",
        ar="القيمة، على ألا تقل عن الحد الأدنى ولا تزيد على الحد الأعلى.",
        blank_because=CURRENCIES_DIFFER,
        sql=sql_logic.clamp,
    ),
    built_in(
        "percent", "numbers", "(part: N, total: N) -> number", percent,
        "How many percent of the total the part is.", "部分占总数的百分比。",
        ("PERCENT(1, 4)", "25"),
        es="Qué porcentaje del total es la parte.",
        fr="Combien de pour cent du total la partie représente.",
        ar="النسبة المئوية للجزء من المجموع.",
        blank_because=N_("A share of zero, or of another currency, has no result."),
    ),
    built_in(
        "money", "numbers", "(amount: number, currency: text) -> money", lambda amount, currency: Money(
            arithmetic.decimal_of(amount), currency
        ),
        "An amount in a currency.", "金额与币种。",
        ("MONEY(12.5, 'EUR')", "12.5 EUR"),
        es="Un importe en una moneda.",
        fr="Un montant dans une devise.",
        ar="مبلغ بعملة معينة.",
    ),
)  # fmt: skip
