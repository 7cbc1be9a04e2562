"""Rows that point to other rows of the same file: a subsidiary and its group in one list of companies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from form_engine.imports.model import Mapped, RowProblem
from form_engine.imports.reading import Raw
from form_engine.imports.sheet import Row
from platform_core.entities import Entity

Read = tuple[Row, Raw]


class Kin:
    """Knows how the rows so far are called. A row may point to an earlier one by its number or its title."""

    def __init__(self, entity: Entity, mapping: Mapped) -> None:
        self._entity = entity
        self._links = tuple(
            name
            for name in mapping.values()
            if (reference := entity.fields[name].reference) is not None
            and reference.kind == "record"
            and entity.key in reference.forms
            and not reference.many
        )
        self._known: set[str] = set()

    def forgiven(self, values: Raw, problems: Sequence[RowProblem]) -> tuple[RowProblem, ...]:
        """The problems without links to rows that the import will have made by then."""
        return tuple(
            problem
            for problem in problems
            if problem.code != "not_found"
            or problem.field not in self._links
            or values.get(problem.field) not in self._known
        )

    def learn(self, values: Raw) -> None:
        """Remember how a good row is called."""
        if self._links:
            self._known.update(called(self._entity, values))

    def parts(self, rows: Sequence[Read]) -> Iterator[list[Read]]:
        """The rows cut so that whoever is pointed to is saved before."""
        part: list[Read] = []
        pending: set[str] = set()
        for row, values in rows:
            if any(values.get(name) in pending for name in self._links):
                yield part
                part, pending = [], set()
            part.append((row, values))
            if self._links:
                pending |= called(self._entity, values)
        if part:
            yield part


def called(entity: Entity, values: Raw) -> set[str]:
    """The number and the title that a row gives its record, as far as it gives them."""
    code = values.get("code")
    return {name for name in (code, title_of(entity, values)) if isinstance(name, str) and name}


def title_of(entity: Entity, values: Raw) -> str:
    """The title that the record will have; empty where the row does not tell all of it."""
    parts = [part.text or values.get(part.field) for part in entity.title]
    plain = all(not part.field or entity.fields[part.field].type in _PLAIN for part in entity.title)
    if not plain or not all(isinstance(part, str) for part in parts):
        return ""
    return " ".join("".join(map(str, parts)).split())


_PLAIN = frozenset({"text", "autonumber"})
