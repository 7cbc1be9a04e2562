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
from platform_core.definitions import Key

TITLES = "form_engine.titles"


class TitlesStep:
    """The data step TITLES: renders every title with the revision that is being published."""

    def __init__(self, types: FieldTypes) -> None:
        self._types = types

    async def __call__(self, params: Mapping[str, object]) -> None:
        given = msgspec.convert(params, _Params)
        definition = msgspec.convert(given.definition, self._types.form_struct)
        key = Key("form", given.app, definition.name)
        at_hand = decoded_dictionaries(given.dictionaries)
        made = compile_form(self._types, definition, given.meta, key, 0, given.mark, at_hand)
        await records.retitle(made.entity)


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
