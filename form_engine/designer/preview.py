"""The draft as a reader will see it: in one language, as one role, with demo values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from form_engine.designer.cards import CardView, card_of
from form_engine.designer.drafted import DraftedField, drafted, generated_layout
from form_engine.showing import MASK
from platform_core import definitions, i18n, permissions
from platform_core.definitions import Draft
from platform_core.i18n import _
from platform_core.permissions import FormGrant, RoleDef

ADMIN = "admin"


class Seen(msgspec.Struct, frozen=True):
    """A field of the preview. `fallback` is the language its label is taken from, "" where it has its own."""

    card: CardView
    wide: bool
    fallback: str = ""


class SeenSection(msgspec.Struct, frozen=True):
    """A section with what the role sees of it."""

    label: str
    columns: int
    fields: tuple[Seen, ...]


class SeenTab(msgspec.Struct, frozen=True):
    """A tab with the sections that are not empty."""

    key: str
    label: str
    sections: tuple[SeenSection, ...]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the preview shows. `told` says what stands out: nothing granted, so many fields hidden."""

    title: str
    tabs: tuple[SeenTab, ...]
    told: tuple[str, ...] = ()
    language: str = "en"


def preview_of(draft: Draft, role: str) -> Preview:
    """The preview in the current language, as `role` ("" or "admin": everything)."""
    grant = _grant(draft, role)
    everybody = role in ("", ADMIN)
    fields = {one.name: one for one in drafted(draft)}
    hidden: list[str] = []
    tabs = []
    for number, tab in enumerate(_objects(_layout(draft), "tabs")):
        sections = tuple(_sections(tab, fields, None if everybody else grant, hidden))
        if sections:
            tabs.append(SeenTab(f"pv{number}", _text(tab) or _("Details"), sections))
    told = []
    if not everybody and (grant is None or grant.read == "none"):
        return Preview(title=_title(draft), tabs=(), told=(_("This role sees nothing of this form."),))
    if hidden:
        told.append(_("Hidden from this role: {fields}.", fields=i18n.join_list(hidden)))
    if grant is not None and not everybody and not grant.create and grant.update == "none":
        told.append(_("This role reads records and changes none."))
    return Preview(title=_title(draft), tabs=tuple(tabs), told=tuple(told), language=i18n.current().language)


def role_options() -> list[tuple[str, str]]:
    """(name, "as Sales") of every role but the admin's."""
    return [
        (one.full_name, _("as {role}", role=one.label))
        for one in permissions.role_choices()
        if one.name != ADMIN
    ]


def _grant(draft: Draft, role: str) -> FormGrant | None:
    found = definitions.catalog().get("role", role) if role and role != ADMIN else None
    made = found.definition if found is not None else None
    if not isinstance(made, RoleDef):
        return None
    return made.forms.get(draft.key.full_name) or made.forms.get(draft.key.name)


def _sections(
    tab: Mapping[str, object], fields: Mapping[str, DraftedField], grant: FormGrant | None, hidden: list[str]
) -> Iterable[SeenSection]:
    for section in _objects(tab, "sections"):
        seen = []
        for place in _list(section.get("fields")):
            name = str(place.get("field") if isinstance(place, Mapping) else place)
            one = fields.get(name)
            if one is None:
                continue
            made = _seen(one, place if isinstance(place, Mapping) else {}, grant)
            if made is None:
                hidden.append(one.label)
            else:
                seen.append(made)
        if seen:
            columns = section.get("columns", 2)
            yield SeenSection(_text(section), columns if isinstance(columns, int) else 2, tuple(seen))


def _seen(one: DraftedField, place: Mapping[str, object], grant: FormGrant | None) -> Seen | None:
    """The field as the role sees it; None where it does not."""
    rule = grant.fields.get(one.name, _by_itself(one)) if grant is not None else "write"
    if rule == "hidden":
        return None
    if grant is not None and not grant.create and grant.update == "none" and rule == "write":
        rule = "read"
    if rule == "masked":
        one = msgspec.structs.replace(one, demo=f"{MASK}1234")
    why = _("Your role may only read this.") if rule in ("read", "masked") else ""
    card = card_of(one, str(place.get("widget") or ""), writable=rule == "write", why=why)
    span = place.get("span", 1)
    wide = (isinstance(span, int) and span > 1) or bool(one.field and (one.field.rows or one.field.children))
    return Seen(card, wide, _fallback(one.raw))


def _by_itself(one: DraftedField) -> str:
    return "masked" if one.raw.get("sensitive") in ("masked", "encrypted") else "write"


def _fallback(raw: Mapping[str, object]) -> str:
    """The name of the language that a label is borrowed from; "" where there is one of the reader's own."""
    given = raw.get("label")
    if not isinstance(given, Mapping) or not given or given.get(i18n.current().language):
        return ""
    shown = i18n.label({str(code): str(text) for code, text in given.items()})
    code = next((str(code) for code, text in given.items() if text == shown), "")
    return i18n.language_name(code) if code else ""


def _layout(draft: Draft) -> Mapping[str, object]:
    own = draft.definition.get("layout")
    return own if isinstance(own, Mapping) else generated_layout(draft)


def _title(draft: Draft) -> str:
    return _text(draft.definition) or draft.key.name


def _text(raw: Mapping[str, object]) -> str:
    given = raw.get("label")
    return (
        (i18n.label({str(k): str(v) for k, v in given.items()}) or "") if isinstance(given, Mapping) else ""
    )


def _objects(raw: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    return [one for one in _list(raw.get(key)) if isinstance(one, Mapping)]


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
