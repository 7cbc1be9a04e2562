"""What the import screens show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from form_engine.imports import service, store
from form_engine.imports.model import Import
from form_engine.imports.report import SpokenProblem, spoken
from form_engine.screens.filters import Rule, Rules
from form_engine.screens.forms import path_of
from form_engine.screens.lists import plural_of
from platform_core import i18n
from platform_core.entities import Entity
from platform_core.errors import Problem
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.web import Option

_SHOWN_ROWS = 20
_SAMPLES = 3
_LONGEST_SAMPLE = 60


class ColumnView(msgspec.Struct, frozen=True, kw_only=True):
    """One column of the file: its heading, what its first rows hold, the field it goes into ("" none)."""

    place: int
    heading: str
    samples: tuple[str, ...]
    field: str
    errors: tuple[str, ...] = ()


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One reported row: the mapped cells and the problems as sentences. `wrong` names the columns at fault."""

    line: int
    cells: tuple[str, ...]
    problems: tuple[SpokenProblem, ...]
    wrong: frozenset[str]


class ImportPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the screen of one import shows. `step` counts from 1: file, columns, check, import."""

    made: Import
    form: str
    title: str
    url: str
    step: int
    mapping: bool
    """Whether the columns are being chosen."""
    columns: tuple[ColumnView, ...] = ()
    options: tuple[Option, ...] = ()
    required: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    """Problems of the mapping that belong to no column."""
    headings: tuple[str, ...] = ()
    refused: tuple[RowView, ...] = ()
    alike: tuple[RowView, ...] = ()
    message: str = ""
    same_file: Import | None = None
    list_url: str = ""

    @property
    def good(self) -> int:
        """Rows that can be imported."""
        return self.made.created

    @property
    def good_without_alike(self) -> int:
        return max(0, self.made.created - self.made.alike)


async def import_page(
    made: Import, entity: Entity, actor: Actor, *, remap: bool = False, problems: Sequence[Problem] = (),
    chosen: Mapping[str, str] | None = None,
) -> ImportPage:  # fmt: skip
    """The page of one import in its present state; with `remap` the choice of columns again."""
    mapping = made.state == "uploaded" or (remap and made.state in ("checked", "failed"))
    path = path_of(entity)
    held = made.mapping if chosen is None else dict(chosen)
    fields = service.fields_of(entity, actor)
    return ImportPage(
        made=made,
        form=path,
        title=plural_of(entity),
        url=f"/r/{path}/import/{made.id}",
        step=2 if mapping else 3 if made.state in ("checking", "checked") else 4,
        mapping=mapping,
        columns=_columns(made, held, problems),
        options=tuple(Option(f.name, i18n.label(f.label) or f.name) for f in fields),
        required=tuple(i18n.label(f.label) or f.name for f in fields if service.must_be_given(f)),
        general=tuple(_(p.message, **p.params) for p in problems if p.pointer.count("/") < 2),
        headings=tuple(heading for heading in made.columns if heading in held),
        refused=await _rows(made, refused=True),
        alike=await _rows(made, refused=False),
        message=_(made.message, **made.params) if made.message else "",
        same_file=await service.same_file(made) if mapping else None,
        list_url=_list_url(path, made),
    )


def _columns(made: Import, held: Mapping[str, str], problems: Sequence[Problem]) -> tuple[ColumnView, ...]:
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        if problem.pointer.startswith("/mapping/"):
            heading = problem.pointer.removeprefix("/mapping/").replace("~1", "/").replace("~0", "~")
            wrong.setdefault(heading, []).append(_(problem.message, **problem.params))
    return tuple(
        ColumnView(
            place=place,
            heading=heading,
            samples=_samples(made, place),
            field=held.get(heading, ""),
            errors=tuple(wrong.get(heading, ())),
        )
        for place, heading in enumerate(made.columns)
    )


def _samples(made: Import, place: int) -> tuple[str, ...]:
    cells = [row.cells[place][:_LONGEST_SAMPLE] for row in made.first if row.cells[place]]
    return tuple(dict.fromkeys(cells))[:_SAMPLES]


async def _rows(made: Import, *, refused: bool) -> tuple[RowView, ...]:
    """The first reported rows, with the cells of the mapped columns."""
    places = [place for place, heading in enumerate(made.columns) if heading in made.mapping]
    rows = await store.reported(made.id, limit=_SHOWN_ROWS, refused=refused)
    return tuple(
        RowView(
            line=row.line,
            cells=tuple(row.cells[place][:_LONGEST_SAMPLE] for place in places),
            problems=tuple(spoken([row])),
            wrong=frozenset(problem.column for problem in row.problems),
        )
        for row in rows
    )


def _list_url(path: str, made: Import) -> str:
    """The list of the records of this import."""
    from urllib.parse import quote

    rules = Rules(rules=(Rule("import_batch", "eq", made.id),))
    return f"/r/{path}?filter={quote(msgspec.json.encode(rules).decode())}"
