"""The data step that writes stored titles anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from form_engine.fields.registry import FieldTypes
from form_engine.kind.change import FormChange
from form_engine.kind.compile import compile_form
from form_engine.kind.conversion import decoded_dictionaries
from platform_core import records
from platform_core.definitions import Key, Portion
from platform_core.entities import Entity

TITLES = "form_engine.titles"


class TitlesStep:
    """The data step TITLES: renders every title with the revision that is being published."""

    def __init__(self, types: FieldTypes) -> None:
        self._types = types

    async def __call__(self, params: Mapping[str, object]) -> None:
        await records.retitle(self._entity(params))

    def table(self, params: Mapping[str, object]) -> str:
        """Where the titles are."""
        return self._entity(params).table

    async def portion(self, params: Mapping[str, object], after: str, limit: int) -> Portion:
        """The next titles; after the last one those of other forms that show them follow by a job."""
        entity = self._entity(params)
        done = await records.retitle_some(entity, after, limit)
        if not done.last:
            await records.spread_later(entity)
        return Portion(done.last, done.seen)

    def _entity(self, params: Mapping[str, object]) -> Entity:
        given = msgspec.convert(params, _Params)
        definition = msgspec.convert(given.definition, self._types.form_struct)
        key = Key("form", given.app, definition.name)
        at_hand = decoded_dictionaries(given.dictionaries)
        return compile_form(self._types, definition, given.meta, key, 0, given.mark, at_hand).entity


class _Params(msgspec.Struct):
    app: str
    definition: dict[str, Any]
    meta: dict[str, Any]
    dictionaries: dict[str, Any]
    mark: str
    """Stands for the revision's hash: what is planned per revision must not be mixed up with another one's."""


def title_params(change: FormChange, meta: dict[str, object], mark: str) -> dict[str, object]:
    """The data step as JSON."""
    return {
        "app": change.world.key.app,
        "definition": msgspec.to_builtins(change.new),
        "meta": meta,
        "dictionaries": change.unpublished_dictionaries(*change.new.fields),
        "mark": mark,
    }
