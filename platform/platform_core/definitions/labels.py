"""The words that definitions carry for people, as units for translators."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from platform_core.definitions.model import Key, Raw
from platform_core.i18n import SOURCE, Taken, Unit

MEMBERS = frozenset({"label", "help", "placeholder", "message", "description", "title_label"})
"""Members of a definition that hold a map of languages to texts."""

_CODE = re.compile(r"[a-z]{2,3}")
_CALLED = ("name", "key", "id")


def labels_of(raw: Raw) -> Iterator[tuple[str, dict[str, str]]]:
    """Every label map of a definition with its place: "fields/country/label". Things with a name are told by it, so
    that a place stays the same when others are added before; the maps are those of `raw`, not copies."""
    yield from _labels(raw, ())


def _labels(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, Mapping):
        for member, inner in value.items():
            if member in MEMBERS and _is_map(inner):
                yield "/".join((*path, member)), cast("dict[str, str]", inner)
            else:
                yield from _labels(inner, (*path, str(member)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _labels(inner, (*path, _called(inner, index)))


def _is_map(value: object) -> bool:
    return (
        isinstance(value, dict)
        and any(value.values())
        and all(_CODE.fullmatch(str(code)) and isinstance(text, str) for code, text in value.items())
    )


def _called(value: object, index: int) -> str:
    if isinstance(value, Mapping):
        for member in _CALLED:
            if isinstance(name := value.get(member), str) and name:
                return name
    return str(index)


def units_of(definitions: Mapping[Key, Raw], language: str) -> list[Unit]:
    """One unit for each label of these definitions: from English, or from the language it was written in."""
    return [
        Unit(
            source=(source,),
            words=(texts.get(language, ""),),
            context=f"{key.kind}/{key.name}#{place}",
            note="; ".join(
                f"{code}: {text}" for code, text in texts.items() if code not in (language, SOURCE)
            ),
        )
        for key in sorted(definitions)
        for place, texts in labels_of(definitions[key])
        if (source := _source(texts, language))
    ]


def _source(texts: Mapping[str, str], language: str) -> str:
    others = [text for code, text in texts.items() if code != language and text]
    return texts.get(SOURCE, "") if language != SOURCE and texts.get(SOURCE) else next(iter(others), "")


def with_words(
    definitions: Mapping[Key, Raw], language: str, units: Sequence[Unit]
) -> tuple[dict[Key, Raw], Taken]:
    """Copies of the definitions whose labels change, and what came of each unit. A unit whose source was rewritten meanwhile is not known."""
    wanted = {unit.key: unit for unit in units if unit.is_translated}
    changed: dict[Key, Raw] = {}
    known: set[tuple[str, str]] = set()
    count = 0
    for key, raw in definitions.items():
        copied = copy.deepcopy(raw)
        for place, texts in labels_of(copied):
            unit = wanted.get((f"{key.kind}/{key.name}#{place}", _source(texts, language)))
            if unit is None:
                continue
            known.add(unit.key)
            if texts.get(language) != unit.words[0]:
                texts[language] = unit.words[0]
                changed[key] = copied
                count += 1
    unknown = tuple(unit for unit in wanted.values() if unit.key not in known)
    return changed, Taken(changed=count, unchanged=len(known) - count, unknown=unknown)
