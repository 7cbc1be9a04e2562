"""A new form, published with what belongs to it: its choice lists, its line of the menu, what roles may do with it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from msgspec import Struct

from form_engine.builders.starting.naming import free, named
from platform_core import definitions
from platform_core.definitions import LOCAL, ChangeItem, PublishResult, Raw
from platform_core.errors import Conflict
from platform_core.i18n import N_, _
from platform_core.identity import Actor

GRANTS: Mapping[str, Raw] = {
    "none": {},
    "read": {"read": "all"},
    "own": {"read": "own", "create": True, "update": "own", "delete": "own"},
    "team": {"read": "team_tree", "create": True, "update": "team_tree", "delete": "own"},
    "all": {
        "read": "all",
        "create": True,
        "update": "all",
        "delete": "all",
        "export": {"rows": None},
        "import": True,
    },
}
"""What a role may do with the new form, by a word that people choose."""

GRANT_WORDS: Mapping[str, str] = {
    "none": N_("nothing"), "read": N_("see all"), "own": N_("see and change their own"),
    "team": N_("see and change their team's"), "all": N_("everything"),
}  # fmt: skip


class Begun(Struct, frozen=True, kw_only=True):
    """What is to be published. `forms` and `dictionaries` are whole definitions of the app; the first form is the one
    that was asked for. `menu` is the key of an app ("app.name") whose menu gets a line, empty for none; `grants` a word
    of GRANTS by role key."""

    app: str
    forms: tuple[Raw, ...]
    dictionaries: tuple[Raw, ...] = ()
    menu: str = ""
    grants: Mapping[str, str] = {}

    @property
    def name(self) -> str:
        return str(self.forms[0]["name"])

    @property
    def full_name(self) -> str:
        return f"{self.app}.{self.name}"


async def publish(begun: Begun, actor: Actor) -> PublishResult:
    """Publishes it all as one. Raises InvalidDefinition with what is wrong, Conflict where the name is taken."""
    await _refuse_taken(begun, actor)
    items = [
        *(_item("dictionary", begun.app, raw) for raw in begun.dictionaries),
        *(_item("form", begun.app, raw) for raw in begun.forms),
        *await _menu_item(begun, actor),
        *await _role_items(begun, actor),
    ]
    result = await definitions.check(items, actor=actor)
    if not result.ok:
        raise definitions.InvalidDefinition(result.problems, result.by_item)
    # Everything here is new or only adds: what others do at the same time has to be agreed to by them.
    accept = [item.id for item in result.plan if item.destructive]
    if accept:
        raise definitions.NotAccepted(accept)
    return await definitions.publish(items, _("New form"), actor=actor)


def _item(kind: str, app: str, raw: Raw) -> ChangeItem:
    return ChangeItem(kind=kind, app=app, name=str(raw["name"]), definition=raw)


async def _refuse_taken(begun: Begun, actor: Actor) -> None:
    for kind, raws in (("form", begun.forms), ("dictionary", begun.dictionaries)):
        for raw in raws:
            standing = await definitions.get_draft(kind, str(raw["name"]), begun.app, actor=actor)
            if standing.definition:
                raise Conflict(
                    N_("There is a {kind} '{name}' in this app already."),
                    params={"kind": definitions.kind_label(kind), "name": raw["name"]},
                    remedy=N_("Choose another name, or open it from the list."),
                )


async def _menu_item(begun: Begun, actor: Actor) -> list[ChangeItem]:
    if not begun.menu:
        return []
    found = await definitions.revision("app", begun.menu, actor=actor)
    raw = copy.deepcopy(found.raw)
    menu = raw.get("menu")
    name = begun.name if begun.app == found.key.app else begun.full_name
    form = begun.forms[0]
    line = {
        "form": name,
        "label": form.get("plural") or form.get("label") or {},
        "icon": form.get("icon", "table"),
    }
    raw["menu"] = [*(menu if isinstance(menu, list) else []), line]
    return [ChangeItem(kind="app", app=found.key.app, name=found.key.name, definition=raw)]


async def _role_items(begun: Begun, actor: Actor) -> list[ChangeItem]:
    items = []
    for role, word in begun.grants.items():
        grant = GRANTS.get(word, {})
        if not grant:
            continue
        found = await definitions.revision("role", role, actor=actor)
        raw = copy.deepcopy(found.raw)
        forms = raw.setdefault("forms", {})
        if isinstance(forms, dict):
            for form in begun.forms:
                forms[_called(str(form["name"]), begun.app, found.key.app)] = dict(grant)
        items.append(ChangeItem(kind="role", app=found.key.app, name=found.key.name, definition=raw))
    return items


def _called(name: str, app: str, seen_from: str) -> str:
    """How a definition of one app calls a form of another."""
    return name if app == seen_from else f"{app}.{name}"


def form_of(
    name: str, label: Mapping[str, str], fields: Sequence[Raw], *, plural: Mapping[str, str] | None = None
) -> Raw:
    """A form with these fields, called after its first text field, with one list of the first six."""
    first = next((one["name"] for one in fields if one["type"] in ("text", "autonumber", "email")), None)
    raw: Raw = {"kind": "form", "schema": 1, "name": name, "label": dict(label), "fields": list(fields)}
    if plural:
        raw["plural"] = dict(plural)
    if first is not None:
        raw["title"] = f"{{{first}}}"
    return raw


def dictionary_of(
    name: str, label: Mapping[str, str], words: Sequence[str], language: str
) -> tuple[Raw, dict[str, str]]:
    """A choice list of these words, and the key of each."""
    taken: set[str] = set()
    keys = {word: free(named(word) or f"value_{place + 1}", taken) for place, word in enumerate(words)}
    values = [
        {"key": key, "label": labels(word, language), "order": place + 1}
        for place, (word, key) in enumerate(keys.items())
    ]
    return {"kind": "dictionary", "schema": 1, "name": name, "label": dict(label), "values": values}, keys


def labels(text: str, language: str) -> dict[str, str]:
    """The text in the writer's language, and as the last resort of all others."""
    return {language: text} if language == "en" else {language: text, "en": text}


__all__ = ["GRANTS", "GRANT_WORDS", "LOCAL", "Begun", "dictionary_of", "form_of", "labels", "publish"]
