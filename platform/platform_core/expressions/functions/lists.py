"""Functions on lists: choices, users, links and the rows of a child table. Blank entries never count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, localcontext
from typing import Any, Final

from platform_core.expressions import arithmetic, sql_lists
from platform_core.expressions.environment import Env
from platform_core.expressions.functions.numbers import CURRENCIES_DIFFER
from platform_core.expressions.functions.spec import FunctionSpec, built_in
from platform_core.expressions.functions.text import text_of
from platform_core.expressions.ir import Node
from platform_core.expressions.limits import NUMBERS, require_list_length
from platform_core.expressions.types import Money
from platform_core.i18n import N_

EMPTY_LIST: Final = N_("The list has no entries.")


def present(values: Sequence[Any]) -> list[Any]:
    """The entries that are not blank; EvaluationError for more than a list may have."""
    require_list_length(len(values))
    return [value for value in values if value is not None]


def _count(values: Sequence[object]) -> int:
    return len(present(values))


def _count_true(values: Sequence[object]) -> int:
    return sum(value is True for value in present(values))


def _count_by_type(call: Node) -> Callable[..., object]:
    return _count_true if call.args[0].type == "list:bool" else _count


def _total(amounts: Iterable[Decimal | int]) -> Decimal:
    with localcontext(NUMBERS):
        return sum(map(arithmetic.decimal_of, amounts), Decimal(0))


def _sum(values: Sequence[Any]) -> Decimal:
    return _total(present(values))


def _sum_money(values: Sequence[Any], currency: str | None = None) -> Money | None:
    """The sum where all entries share a currency; of nothing it is zero in a fixed `currency`, else blank."""
    amounts: list[Money] = present(values)
    shared = amounts[0].currency if amounts else currency
    if shared is None or any(amount.currency != shared for amount in amounts):
        return None
    return Money(_total(amount.amount for amount in amounts), shared)


def _sum_by_type(call: Node) -> Callable[..., object]:
    if call.kind != "money":
        return _sum
    currency = call.type.partition(":")[2] or None
    return lambda values: _sum_money(values, currency)


def _average(values: Sequence[Any]) -> object:
    entries = present(values)
    if not entries:
        return None
    total = _sum_money(entries) if isinstance(entries[0], Money) else _total(entries)
    return None if total is None else arithmetic.quotient(total, len(entries))


def _any(values: Sequence[object]) -> bool:
    return any(value is True for value in present(values))


def _all(values: Sequence[object]) -> bool:
    return all(value is True for value in present(values))


def _first(values: Sequence[object]) -> object:
    return next(iter(present(values)), None)


def _last(values: Sequence[object]) -> object:
    return next(reversed(present(values)), None)


def _distinct(values: Sequence[Any]) -> tuple[object, ...]:
    return tuple(dict.fromkeys(present(values)))


def _join(env: Env, values: Sequence[object], separator: str = ", ") -> str:
    texts = [text_of(env, value) or "" for value in present(values)]
    parts = [part for text in texts for part in (separator, text)]
    return arithmetic.join_texts(parts[1:])


def includes(values: Sequence[object], value: object) -> bool:
    """Whether some entry equals `value`."""
    require_list_length(len(values))
    return value in values


FUNCTIONS: Final[tuple[FunctionSpec, ...]] = (
    built_in(
        "count", "lists", "(list: list:T) -> number", _count,
        "How many entries are not blank; of conditions, how many hold.", "非空条目数；若为条件，则为成立的个数。",
        ("COUNT(['a', 'b'])", "2"),
        es="Cuántos elementos no están vacíos; si son condiciones, cuántas se cumplen.",
        fr="Combien d’éléments ne sont pas vides ; pour des conditions, combien sont remplies.",
        ar="عدد العناصر غير الفارغة؛ وفي الشروط عدد ما تحقق منها.",
        specialise=_count_by_type,
        sql=sql_lists.count,
    ),
    built_in(
        "sum", "lists", "(list: list:N) -> N", _sum,
        "The entries added up.", "求和。",
        ("SUM([1, 2, 3])", "6"),
        es="La suma de los elementos.",
        fr="La somme des éléments.",
        ar="مجموع العناصر.",
        specialise=_sum_by_type, blank_because=CURRENCIES_DIFFER,
        sql=sql_lists.total,
    ),
    built_in(
        "avg", "lists", "(list: list:N) -> N", _average,
        "The average of the entries.", "平均值。",
        ("AVG([1, 2, 6])", "3"),
        es="El promedio de los elementos.",
        fr="La moyenne des éléments.",
        ar="متوسط العناصر.",
        blank_because=EMPTY_LIST,
    ),
    built_in(
        "any", "lists", "(list: list:bool) -> bool", _any,
        "True when at least one entry is true.", "至少一项为真时为真。",
        ("ANY([true, false])", "true"),
        es="Verdadero si al menos un elemento es verdadero.",
        fr="Vrai si au moins un élément est vrai.",
        ar="صحيح إذا كان عنصر واحد على الأقل صحيحًا.",
        sql=sql_lists.any_holds,
    ),
    built_in(
        "all", "lists", "(list: list:bool) -> bool", _all,
        "True when no entry is false.", "没有一项为假时为真。",
        ("ALL([true, false])", "false"),
        es="Verdadero si ningún elemento es falso.",
        fr="Vrai si aucun élément n’est faux.",
        ar="صحيح إذا لم يكن أي عنصر خاطئًا.",
        sql=sql_lists.all_hold,
    ),
    built_in(
        "first", "lists", "(list: list:T) -> T", _first,
        "The first entry that is not blank.", "第一个非空条目。",
        ("FIRST(['a', 'b'])", "a"),
        es="El primer elemento que no está vacío.",
        fr="Le premier élément qui n’est pas vide.",
        ar="أول عنصر غير فارغ.",
        blank_because=EMPTY_LIST,
    ),
    built_in(
        "last", "lists", "(list: list:T) -> T", _last,
        "The last entry that is not blank.", "最后一个非空条目。",
        ("LAST(['a', 'b'])", "b"),
        es="El último elemento que no está vacío.",
        fr="Le dernier élément qui n’est pas vide.",
        ar="آخر عنصر غير فارغ.",
        blank_because=EMPTY_LIST,
    ),
    built_in(
        "distinct", "lists", "(list: list:T) -> list:T", _distinct,
        "The list without repetitions.", "去掉重复条目。",
        ("COUNT(DISTINCT(['a', 'b', 'a']))", "2"),
        es="La lista sin repeticiones.",
        fr="La liste sans répétitions.",
        ar="القائمة من دون تكرار.",
        sql=sql_lists.distinct,
    ),
    built_in(
        "join", "lists", "(list: list:T, separator: text =) -> text", _join,
        "The entries in one text, with a comma or the given sign between them.", "把条目连成一段文本，可指定分隔符。",
        ("JOIN(['a', 'b'], '/')", "a/b"),
        es="Los elementos en un solo texto, separados por una coma o por el signo indicado.",
        fr="Les éléments en un seul texte, séparés par une virgule ou par le signe indiqué.",
        ar="العناصر في نص واحد تفصل بينها فاصلة أو العلامة المعطاة.",
        needs_env=True,
    ),
    built_in(
        "includes", "lists", "(list: list:T, value: T) -> bool", includes,
        "True when the value is one of the entries.", "列表含有该值时为真。",
        ("INCLUDES(['a', 'b'], 'b')", "true"),
        es="Verdadero si el valor es uno de los elementos.",
        fr="Vrai si la valeur est l’un des éléments.",
        ar="صحيح إذا كانت القيمة أحد العناصر.",
        sql=sql_lists.includes,
    ),
)  # fmt: skip
