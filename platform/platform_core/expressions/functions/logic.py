"""Functions that choose, and those that ask about blanks and ranges."""

from __future__ import annotations

from typing import Any, Final

from platform_core.expressions import arithmetic, sql_logic
from platform_core.expressions.functions.spec import FunctionSpec, built_in


def is_blank(value: object) -> bool:
    """True for None, "" and an empty list."""
    return value is None or value == "" or value == () or value == []


def coalesce(*values: object) -> object:
    """The first value that is not blank; an empty text is blank too."""
    return next((value for value in values if not is_blank(value)), None)


def between(value: Any, low: Any, high: Any) -> bool | None:
    above = arithmetic.compare(low, value, lambda a, b: bool(a <= b))  # type: ignore[operator]  # ordered by the checker
    below = arithmetic.compare(value, high, lambda a, b: bool(a <= b))  # type: ignore[operator]  # as above
    return None if above is None or below is None else above and below


def _chosen(condition: object, then: object, otherwise: object) -> object:
    return then if condition is True else otherwise


FUNCTIONS: Final[tuple[FunctionSpec, ...]] = (
    built_in(
        "blank", "logic", "(value: T) -> bool", is_blank,
        "True when the value is missing, an empty text or an empty list.",
        "值缺失、为空文本或空列表时为真。",
        ("BLANK('')", "true"), ("BLANK(0)", "false"),
        es="Verdadero si el valor falta, es un texto vacío o una lista vacía.",
        fr="Vrai si la valeur manque, est un texte vide ou une liste vide.",
        ar="صحيح إذا كانت القيمة مفقودة أو نصًا فارغًا أو قائمة فارغة.",
        nulls="handles",
        sql=sql_logic.blank,
    ),
    built_in(
        "coalesce", "logic", "(values...: T) -> T", coalesce,
        "The first of the values that is not blank.",
        "返回第一个非空的值。",
        ("COALESCE(null, '', 'x')", "x"),
        es="El primero de los valores que no está vacío.",
        fr="La première des valeurs qui n’est pas vide.",
        ar="أول قيمة غير فارغة من بين القيم.",
        nulls="handles",
        sql=sql_logic.coalesce,
    ),
    built_in(
        "if", "logic", "(condition: bool, then: T, otherwise: T) -> T", _chosen,
        "One value when the condition holds, the other when it does not or is unknown.",
        "条件成立时取前一个值，否则（或无法判断时）取后一个值。",
        ("IF(2 > 1, 'yes', 'no')", "yes"), ("IF(null > 1, 'yes', 'no')", "no"),
        es="Un valor si se cumple la condición; el otro si no se cumple o no se sabe.",
        fr="Une valeur si la condition est remplie, l’autre si elle ne l’est pas ou reste inconnue.",
        ar="القيمة الأولى إذا تحقق الشرط، والأخرى إذا لم يتحقق أو كان مجهولًا.",
        nulls="handles",
    ),
    built_in(
        "between", "logic", "(value: O, low: O, high: O) -> bool", between,
        "True when the value is neither below the low nor above the high end.",
        "值在下限与上限之间（含两端）时为真。",
        ("BETWEEN(5, 1, 5)", "true"), ("BETWEEN(6, 1, 5)", "false"),
        es="Verdadero si el valor no está por debajo del mínimo ni por encima del máximo.",
        fr="Vrai si la valeur n’est ni sous la limite basse ni au-dessus de la limite haute.",
        ar="صحيح إذا كانت القيمة لا تقل عن الحد الأدنى ولا تزيد على الحد الأعلى.",
        sql=sql_logic.between,
    ),
)  # fmt: skip
