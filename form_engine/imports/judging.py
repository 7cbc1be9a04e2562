"""What is found out about a row by looking at the others: values that must be unique, rows that look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from form_engine.imports.kin import title_of
from form_engine.imports.model import Mapped, RowProblem
from form_engine.imports.reading import Raw
from form_engine.imports.sheet import Row
from platform_core import records
from platform_core.entities import Entity, EntityField, FieldProblem, ParseContext
from platform_core.i18n import N_
from platform_core.identity import Actor


class Unique:
    """Notices within the file what a unique field would refuse against the database."""

    def __init__(self, entity: Entity, mapping: Mapped, actor: Actor) -> None:
        self._fields = [
            (heading, entity.fields[name])
            for heading, name in mapping.items()
            if entity.fields[name].unique or name == "code"
        ]
        self._context = ParseContext(language=actor.language, zone=actor.zone, textual=True)
        self._seen: dict[int, int] = {}

    def problems(self, row: Row, values: Raw) -> tuple[RowProblem, ...]:
        """A problem for every value that an earlier line had already."""
        found = []
        for heading, field in self._fields:
            key = self._key(field, values.get(field.name))
            first = self._seen.setdefault(key, row.line) if key is not None else row.line
            if first != row.line:
                found.append(
                    RowProblem(
                        column=heading, field=field.name, code="import_twice_in_file",
                        message=N_("“{text}” stands in row {line} already."),
                        params={"text": str(values[field.name])[:80], "line": first},
                        remedy=N_("Keep one of the rows."),
                    )
                )  # fmt: skip
        return tuple(found)

    def _key(self, field: EntityField, raw: object) -> int | None:
        """The stored value as a number of little memory; None where there is none."""
        if raw is None:
            return None
        try:
            value = field.codec.to_columns(field.codec.parse(raw, self._context))[0]
        except FieldProblem:
            return None
        return hash((field.name, value)) if value is not None else None


class Alike:
    """Notices rows that say the same as an earlier row, or that are called like one, or like a stored record."""

    def __init__(self, entity: Entity, actor: Actor) -> None:
        self._entity = entity
        self._actor = actor
        self._rows: dict[int, int] = {}
        self._titles: dict[int, int] = {}

    async def judge(self, rows: Sequence[tuple[Row, Raw]]) -> dict[int, tuple[RowProblem, ...]]:
        """What each line looks like, for lines that look like something."""
        titles = {row.line: title for row, values in rows if (title := title_of(self._entity, values))}
        stored = await records.find_alike(self._entity.key, set(titles.values()), self._actor)
        found: dict[int, tuple[RowProblem, ...]] = {}
        for row, _values in rows:
            problem = self._judged(row, titles.get(row.line, ""), stored)
            if problem is not None:
                found[row.line] = (problem,)
        return found

    def _judged(self, row: Row, title: str, stored: Mapping[str, str]) -> RowProblem | None:
        same = self._rows.setdefault(hash(row.cells), row.line)
        called = self._titles.setdefault(hash(title.casefold()), row.line) if title else row.line
        if same != row.line:
            return _problem("import_same_row", N_("The same as row {line}."), line=same)
        if called != row.line:
            return _problem(
                "import_same_title", N_("“{title}” is also row {line}."), title=title, line=called
            )
        if title in stored:
            return _problem(
                "import_exists", N_("There is a record “{title}” already."), title=title, id=stored[title]
            )
        return None


def _problem(code: str, message: str, **params: object) -> RowProblem:
    return RowProblem(
        column="", field="", code=code, message=message, params=params,
        remedy=N_("Leave it out, unless it really is another one."),
    )  # fmt: skip
