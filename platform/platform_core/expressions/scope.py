"""What names mean when an expression is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from platform_core.expressions.types import TEXT, USER, Type, list_of, parse_type, ref


class Scope(Protocol):
    """The fields that one actor may use.

    `field` answers the type of a path ("amount",), ("account", "website"), or None. None for a field that does not
    exist and for one that this actor may not read: the checker then says the same of both. A path through a list of
    rows, ("lines", "qty"), has a list type, and so has ("lines",). Money has the parts `amount` and `currency` by
    itself. `roots` are the further names a path may begin with: `old`, `user`, `flow`, `vars` and, where a host wants
    more, its own.
    """

    @property
    def roots(self) -> Mapping[str, Scope]: ...

    def field(self, path: tuple[str, ...]) -> Type | None: ...


@runtime_checkable
class Suggests(Protocol):
    """A scope that can also list its names, for "did you mean" and completion; only names this actor may read."""

    def names(self, path: tuple[str, ...] = ()) -> Iterable[str]: ...


class FieldScope:
    """A scope from a mapping of dotted names to types (or type codes): {"amount": "money:USD", "account.code": TEXT}.

    With `old=True` the record's fields also stand under `old`, as triggers and rules see them.
    """

    def __init__(
        self,
        fields: Mapping[str, Type | str],
        *,
        roots: Mapping[str, Scope] | None = None,
        old: bool = False,
    ) -> None:
        self._types = {
            tuple(name.split(".")): parse_type(kind) if isinstance(kind, str) else kind
            for name, kind in fields.items()
        }
        self._roots = dict(roots or {})
        if old:
            self._roots["old"] = FieldScope(fields)

    @property
    def roots(self) -> Mapping[str, Scope]:
        return self._roots

    def field(self, path: tuple[str, ...]) -> Type | None:
        return self._types.get(path)

    def names(self, path: tuple[str, ...] = ()) -> Iterable[str]:
        """The names that may follow `path`."""
        return sorted(
            {
                known[len(path)]
                for known in self._types
                if len(known) > len(path) and known[: len(path)] == path
            }
        )


USER_SCOPE: Scope = FieldScope(
    {
        "id": USER,
        "name": TEXT,
        "email": TEXT,
        "language": TEXT,
        "zone": TEXT,
        "team": ref("team"),
        "teams": list_of(ref("team")),
        "territories": list_of(ref("territory")),
        "roles": list_of(TEXT),
    }
)
"""What `user.` offers everywhere: the acting person. `teams` are the own one and all below."""


def rows_of(scope: Scope, path: tuple[str, ...]) -> tuple[str, ...]:
    """The list of rows that `path` leads through: ("lines",) of ("lines", "qty"); () where there is none."""
    for length in range(1, len(path)):
        kind = scope.field(path[:length])
        if kind is not None and kind.kind == "list":
            return path[:length]
    return ()
