"""The tables of this room.

A definition is kept as text, as its author wrote it: `jsonb` would forget the order of the keys.
"""

from __future__ import annotations

from platform_core.database import (
    BOOL,
    INSTANT,
    INT,
    JSON,
    TEXT,
    UUID,
    Column,
    CreateTable,
    DropTable,
    Index,
    Migration,
    Table,
    sql,
)

_KEY = (
    Column("kind", TEXT, nullable=False),
    Column("app", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
)

DEFINITION = Table(
    name="tw_definition",
    columns=(
        *_KEY,
        Column("revision", INT, nullable=False),
        Column("hash", TEXT, nullable=False),
        Column("state", TEXT, nullable=False),
        Column("label", JSON, nullable=False),
        Column("change_set", UUID, nullable=False),
        Column("updated_at", INSTANT, nullable=False),
    ),
    uniques=(("kind", "app", "name"),),
)

REVISION = Table(
    name="tw_definition_revision",
    columns=(
        *_KEY,
        Column("number", INT, nullable=False),
        Column("hash", TEXT, nullable=False),
        Column("definition", TEXT, nullable=False),
        Column("meta", JSON, nullable=False),
        Column("note", TEXT, nullable=False),
        Column("author", UUID, nullable=False),
        Column("at", INSTANT, nullable=False),
        Column("change_set", UUID, nullable=False),
    ),
    uniques=(("kind", "app", "name", "number"),),
)

DRAFT = Table(
    name="tw_definition_draft",
    columns=(
        *_KEY,
        Column("rev", INT, nullable=False),
        Column("definition", TEXT),
        Column("base", INT, nullable=False),
        Column("updated_by", UUID, nullable=False),
        Column("updated_at", INSTANT, nullable=False),
    ),
    uniques=(("kind", "app", "name"),),
)

DRAFT_STEP = Table(
    name="tw_definition_draft_step",
    columns=(*_KEY, Column("rev", INT, nullable=False), Column("definition", TEXT, nullable=False)),
    uniques=(("kind", "app", "name", "rev"),),
)

REFERENCE = Table(
    name="tw_definition_reference",
    columns=(
        *_KEY,
        Column("to_kind", TEXT, nullable=False),
        Column("to_app", TEXT, nullable=False),
        Column("to_name", TEXT, nullable=False),
        Column("part", TEXT),
        Column("pointer", TEXT, nullable=False),
        Column("required", BOOL, nullable=False),
    ),
    indexes=(
        Index("tw_definition_reference_from", "tw_definition_reference", ("kind", "app", "name")),
        Index(
            "tw_definition_reference_to", "tw_definition_reference", ("to_kind", "to_name", "to_app", "part")
        ),
    ),
)

SHIPPED = Table(
    name="tw_definition_shipped",
    columns=(
        *_KEY,
        Column("version", TEXT, nullable=False),
        Column("hash", TEXT, nullable=False),
        Column("definition", TEXT, nullable=False),
        Column("waiting_version", TEXT),
        Column("waiting_definition", TEXT),
    ),
    uniques=(("kind", "app", "name"),),
)

CATALOG = Table(
    name="tw_definition_catalog",
    columns=(
        Column("id", INT, nullable=False, primary=True),
        Column("version", INT, nullable=False),
        Column("change_set", UUID),
    ),
)

_FIRST_VERSION = sql(
    "INSERT INTO tw_definition_catalog (id, version)"
    " SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM tw_definition_catalog)"
)

_TABLES = (DEFINITION, REVISION, DRAFT, DRAFT_STEP, REFERENCE, SHIPPED, CATALOG)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "definitions.0001",
        up=(*(CreateTable(table) for table in _TABLES), _FIRST_VERSION),
        down=tuple(DropTable(table.name) for table in reversed(_TABLES)),
    ),
)
