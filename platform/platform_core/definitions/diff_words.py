"""The sentences of a difference: "Field “Incoterm” added", "Value “A”: label in English “Grade A” → “Top”"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

import msgspec

from platform_core import i18n
from platform_core.definitions import labels
from platform_core.definitions.model import Change
from platform_core.i18n import N_, _

_LONGEST = 60
_STANDS_FOR = ("field", "form", "report", "page")
"""Members that tell what an entry without a name is about: a cell of a layout, a line of a menu."""

_NOUNS = {
    "fields": N_("Field"),
    "values": N_("Value"),
    "lists": N_("List"),
    "rules": N_("Rule"),
    "transitions": N_("Transition"),
    "tabs": N_("Tab"),
    "sections": N_("Section"),
    "columns": N_("Column"),
    "menu": N_("Menu entry"),
    "nodes": N_("Step"),
    "edges": N_("Path"),
    "duplicates": N_("Duplicate rule"),
    "match": N_("Condition"),
    "measures": N_("Measure"),
    "dimensions": N_("Dimension"),
    "parameters": N_("Parameter"),
    "actions": N_("Action"),
}


class Place(msgspec.Struct, frozen=True):
    """Where in the definition we are: the pointer, the things we are inside of, the members below the last of them."""

    pointer: str = ""
    things: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    noun: str = ""

    @property
    def is_label_map(self) -> bool:
        return bool(self.members) and self.members[-1] in labels.MEMBERS

    def member(self, name: str) -> Place:
        noun = _(_NOUNS[name]) if name in _NOUNS else name.replace("_", " ").capitalize()
        return Place(self.pointer + "/" + _escaped(name), self.things, (*self.members, name), noun)

    def element(self, index: int, name: str, value: object) -> Place:
        thing = f"{self.noun} “{_called(name, index, value)}”"
        return Place(f"{self.pointer}/{index}", (*self.things, thing))

    def added(self, value: object) -> Change:
        if not self.members:
            return self._change("add", None, value, _("{thing} added", thing=self._thing()))
        if value is True:
            return self._change("add", None, value, self._told(N_("{what} switched on")))
        return self._change("add", None, value, self._told(N_("{what} set to {new}"), new=_shown(value)))

    def removed(self, value: object) -> Change:
        if not self.members:
            return self._change("remove", value, None, _("{thing} removed", thing=self._thing()))
        if value is True:
            return self._change("remove", value, None, self._told(N_("{what} switched off")))
        return self._change(
            "remove", value, None, self._told(N_("{what} removed, was {old}"), old=_shown(value))
        )

    def replaced(self, old: object, new: object) -> Change:
        if isinstance(new, bool) and isinstance(old, bool):
            message = N_("{what} switched on") if new else N_("{what} switched off")
            return self._change("replace", old, new, self._told(message))
        told = self._told(N_("{what} changed from {old} to {new}"), old=_shown(old), new=_shown(new))
        return self._change("replace", old, new, told)

    def relabelled(self, language: str, old: object, new: object) -> Change:
        op: Literal["add", "remove", "replace"] = (
            "add" if old is None else "remove" if new is None else "replace"
        )
        message = {
            "add": N_("{what} in {language} set to {new}"),
            "remove": N_("{what} in {language} removed, was {old}"),
            "replace": N_("{what} in {language} changed from {old} to {new}"),
        }[op]
        told = self._told(message, language=i18n.known(language).name, old=_shown(old), new=_shown(new))
        inner = Place(self.pointer + "/" + _escaped(language), self.things, self.members)
        return inner._change(op, old, new, told)

    def relisted(self, old: Sequence[object], new: Sequence[object]) -> Change:
        """A list of plain values: what came, what went, or only the order."""
        came = [_shown(value) for value in new if value not in old]
        went = [_shown(value) for value in old if value not in new]
        parts: list[str] = []
        if came:
            parts.append(_("added {values}", values=", ".join(came)))
        if went:
            parts.append(_("removed {values}", values=", ".join(went)))
        told = self._told(N_("{what}: {changes}"), changes="; ".join(parts) or _("another order"))
        return self._change("replace", list(old), list(new), told)

    def moved(self, old: int, new: int) -> Change:
        return self._change("move", old, new, _("{thing} moved", thing=self._thing()))

    def _thing(self) -> str:
        return ", ".join(self.things)

    def _told(self, message: str, **params: object) -> str:
        """The sentence about the members below the last thing; about the thing in front of it where there is one."""
        what = " › ".join(self.members)
        sentence = _(message, what=what, **params)
        return _("{thing}: {sentence}", thing=self._thing(), sentence=sentence) if self.things else sentence

    def _change(
        self, op: Literal["add", "remove", "replace", "move"], old: object, new: object, sentence: str
    ) -> Change:
        return Change(pointer=self.pointer, op=op, old=old, new=new, sentence=sentence)


def _called(name: str, index: int, value: object) -> str:
    """What people call an entry of a list: its label, its name, what it stands for, or its number from 1."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        label = value.get("label")
        if isinstance(label, Mapping) and label:
            return i18n.label(cast("Mapping[str, str]", label)) or name
        name = name or next(
            (str(value[member]) for member in _STANDS_FOR if isinstance(value.get(member), str)), ""
        )
    return name or str(index + 1)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return f"“{_cut(value)}”"
    return _cut(msgspec.json.encode(value).decode())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
