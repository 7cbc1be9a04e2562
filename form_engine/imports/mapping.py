"""Which column goes into which field: remembered from last time, else guessed from headings in any language."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from form_engine.imports import words
from platform_core import clock, database
from platform_core.entities import SYSTEM_FIELDS, Entity, EntityField
from platform_core.permissions import Access

_NEAR = 0.86
"""How alike two normalised headings must be to be taken for the same."""
_SHORTEST_NEAR = 5
_GIVEN_SYSTEM_FIELDS = ("code", "owner", "team", "territory")

Names = Mapping[str, frozenset[str]]
"""Field name → normalised headings that mean it."""


def importable_fields(entity: Entity, access: Access) -> tuple[EntityField, ...]:
    """The fields that a column may go into: written when creating, held in columns, and told by text (no files)."""
    system = (entity.fields[name] for name in _GIVEN_SYSTEM_FIELDS if name in entity.fields)
    return tuple(
        field
        for field in (*(own for own in entity.own_fields if own.writable), *system)
        if field.columns and access.creatable(field.name) and not _is_file(field)
    )


def guessed(fields: Iterable[EntityField], columns: Sequence[str]) -> dict[str, str]:
    """Column heading to field name, each field at most once; columns that fit nothing are left out.

    What the form itself says counts first, then what the trade says, then what is nearly the same.
    """
    offered = {field.name: field for field in fields}
    own: Names = {name: _own_names(field) for name, field in offered.items()}
    found: dict[str, str] = {}
    steps: tuple[Callable[[str, frozenset[str]], str | None], ...] = (
        lambda column, free: _said(_letters(column), free, own),
        lambda column, free: _said(plain(column), free, own),
        lambda column, free: _by_trade(plain(column), free, offered),
        lambda column, free: _nearest(plain(column), free, own),
    )
    for step in steps:
        for column in columns:
            free = frozenset(offered.keys() - set(found.values()))
            if column not in found and (name := step(column, free)) is not None:
                found[column] = name
    return {column: found[column] for column in columns if column in found}


async def remembered(form: str, columns: Sequence[str]) -> dict[str, str] | None:
    """The mapping that was last used for a file with these headings, or None."""
    row = await database.fetch_one(
        "SELECT mapping FROM tw_form_import_mapping WHERE form = ? AND columns_hash = ?",
        (form, _hash(columns)),
    )
    mapping = row["mapping"] if row is not None else None
    return {str(k): str(v) for k, v in mapping.items()} if isinstance(mapping, dict) else None


async def remember(form: str, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Keep the mapping for the next file with the same headings. Runs in the caller's transaction."""
    await database.execute(
        "INSERT INTO tw_form_import_mapping (form, columns_hash, mapping, used_at) VALUES (?,?,?,?)"
        " ON CONFLICT (form, columns_hash) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at",
        (form, _hash(columns), dict(mapping), clock.now()),
    )


def plain(text: str) -> str:
    """Letters and digits only, folded, without what stands in brackets: "E-Mail (work) *" and "e mail" meet."""
    folded = unicodedata.normalize("NFKC", text)
    return _letters(re.sub(r"[(\[【][^)\]】]*[)\]】]", "", folded)) or _letters(folded)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _own_names(field: EntityField) -> frozenset[str]:
    """The field's name and labels, and the headings that exports give it."""
    labels = list(field.label.values())
    names = [plain(field.name), *map(plain, labels), *(_letters(label + field.name) for label in labels)]
    if field.reference is not None and field.reference.kind == "record":
        numbers = SYSTEM_FIELDS["code"].label
        names += [
            _letters(label + numbers[language])
            for language, label in field.label.items()
            if language in numbers
        ]
    return frozenset(filter(None, names))


def _said(heading: str, free: frozenset[str], own: Names) -> str | None:
    """The field that calls itself so."""
    return next((name for name in own if name in free and heading in own[name]), None) if heading else None


def _by_trade(heading: str, free: frozenset[str], offered: Mapping[str, EntityField]) -> str | None:
    """The field that the heading means in the trade. Who buys and who speaks for them are told apart."""
    for name, known in words.BY_NAME.items():
        if heading in known and name in free:
            return name
    for kind, known in words.BY_TYPE.items():
        if heading in known:
            return next((name for name in offered if name in free and offered[name].type == kind), None)
    if heading in words.COMPANY:
        return _first(words.COMPANY_FIELDS, free, offered)
    if heading in words.PERSON and any(name in offered for name in words.COMPANY_FIELDS if name != "name"):
        return _first(words.PERSON_FIELDS, free, offered)
    return _first(words.NAME_FIELDS, free, offered) if heading in words.NAME else None


def _first(names: Sequence[str], free: frozenset[str], offered: Mapping[str, EntityField]) -> str | None:
    """The first of the names that the form has, where it is still free."""
    found = next((name for name in names if name in offered), None)
    return found if found in free else None


def _nearest(heading: str, free: frozenset[str], own: Names) -> str | None:
    if len(heading) < _SHORTEST_NEAR:
        return None
    scored = [(_likeness(heading, known), name) for name in own if name in free for known in own[name]]
    score, name = max(scored, default=(0.0, ""))
    return name if score >= _NEAR else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() if len(other) >= _SHORTEST_NEAR else 0.0


def _is_file(field: EntityField) -> bool:
    return field.reference is not None and field.reference.kind == "file"


def _hash(columns: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()
