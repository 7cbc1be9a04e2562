"""What the properties of fields, sections, tabs and forms are called in the panel, and what helps beside them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core.i18n import N_, _


class Words(msgspec.Struct, frozen=True):
    """Message ids of a property."""

    label: str
    help: str = ""


WORDS: Mapping[str, Words] = {
    "label": Words(N_("Label")),
    "plural": Words(N_("Label for several")),
    "help": Words(N_("Help"), N_("Stands below the field while somebody fills it in.")),
    "placeholder": Words(N_("Example in the empty field")),
    "name": Words(N_("Name"), N_("Small letters, digits and _. Programs, formulas and imports use it.")),
    "type": Words(N_("Type")),
    "required": Words(N_("Required"), N_("No record is saved without it.")),
    "unique": Words(N_("Unique"), N_("No two records have the same value.")),
    "index": Words(N_("Quick to sort and filter"), N_("Keeps an index over it.")),
    "search": Words(N_("Found by search")),
    "track": Words(N_("Changes are kept in the history")),
    "default": Words(N_("Filled in for new records")),
    "sensitive": Words(N_("Sensitive")),
    "owned_by": Words(
        N_("Led by an outside system"), N_("Its name, as “erp”. People only read the field then.")
    ),
    "max_length": Words(N_("Longest text")),
    "min_length": Words(N_("Shortest text")),
    "min": Words(N_("Smallest value")),
    "max": Words(N_("Largest value")),
    "precision": Words(N_("Digits altogether")),
    "scale": Words(N_("Digits after the point")),
    "currency": Words(N_("Fixed currency"), N_("Without one, each value has its own.")),
    "dictionary": Words(N_("Choice list")),
    "max_count": Words(N_("At most so many")),
    "max_rows": Words(N_("At most so many rows")),
    "region": Words(N_("Country of numbers without +")),
    "region_from": Words(N_("Country is taken from")),
    "form": Words(N_("Form")),
    "forms": Words(N_("Or one of these forms")),
    "by": Words(N_("Linked by"), N_("The link in the other form that points here.")),
    "fields": Words(N_("Columns")),
    "pattern": Words(N_("Pattern"), N_("As “CUS-{YYYY}-{seq:4}”.")),
    "reset": Words(N_("Counting begins again")),
    "mode": Words(N_("Gaps in the numbers")),
    "expr": Words(N_("Formula")),
    "result": Words(N_("Result")),
    "path": Words(N_("Path"), N_("As “account.country”.")),
    "of": Words(N_("Rows of")),
    "compute": Words(N_("Works out")),
    "where": Words(N_("Only rows for which this holds")),
    "volatile": Words(
        N_("Worked out whenever it is read"), N_("For what changes by itself, as the days until today.")
    ),
    "declassify": Words(N_("Shown although what it is made of is protected")),
    "leaves_only": Words(N_("Only what has nothing below it")),
    "wording": Words(N_("What is agreed to")),
    "version": Words(N_("Version of the wording")),
    "symbology": Words(N_("Kind of code")),
    "columns": Words(N_("Columns")),
    "title": Words(N_("Title of a record"), N_("As “{name}”. Without one, the first text field.")),
    "subtitle": Words(N_("Line below the title"), N_("As “{code} · {country}”.")),
    "icon": Words(N_("Icon")),
    "width": Words(N_("Width")),
    "height": Words(N_("Height")),
}

_CHOICES: Mapping[str, str] = {
    "personal": N_("Personal data"),
    "masked": N_("Masked for most roles"),
    "encrypted": N_("Kept encrypted"),
    "fast": N_("Allowed, numbers come at once"),
    "strict": N_("None, numbers come with the saving"),
    "never": N_("Never"),
    "year": N_("Every year"),
    "month": N_("Every month"),
    "day": N_("Every day"),
    "select": N_("A list"),
    "combobox": N_("A list that is searched"),
    "multiselect": N_("A list that is searched"),
    "radio": N_("Buttons for each"),
    "checkboxes": N_("A tick for each"),
    "checkbox": N_("A tick"),
    "switch": N_("A switch"),
    "number": N_("A plain number"),
    "percent": N_("A number with %"),
    "record": N_("A search"),
    "link": N_("A link"),
    "ean13": "EAN-13",
    "ean8": "EAN-8",
    "upc": "UPC",
    "gtin": "GTIN",
    "code128": "Code 128",
}


def words_of(name: str) -> tuple[str, str]:
    """(label, help) of a property; one of a plugin is called after its key."""
    found = WORDS.get(name)
    if found is None:
        return name.replace("_", " ").capitalize(), ""
    return _(found.label), _(found.help) if found.help else ""


def choice_word(value: str) -> str:
    """An enumerated value, or a control, as people read it."""
    return _(_CHOICES[value]) if value in _CHOICES else value.replace("_", " ").capitalize()
