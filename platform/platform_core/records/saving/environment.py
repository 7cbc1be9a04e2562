"""What an expression sees of a record that is being saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from platform_core.expressions import Env
from platform_core.records.following import Path, linked_values
from platform_core.records.people import user_view
from platform_core.records.saving.loading import load_rows
from platform_core.records.saving.work import Save, by_entity


def environment(save: Save) -> Env:
    """The record as it is about to be stored, `old` as it is stored, the acting person, the owner's zone.

    Values behind links ("account.website") are there once `records.follow` has read them.
    """
    return Env(
        {**save.values, **save.linked},
        old=save.before,
        user=user_view(save.actor),
        now=save.now,
        zone=save.zone,
    )


async def follow(saves: Sequence[Save], paths: Iterable[Path], *, lock: bool = False) -> None:
    """Reads the values behind links that `paths` name, for `environment`; one query per link and form.

    With `lock` nobody changes those records until the transaction ends: for values that are stored.
    """
    wanted = frozenset(path for path in paths if len(path) > 1)
    for group in by_entity(saves):
        found = await linked_values(group[0].entity, [save.values for save in group], wanted, lock=lock)
        for save, values in zip(group, found, strict=True):
            save.linked.update(values)


async def load_table_rows(saves: Sequence[Save], names: Iterable[str]) -> None:
    """Reads the stored rows of table fields that the input does not touch, so that a formula can add them up."""
    for group in by_entity(saves):
        for name in sorted(set(names)):
            field = group[0].entity.fields.get(name)
            missing = [save for save in group if not save.is_new and name not in save.values]
            if field is None or field.rows is None or not missing:
                continue
            found = await load_rows(field, [save.id for save in missing])
            for save in missing:
                save.values[name] = found.get(save.id, ())
                save.before = {**(save.before or {}), name: save.values[name]}
