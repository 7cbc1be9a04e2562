"""Whether one condition rules out or contains another, as far as that can be read off: by their parts."""

from __future__ import annotations

from collections.abc import Iterator

from platform_core.expressions import Node

_OPPOSITE = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}


def implies(one: Node, other: Node) -> bool:
    """Whether `other` certainly holds wherever `one` does."""
    parts = {_key(part) for part in _parts(one)}
    if all(_key(part) in parts for part in _parts(other)):
        return True
    allowed = {path: values for part in _parts(one) for path, values in _allowed(part)}
    wanted = [found for part in _parts(other) for found in _allowed(part)]
    if len(wanted) != sum(1 for _part in _parts(other)):
        return False
    return all(path in allowed and allowed[path] <= values for path, values in wanted)


def excludes(one: Node, other: Node) -> bool:
    """Whether the two certainly never hold at once."""
    left, right = list(_parts(one)), list(_parts(other))
    keys = {_key(part) for part in right}
    if any(_key(opposite) in keys for part in left for opposite in _opposites(part)):
        return True
    wanted = {path: values for part in right for path, values in _allowed(part)}
    return any(
        path in wanted and not values & wanted[path] for part in left for path, values in _allowed(part)
    )


def _parts(node: Node) -> Iterator[Node]:
    """What has to hold, each for itself."""
    if node.op == "and":
        for part in node.args:
            yield from _parts(part)
    else:
        yield node


def _opposites(node: Node) -> Iterator[Node]:
    if node.op == "not":
        yield node.args[0]
        return
    yield Node("not", (node,), type=node.type)
    if node.op in _OPPOSITE:
        yield Node(_OPPOSITE[node.op], node.args, type=node.type)


def _allowed(node: Node) -> Iterator[tuple[str, frozenset[object]]]:
    """The field that must have one of a few values, and these."""
    if node.op not in ("eq", "in") or len(node.args) != 2:
        return
    left, right = node.args
    if node.op == "eq" and left.op == "const":
        left, right = right, left
    if left.op != "path" or left.name != "record":
        return
    if right.op == "const" and node.op == "eq":
        yield left.key, frozenset([right.value])
    elif right.op == "list":
        yield left.key, frozenset(part.value for part in right.args)


def _key(node: Node) -> tuple[object, ...]:
    """A name for a tree, wherever it stands in its text."""
    return (node.op, node.name, node.path, node.value, tuple(_key(part) for part in node.args))
