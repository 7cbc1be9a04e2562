"""What a compiled form is to everyone else: its fields, their types and columns, its relations and views.

An `Entity` is made by whoever owns the kind of a form and is read by `permissions`, `records`, `search` and the
screens. It is immutable and belongs to one revision; `find` looks one up in the pinned catalog, `incoming` tells who
links to it. `record_table` is the database table it lives in. `EntityScope` is what an expression may say about a
record, and `EntityColumns` what such an expression becomes in SQL.
"""

from platform_core.entities.codecs import instant_wire
from platform_core.entities.columns import EntityColumns, sql_column
from platform_core.entities.lookup import (
    AmbiguousEntity,
    HasEntity,
    Incoming,
    UnknownEntity,
    find,
    get,
    incoming,
    overlay,
)
from platform_core.entities.lookup import all_entities as all
from platform_core.entities.model import (
    Children,
    Computed,
    EncodesItself,
    Entity,
    EntityField,
    EntityView,
    FieldCodec,
    FieldProblem,
    LabelMap,
    Numbering,
    ParseContext,
    ReadsColumn,
    Ref,
    Reference,
    ReferenceKind,
    Rows,
    StoredColumn,
    TitlePart,
)
from platform_core.entities.naming import column_name, index_name, quote, rows_table_name, table_name
from platform_core.entities.scope import EntityScope, Sight, linked_entity
from platform_core.entities.sealed import (
    BLIND_SUFFIX,
    Sealed,
    SealedCodec,
    is_sealed,
    key_column,
    meant,
    sealed_columns,
    sealed_fields,
)
from platform_core.entities.system import SYSTEM_FIELDS, SYSTEM_NAMES, TITLE, TITLE_SORT, system_columns
from platform_core.entities.tables import (
    database_column,
    field_indexes,
    record_indexes,
    record_table,
    rows_table,
    searched_columns,
    unique_index_name,
)

__all__ = [
    "BLIND_SUFFIX",
    "SYSTEM_FIELDS",
    "SYSTEM_NAMES",
    "TITLE",
    "TITLE_SORT",
    "AmbiguousEntity",
    "Children",
    "Computed",
    "EncodesItself",
    "Entity",
    "EntityColumns",
    "EntityField",
    "EntityScope",
    "EntityView",
    "FieldCodec",
    "FieldProblem",
    "HasEntity",
    "Incoming",
    "LabelMap",
    "Numbering",
    "ParseContext",
    "ReadsColumn",
    "Ref",
    "Reference",
    "ReferenceKind",
    "Rows",
    "Sealed",
    "SealedCodec",
    "Sight",
    "StoredColumn",
    "TitlePart",
    "UnknownEntity",
    "all",
    "column_name",
    "database_column",
    "field_indexes",
    "find",
    "get",
    "incoming",
    "index_name",
    "instant_wire",
    "is_sealed",
    "key_column",
    "linked_entity",
    "meant",
    "overlay",
    "quote",
    "record_indexes",
    "record_table",
    "rows_table",
    "rows_table_name",
    "sealed_columns",
    "sealed_fields",
    "searched_columns",
    "sql_column",
    "system_columns",
    "table_name",
    "unique_index_name",
]
