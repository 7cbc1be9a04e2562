"""An import from the command line: the same steps as on the screen, with the jobs run here and now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from form_engine.imports import service, store
from form_engine.imports.errors import ImportRefused
from form_engine.imports.model import Habits, Import
from form_engine.imports.refused_file import refused_file
from form_engine.imports.report import SpokenProblem, spoken
from platform_core import jobs
from platform_core.errors import Problem
from platform_core.i18n import N_, _
from platform_core.identity import Actor

_LOOK_SECONDS = 0.2
_SHOWN = 100


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. `created` counts the rows that would be created where nothing was to be changed."""

    import_id: str
    form: str
    file: str
    state: str
    rows: int
    created: int
    refused: int
    alike: int
    left_out: tuple[str, ...]
    """Columns that went into no field."""
    problems: tuple[SpokenProblem, ...]
    message: str = ""

    def as_row(self) -> Mapping[str, object]:
        """One line of a table."""
        return {
            "import": self.import_id,
            "form": self.form,
            "file": self.file,
            "state": self.state,
            "rows": self.rows,
            "created": self.created,
            "refused": self.refused,
            "alike": self.alike,
            "left_out": ", ".join(self.left_out),
        }

    def first_problems(self, count: int) -> list[str]:
        """What is wrong, row by row, as sentences."""
        told = [self.message] if self.message else []
        for problem in self.problems[:count]:
            place = f"{_('row {line}', line=problem.line)}{', ' + problem.column if problem.column else ''}"
            told.append(f"{place}: {problem.message}{' ' + problem.remedy if problem.remedy else ''}")
        return told


async def import_file(
    form: str,
    path: Path,
    *,
    actor: Actor,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    error_file: Path | None = None,
    skip_refused: bool = False,
    habits: Habits | None = None,
) -> ImportReport:
    """Import a file and wait for the end. `mapping` (column → field; "" leaves a column out) changes the guessed one.

    Nothing is imported where a row is refused, unless `skip_refused`. `error_file` gets the refused rows as CSV.
    Raises ImportRefused where the file or the mapping cannot be used, NotFound, Forbidden.
    """
    made = await service.upload(form, path.name, service.read_file(path), actor=actor)
    chosen = _chosen(made, mapping or {})
    if chosen != made.mapping or habits is not None:
        made = await service.set_mapping(made.id, chosen, actor=actor, habits=habits)
    made = await _finished(await service.start_check(made.id, actor=actor), actor)
    if made.state == "checked" and not dry_run and made.created and (skip_refused or not made.refused):
        made = await service.commit(made.id, actor=actor, skip_refused=skip_refused)
        made = await _finished(made, actor)
    if error_file is not None and made.refused:
        await _write(made, error_file)
    rows = await store.reported(made.id, limit=_SHOWN, refused=True)
    return _report(made, spoken(rows))


def _chosen(made: Import, pairs: Mapping[str, str]) -> dict[str, str]:
    """The guessed mapping with what the caller says; a field goes to the column that the caller names."""
    unknown = [column for column in pairs if column not in made.columns]
    if unknown:
        raise ImportRefused(
            Problem(
                pointer="/mapping", code="import_column", message=N_("The file has no column “{column}”."),
                params={"column": column}, remedy=N_("Its columns are: {columns}."),
            )
            for column in unknown
        )  # fmt: skip
    taken = {field for field in pairs.values() if field}
    rest = {c: f for c, f in made.mapping.items() if c not in pairs and f not in taken}
    return rest | {column: field for column, field in pairs.items() if field}


async def _finished(made: Import, actor: Actor) -> Import:
    """The import once no job works on it any more. Runs its jobs here; one that a worker has taken is waited for."""
    while made.busy and made.job_id is not None:
        if not await jobs.run(made.job_id):
            job = await jobs.get(made.job_id)
            if job is not None and job.state == "ready" and job.last_error:
                await jobs.cancel(job.id)  # nobody waits an hour for the next attempt here
                await service.abandon(made.id, job.last_error)
            else:
                await asyncio.sleep(_LOOK_SECONDS)
        made = await store.find(made.id, actor)
    return made


async def _write(made: Import, path: Path) -> None:
    pieces = [piece async for piece in refused_file(made)]
    await asyncio.to_thread(path.write_bytes, b"".join(pieces))


def _report(made: Import, problems: Sequence[SpokenProblem]) -> ImportReport:
    return ImportReport(
        import_id=made.id, form=made.form, file=made.file_name, state=made.state, rows=made.total or made.seen,
        created=made.created, refused=made.refused, alike=made.alike,
        left_out=tuple(column for column in made.columns if column not in made.mapping), problems=tuple(problems),
        message=_(made.message, **made.params) if made.message else "",
    )  # fmt: skip
