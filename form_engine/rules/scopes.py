"""What the expressions of a rule may name, on top of the form's own scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from platform_core.expressions import Scope, Type


class FormNames(Protocol):
    """A form's scope that lists its names."""

    @property
    def roots(self) -> Mapping[str, Scope]: ...

    def field(self, path: tuple[str, ...]) -> Type | None: ...

    def names(self, path: tuple[str, ...] = ()) -> Iterable[str]: ...


class RuleScope:
    """The form with `old`: the values before the change. `rows` makes `lines.qty` the value of the row at hand,
    `picked` makes a list of choices the one choice that is asked about."""

    def __init__(self, form: FormNames, before: FormNames | None, rows: str = "", picked: str = "") -> None:
        self._form = form
        self._rows = rows
        self._picked = picked
        self._roots: dict[str, Scope] = dict(form.roots)
        if before is not None:
            self._roots["old"] = RuleScope(before, None, rows)

    @property
    def roots(self) -> Mapping[str, Scope]:
        return self._roots

    def field(self, path: tuple[str, ...]) -> Type | None:
        """The type of a path; None where it leads nowhere."""
        found = self._form.field(path)
        if self._rows and path[0] == self._rows:
            return found.of if found is not None and len(path) == 2 else None
        if path == (self._picked,) and found is not None and found.of is not None:
            return found.of
        return found

    def names(self, path: tuple[str, ...] = ()) -> Iterable[str]:
        """The names that may follow `path`."""
        return self._form.names(path)


def scopes_for(form: FormNames, before: FormNames, rows: str, picked: str = "") -> Sequence[Scope]:
    """The ways to read an expression of a rule, the first that fits counts: for one row, then for the record, so that
    `SUM(lines.amount)` may close a column of every row."""
    record = RuleScope(form, before, picked=picked)
    return (RuleScope(form, before, rows, picked), record) if rows else (record,)
