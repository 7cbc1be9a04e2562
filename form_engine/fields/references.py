"""How ids of other things are read: records, users, teams and files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from form_engine.fields.base import Schema
from form_engine.fields.refusals import shortened, too_many, wrong_type
from platform_core.database import is_id
from platform_core.entities import FieldProblem, ParseContext, Ref, Reference
from platform_core.i18n import N_, Listener, translator

_SEPARATORS = re.compile(r"\s*[;；\n]\s*")


def read_reference(raw: object, reference: Reference, context: ParseContext) -> str | Ref | None:
    """An id, {"id"} or {"code"} (with "form" where there are several); a typed text is a code or a title.

    What is not yet an id comes back as `Ref` and is looked up by `records`, with the actor's eyes.
    """
    if raw is None or isinstance(raw, str) and not raw.strip():
        return None
    if isinstance(raw, Mapping):
        return _from_object(raw, reference)
    if not isinstance(raw, str):
        raise wrong_type(N_("This must be an id."))
    return _from_text(raw.strip(), reference, context)


def _from_text(text: str, reference: Reference, context: ParseContext) -> str | Ref:
    if is_id(text.lower()):
        return text.lower() if _one_target(reference) else Ref(id=text.lower())
    if not context.textual:
        raise _no_id(text)
    if reference.kind == "file":
        raise FieldProblem("file", N_("Files cannot be given as text."), remedy=N_("Upload the file first."))
    if len(text) > 300:
        raise _no_id(text)
    return Ref(code=text, form=_only_form(reference))


def _from_object(raw: Mapping[str, object], reference: Reference) -> str | Ref | None:
    if raw.get("restricted"):
        raise FieldProblem(
            "restricted",
            N_("You may not see what stands here, so you cannot save it back."),
            remedy=N_("Leave the field out to keep it as it is."),
        )
    found, code = raw.get("id"), raw.get("code")
    form = _form(raw.get("form"), reference)
    if isinstance(found, str) and found:
        if not is_id(found.lower()):
            raise _no_id(found)
        return found.lower() if _one_target(reference) else Ref(id=found.lower(), form=form)
    if isinstance(code, str) and code.strip() and len(code) <= 300:
        return Ref(code=code.strip(), form=form)
    if found is None and code is None:
        return None
    raise wrong_type(N_("This must be an id, or an object with an id or a code."))


def _form(raw: object, reference: Reference) -> str:
    if raw is None or raw == "":
        return _only_form(reference)
    for key in reference.forms:
        if raw in (key, key.partition(".")[2]):
            return key
    raise FieldProblem(
        "form",
        N_("'{text}' is not a form that this field links to."),
        remedy=N_("Use one of: {forms}."),
        pointer="/form",
        text=shortened(raw),
        forms=", ".join(reference.forms),
    )


def _one_target(reference: Reference) -> bool:
    return reference.kind != "record" or len(reference.forms) == 1


def _only_form(reference: Reference) -> str:
    return reference.forms[0] if len(reference.forms) == 1 else ""


def _no_id(text: str) -> FieldProblem:
    return FieldProblem(
        "id",
        N_("'{text}' is not an id."),
        remedy=N_("Give an id, or {example}."),
        text=shortened(text),
        example='{"code": "…"}',
    )


@dataclass(frozen=True, slots=True)
class OneCodec:
    """One id in one column."""

    reference: Reference

    def parse(self, raw: object, context: ParseContext) -> object:
        return read_reference(raw, self.reference, context)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value.id or None if isinstance(value, Ref) else value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value.id if isinstance(value, Ref) else value


@dataclass(frozen=True, slots=True)
class AnyFormCodec:
    """One id and the form it belongs to, for a link to one of several forms."""

    reference: Reference

    def parse(self, raw: object, context: ParseContext) -> object:
        return read_reference(raw, self.reference, context)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value.id, value.form) if isinstance(value, Ref) else (None, None)

    def from_columns(self, raw: Sequence[object]) -> object:
        found, form = raw
        return Ref(id=found, form=form) if isinstance(found, str) and isinstance(form, str) else None

    def to_wire(self, value: object) -> object:
        return {"id": value.id, "form": value.form} if isinstance(value, Ref) else None


@dataclass(frozen=True, slots=True)
class ManyCodec:
    """Several ids in one JSON column, each once, in the order given."""

    reference: Reference
    max_count: int

    def parse(self, raw: object, context: ParseContext) -> object:
        found: dict[object, None] = {}
        for place, item in enumerate(self._items(raw, context)):
            try:
                one = read_reference(item, self.reference, context)
            except FieldProblem as refusal:
                refusal.pointer = f"/{place}{refusal.pointer}"
                raise
            if one is not None:
                found[one] = None
        if len(found) > self.max_count:
            raise too_many(self.max_count)
        return tuple(found) or None

    def _items(self, raw: object, context: ParseContext) -> Sequence[object]:
        if raw is None or raw == "":
            return ()
        if isinstance(raw, list | tuple):
            return raw
        if context.textual and isinstance(raw, str):
            return _SEPARATORS.split(raw.strip())
        raise wrong_type(N_("This must be a list of ids."))

    def to_columns(self, value: object) -> tuple[object, ...]:
        if not isinstance(value, tuple) or not value:
            return (None,)
        return ([item.id if isinstance(item, Ref) else item for item in value],)

    def from_columns(self, raw: Sequence[object]) -> object:
        return tuple(raw[0]) if isinstance(raw[0], list) and raw[0] else None

    def to_wire(self, value: object) -> object:
        return self.to_columns(value)[0] or []


def converted_ids(target: Reference, source: Reference | None, value: object) -> object:
    """Ids of one kind of field as those of another: one becomes a list of one, of a list only a single one remains.

    FieldProblem where the ids mean something else, or several would have to become one.
    """
    same = source is not None and source.kind == target.kind and set(source.forms) <= set(target.forms)
    found = value if isinstance(value, tuple) else (value,)
    ids = [item.id if isinstance(item, Ref) else item for item in found]
    if not same or (not target.many and len(ids) != 1):
        raise FieldProblem("not_convertible", N_("This cannot become what the field holds now."))
    return tuple(ids) if target.many else ids[0]


def presented_schema(*members: str) -> Schema:
    """What the API answers for one reference; an unreadable one has a null id and `restricted`."""
    properties: Schema = {member: {"type": ["string", "null"]} for member in members}
    properties["id"] = {"type": ["string", "null"], "format": "uuid"}
    properties["restricted"] = {"type": "boolean"}
    return {"type": "object", "properties": properties, "required": ["id"]}


def accepted_schema(*members: str) -> Schema:
    """What the API takes for one reference: an id, or an object that names it."""
    return {
        "anyOf": [
            {"type": "string", "format": "uuid"},
            {"type": "object", "properties": {member: {"type": "string"} for member in members}},
        ]
    }


def reference_cell(wire: object, reader: Listener) -> str:
    """Several presented references in one cell of a spreadsheet, as `ManyCodec` reads them back.

    One whose title has the separator in it is told by its number or its id.
    """
    restricted = translator(reader.language).gettext(N_("(restricted)"))
    items = wire if isinstance(wire, list | tuple) else ()
    return "; ".join(_unbroken(item, shown_reference(item, restricted)) for item in items)


def _unbroken(wire: object, shown: str) -> str:
    if not isinstance(wire, Mapping) or not _SEPARATORS.search(shown):
        return shown
    code = str(wire.get("code") or "")
    return code if code and not _SEPARATORS.search(code) else str(wire.get("id") or shown)


def shown_reference(wire: object, restricted: str) -> str:
    """A presented reference as a reader sees it: its title, else its name or code."""
    if not isinstance(wire, Mapping):
        return str(wire)
    if wire.get("restricted"):
        return restricted
    return str(wire.get("title") or wire.get("name") or wire.get("code") or wire.get("id") or "")
