"""A form whose rules show every effect, as a business admin would publish it."""

from __future__ import annotations

from typing import Any

GRADE: dict[str, Any] = {
    "kind": "dictionary", "schema": 1, "name": "crate_grade", "label": {"en": "Grade"},
    "values": [{"key": key, "label": {"en": name}} for key, name in (("a", "Export"), ("b", "Home"), ("c", "Scrap"))],
}  # fmt: skip
CRATE: dict[str, Any] = {
    "kind": "form", "schema": 1, "name": "crate", "label": {"en": "Crate"}, "title": "{name}",
    "fields": [
        {"name": "name", "type": "text", "label": {"en": "Name"}, "required": True},
        {"name": "export", "type": "boolean", "label": {"en": "For export"}},
        {"name": "weight", "type": "decimal", "scale": 2, "label": {"en": "Weight"}},
        {"name": "grade", "type": "choice", "dictionary": "crate_grade", "label": {"en": "Grade"}},
        {"name": "hs", "type": "text", "label": {"en": "HS code"}},
        {"name": "value", "type": "money", "label": {"en": "Value"}},
        {"name": "seal", "type": "text", "label": {"en": "Seal"}},
        {"name": "packed", "type": "date", "label": {"en": "Packed on"}},
        {"name": "sent", "type": "date", "label": {"en": "Sent on"}},
        {"name": "gross", "type": "decimal", "scale": 2, "label": {"en": "Gross"}},
        {"name": "double", "type": "formula", "expr": "weight * 2", "result": "decimal", "label": {"en": "Double"}},
        {"name": "items", "type": "table", "label": {"en": "Items"}, "fields": [
            {"name": "qty", "type": "integer", "label": {"en": "Quantity"}},
            {"name": "each", "type": "decimal", "scale": 2, "label": {"en": "Each"}},
            {"name": "sum", "type": "decimal", "scale": 2, "label": {"en": "Sum"}},
            {"name": "why", "type": "text", "label": {"en": "Reason"}}]},
    ],
    "rules": [
        {"id": "export", "label": {"en": "Export papers"}, "when": "export", "show": ["hs", "value"], "require": ["hs"]},
        {"id": "scrap", "when": "grade == 'c'", "read_only": ["seal"]},
        {"id": "heavy", "when": "weight > 100", "options": {"grade": "grade != 'b'"}},
        {"id": "gross", "when": "weight > 0", "set": {"gross": "weight * 1.1"}},
        {"id": "order", "check": "blank(sent) or blank(packed) or sent >= packed", "at": "sent",
         "message": {"en": "Packed before it is sent", "zh": "先装箱后发货"}},
        {"id": "sums", "set": {"items.sum": "items.qty * items.each"}},
        {"id": "none", "when": "items.qty == 0", "require": ["items.why"]},
    ],
    "layout": {"tabs": [{"label": {"en": "Basics"}, "sections": [
        {"label": {"en": "Crate"}, "columns": 2,
         "fields": ["name", "export", "weight", "grade", "seal", "packed", "sent", "gross", "double"]},
        {"label": {"en": "Papers"}, "columns": 2, "fields": ["hs", "value"]},
        {"label": {"en": "Contents"}, "columns": 1, "fields": ["items"]}]}]},
}  # fmt: skip
