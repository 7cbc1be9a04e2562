"""Posted form fields to the nested shape that the API speaks.

`amount.currency=EUR` nests, `lines.x.qty=3` makes rows (in the order they stand on the page, whatever their keys),
`tags[]=a` makes lists (an empty `tags[]=` says "none"), a repeated plain name means the last one: an unticked box
sends its hidden `false`, a ticked one `true` after it.
"""

from __future__ import annotations

from collections.abc import Iterable

from litestar.datastructures import FormMultiDict

Nested = dict[str, object]

MAX_DEPTH = 6


def pairs(form: FormMultiDict) -> list[tuple[str, object]]:
    """The posted names and values in the order of the page; Litestar's own `multi_items` forgets that order."""
    return list(form.items())


def nest(pairs: Iterable[tuple[str, object]], *, rows: Iterable[str] = ()) -> Nested:
    """Nested values. Names in `rows` hold rows: their keys are dropped and only their order counts.

    A name deeper than six steps is ignored, as is one that contradicts an earlier name (`a=1` and `a.b=2`).
    """
    top: Nested = {}
    for name, value in pairs:
        path = name.split(".")
        if 0 < len(path) <= MAX_DEPTH and all(path):
            _put(top, path, value)
    for name in rows:
        held = top.get(name)
        if isinstance(held, dict):
            top[name] = list(held.values())
    return top


def _put(top: Nested, path: list[str], value: object) -> None:
    place = top
    for step in path[:-1]:
        inner = place.setdefault(step, {})
        if isinstance(inner, list) and not inner:
            inner = place[step] = {}
        if not isinstance(inner, dict):
            return
        place = inner
    last = path[-1]
    if not last.endswith("[]"):
        place[last] = value
        return
    held = place.setdefault(last[:-2], [])
    if isinstance(held, list) and value != "":
        held.append(value)
