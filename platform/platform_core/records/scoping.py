"""Row scopes as SQL: the alternatives of an actor's grants, as one condition or as a union of branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from platform_core.identity import Actor
from platform_core.permissions import Access, RowAction, ScopePredicate


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL text with `?` places, and its parameters in order. An empty text holds for every row."""

    sql: str
    params: tuple[object, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sql)


NOTHING = Condition("FALSE")
EVERYTHING = Condition("")


def any_of(predicates: Sequence[ScopePredicate]) -> Condition:
    """True where one alternative holds; for a row that is found by its id anyway."""
    if not predicates:
        return NOTHING
    if any(predicate.kind == "all" for predicate in predicates):
        return EVERYTHING
    text = " OR ".join(f"({predicate.sql})" for predicate in predicates)
    return Condition(f"({text})", tuple(param for predicate in predicates for param in predicate.params))


def row_condition(access: Access, action: RowAction, actor: Actor) -> Condition:
    """The rows of alias `t` to which `actor` may do `action`."""
    return any_of(access.predicate(action, actor))


def branches(predicates: Sequence[ScopePredicate]) -> list[Condition]:
    """One condition per alternative, each without the rows of those before it, so that a union needs no sorting out.

    Every branch is then one index scan; as a single OR over several columns it would be none. No branch: no row.
    """
    if any(predicate.kind == "all" for predicate in predicates):
        return [EVERYTHING]
    found: list[Condition] = []
    for place, predicate in enumerate(predicates):
        earlier = predicates[:place]
        text = "".join(f" AND ({before.sql}) IS NOT TRUE" for before in earlier)
        params = (*predicate.params, *(param for before in earlier for param in before.params))
        found.append(Condition(f"({predicate.sql}){text}", params))
    return found


def is_simple(predicates: Sequence[ScopePredicate]) -> bool:
    """Whether each alternative compares one column: then an engine answers an OR of them from their indexes."""
    return all(predicate.kind != "expression" for predicate in predicates)


def both(*conditions: Condition) -> Condition:
    """All of them together."""
    held = [condition for condition in conditions if condition]
    return Condition(
        " AND ".join(condition.sql for condition in held),
        tuple(param for condition in held for param in condition.params),
    )


def where(*conditions: Condition) -> Condition:
    """ " WHERE …", or nothing where everything holds."""
    together = both(*conditions)
    return Condition(f" WHERE {together.sql}", together.params) if together else together
