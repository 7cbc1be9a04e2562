"""The order in which rules fill fields in, and circles among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from form_engine.definition import FormDef, RuleDef
from platform_core.expressions import Checked


def circle_of(definition: FormDef, checked: Mapping[str, Checked]) -> tuple[str, ...] | None:
    """Fields that set each other in a circle; None where there is none. A field that is made from itself alone
    (`UPPER(code)`) is no circle: it is filled in once per save."""
    reads = _reads(definition, checked)
    done: set[str] = set()
    for start in reads:
        found = _search(start, reads, [], done)
        if found is not None:
            return found
    return None


def in_order(definition: FormDef, checked: Mapping[str, Checked]) -> list[RuleDef]:
    """The rules that set something, those first whose values others read; else as they are written."""
    setting = [rule for rule in definition.rules if rule.set]
    reads = _reads(definition, checked)
    place: dict[str, int] = {}

    def rank(path: str) -> int:
        if path not in place:
            place[path] = 0  # also what keeps a circle from going round
            place[path] = 1 + max((rank(each) for each in reads.get(path, ()) if each != path), default=0)
        return place[path]

    return sorted(setting, key=lambda rule: max(rank(path) for path in rule.set))


def _reads(definition: FormDef, checked: Mapping[str, Checked]) -> dict[str, list[str]]:
    """For each path that some rule sets the other such paths that it is made from."""
    found: dict[str, set[str]] = {}
    for rule in definition.rules:
        for path in rule.set:
            made_from = found.setdefault(path, set())
            for name in (f"rule.{rule.id}.when", f"rule.{rule.id}.set.{path}"):
                each = checked.get(name)
                made_from |= {".".join(read[:2]) for read in each.paths} if each is not None else set()
                made_from |= {read[0] for read in each.paths} if each is not None else set()
    return {path: sorted(made_from & found.keys()) for path, made_from in found.items()}


def _search(
    at: str, reads: Mapping[str, Sequence[str]], way: list[str], done: set[str]
) -> tuple[str, ...] | None:
    if at in way:
        return tuple(way[way.index(at) :])
    if at in done:
        return None
    way.append(at)
    for following in reads[at]:
        if following != at:
            found = _search(following, reads, way, done)
            if found is not None:
                return found
    way.pop()
    done.add(at)
    return None
