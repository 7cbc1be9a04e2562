"""Forms: what a company keeps about its customers, and how it is entered, found and changed.

The room owns the kinds `form` and `dictionary`, every field type, what a publish does to a form's tables, and the
routes of records. A plugin adds a field type by subclassing `FieldType` and `registry.add_field_type(…)`. Everything
else works with the compiled `Entity`; who needs more of a form (its layout, its choice lists) asks `form`. A
spreadsheet becomes records by `import_file`, by the screens, or by /api/v1/imports.
"""

from form_engine.definition import FieldDef, FormDef, IndexedField, ValueField
from form_engine.dictionary.compiled import Dictionary
from form_engine.entry import register
from form_engine.fields.base import Cell, FieldType, Names, Schema
from form_engine.imports import ImportRefused, ImportReport, import_file
from form_engine.kind.compile import CompiledForm
from form_engine.showing import cell, form, show
from form_engine.stages import transition
from form_engine.widgets import Widget

__all__ = [
    "Cell",
    "CompiledForm",
    "Dictionary",
    "FieldDef",
    "FieldType",
    "FormDef",
    "ImportRefused",
    "ImportReport",
    "IndexedField",
    "Names",
    "Schema",
    "ValueField",
    "Widget",
    "cell",
    "form",
    "import_file",
    "register",
    "show",
    "transition",
]
