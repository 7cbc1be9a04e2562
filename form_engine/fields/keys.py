"""How keys of a dictionary are read, shown and refused; `choice` and `choices` share it."""

from __future__ import annotations

from difflib import get_close_matches

from form_engine.dictionary.compiled import Dictionary
from form_engine.fields.base import Names
from form_engine.fields.refusals import shortened, wrong_type
from platform_core.entities import FieldProblem, ParseContext
from platform_core.i18n import N_


def read_key(names: Names, name: str, raw: object, context: ParseContext) -> str:
    """The key of a value; labels and aliases of any language are understood in typed and imported text only.

    An inactive value is known: whether a record may take it anew is decided where the old value is known too.
    """
    dictionary = names.dictionary(name)
    if dictionary is None:
        raise FieldProblem("dictionary", N_("The choice list '{name}' is not published."), name=name)
    if context.textual and isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = f"{raw:.15g}"
    if not isinstance(raw, str):
        raise wrong_type(N_("This must be the key of a choice."))
    text = raw.strip()
    found = dictionary.find(text) if context.textual else _by_key(dictionary, text)
    if found is None:
        raise _unknown(dictionary, text, context)
    return found


def _by_key(dictionary: Dictionary, text: str) -> str | None:
    return dictionary.kept(text) if text in dictionary.values else None


def _unknown(dictionary: Dictionary, text: str, context: ParseContext) -> FieldProblem:
    offered = [
        dictionary.text(value.key, context.language) if context.textual else value.key
        for value in dictionary.active
    ]
    near = get_close_matches(text, offered, n=1)
    remedy = N_("Did you mean '{near}'?") if near else N_("Choose one of: {offered}.")
    return FieldProblem(
        "choice",
        N_("'{text}' is not in the list '{list}'."),
        remedy=remedy,
        text=shortened(text),
        list=dictionary.text_of_label(context.language),
        near=near[0] if near else "",
        offered=", ".join(offered[:12]) + (", …" if len(offered) > 12 else ""),
    )


def label_of(names: Names, name: str, key: str, language: str | None) -> str:
    """The label of a key; the key where the dictionary is gone."""
    dictionary = names.dictionary(name)
    return dictionary.text(key, language) if dictionary else key


def clear_label(names: Names, name: str, key: str, language: str | None) -> str:
    """The label where it reads back as this key; the key where another value is called the same."""
    dictionary = names.dictionary(name)
    label = dictionary.text(key, language) if dictionary else key
    return label if dictionary is None or dictionary.find(label) == key else key
