"""A plan item as a sentence for the reader."""

from __future__ import annotations

from platform_core import i18n
from platform_core.definitions.model import PlanItem


def sentence(item: PlanItem) -> str:
    """The message in the reader's language; numbers are written as people there write them.

    `{count}` and `{total}` may stand in a message without being repeated in its params.
    """
    numbers = {"count": item.count, "total": item.total}
    params = {name: value for name, value in numbers.items() if value is not None} | item.params
    return i18n._(item.message, **{name: _written(value) for name, value in params.items()})


def _written(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return i18n.format_number(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value
