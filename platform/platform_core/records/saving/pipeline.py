"""The stages of a save, in their one order. Each takes all records at once, so a form and an import run alike.

    prepare   children → before_save → admit → coerce → references → owner → defaults → computed → rules → stages
              → required → unique → duplicates
    write     numbers → titles → encryption → rows, history and audit → placement → events → after_write

`prepare` notes problems and raises nothing for what people typed; the caller decides whether one bad record stops
the others. `write` runs inside a transaction and expects records without problems.
"""

from __future__ import annotations

from collections.abc import Sequence

from platform_core.records.saving.admitting import admit
from platform_core.records.saving.children import expand_children
from platform_core.records.saving.coercing import coerce
from platform_core.records.saving.defaults import fill_defaults
from platform_core.records.saving.fitting import fit_decimals
from platform_core.records.saving.logging import log_saves, tell
from platform_core.records.saving.numbering import allocate
from platform_core.records.saving.owning import check_placement, place_records
from platform_core.records.saving.referring import resolve_references
from platform_core.records.saving.requiring import require_fields
from platform_core.records.saving.sealing_values import seal_values
from platform_core.records.saving.spreading import spread_titles
from platform_core.records.saving.titles import render_titles
from platform_core.records.saving.uniqueness import check_unique
from platform_core.records.saving.work import Save, everything, raise_problems
from platform_core.records.saving.writes import Writes
from platform_core.records.saving.writing import write_records
from platform_core.records.slots import run_slot


async def read_input(saves: Sequence[Save]) -> None:
    """Children, hooks, rights, values, references: everything that only depends on the input and who sends it."""
    await expand_children(saves)
    flat = everything(saves)
    await run_slot("before_save", flat)
    for save in flat:
        admit(save)
        coerce(save)
    await resolve_references(flat)


async def complete(saves: Sequence[Save]) -> None:
    """Owner, defaults, formulas and every check of the form."""
    flat = everything(saves)
    await place_records(flat)
    fresh = [save for save in flat if save.is_new]
    for save in fresh:
        fill_defaults(save)
    if fresh:
        await run_slot("defaults", fresh)
    await run_slot("computed", flat)
    await run_slot("rules", flat)
    await run_slot("stages", flat)
    for save in flat:
        fit_decimals(save)
        require_fields(save)
    await check_unique(flat)
    await run_slot("duplicates", [save for save in flat if not save.problems])


async def write(saves: Sequence[Save]) -> list[Save]:
    """Writes what has changed and tells of it. Answers the records that were written, children included."""
    flat = [save for save in everything(saves) if save.is_new or save.changed_fields()]
    if not flat:
        return []
    _stamp(flat)
    await allocate(flat)
    old_titles = [save.title for save in flat]
    await render_titles(flat, lock=True)
    await seal_values(flat)
    await run_slot("encryption", flat)
    writes = Writes()
    write_records(flat, writes)
    await writes.send_many()
    saved = log_saves(flat, writes)
    await writes.flush()
    await spread_titles(save for save, old in zip(flat, old_titles, strict=True) if save.title != old)
    await check_placement(flat)
    raise_problems(flat)
    for event in saved:
        await tell(event)
    await run_slot("after_write", flat)
    return flat


def _stamp(saves: Sequence[Save]) -> None:
    for save in saves:
        if save.is_new:
            made = {"id": save.id, "created_at": save.now, "created_by": save.actor.user_id}
            for name, value in made.items():
                if name not in save.given:
                    save.values[name] = value
            save.values["import_batch"] = save.options.import_batch
            save.values["archived_at"] = None
        save.values["version"] = save.version + 1
        if "updated_at" not in save.given:
            save.values["updated_at"] = save.now
        save.values["updated_by"] = save.actor.user_id
