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
    RunSql,
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

ROLLOUT = Table(
    name="tw_definition_rollout",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("state", TEXT, nullable=False),
        Column("phase", TEXT, nullable=False),
        *(
            Column(name, TEXT, nullable=False)
            for name in ("keys", "items", "note", "accept", "answers", "steps")
        ),
        Column("draft", INT),
        *(Column(name, TEXT, nullable=False) for name in ("author", "revisions", "made", "rest", "cursor")),
        Column("done", INT, nullable=False),
        Column("total", INT, nullable=False),
        Column("failure", TEXT, nullable=False),
        Column("job", UUID),
        Column("created_at", INSTANT, nullable=False),
        Column("ended_at", INSTANT),
    ),
)

ROLLOUT_KEY = Table(
    name="tw_definition_rollout_key",
    columns=(*_KEY, Column("rollout", UUID, nullable=False)),
    uniques=(("kind", "app", "name", "rollout"),),
)

NOTED = Table(
    name="tw_definition_noted",
    columns=(
        Column("seq", INT, nullable=False, primary=True, identity=True),
        Column("watch", TEXT, nullable=False),
        Column("record", UUID, nullable=False),
    ),
    indexes=(Index("tw_definition_noted_watch", "tw_definition_noted", ("watch", "seq")),),
)
"""Rows that were changed while their columns are being copied; written by triggers (`rollout_watch`)."""

_NOTE_FUNCTION = RunSql(
    postgresql=(
        """CREATE OR REPLACE FUNCTION tw_definition_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO tw_definition_noted (watch, record) VALUES (TG_ARGV[0], NEW.id); RETURN NULL; END $$""",
    )
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
    Migration(
        "definitions.0002",
        up=(*(CreateTable(table) for table in (ROLLOUT, ROLLOUT_KEY, NOTED)), _NOTE_FUNCTION),
        down=(
            RunSql(postgresql=("DROP FUNCTION IF EXISTS tw_definition_note() CASCADE",)),
            *(DropTable(table.name) for table in (NOTED, ROLLOUT_KEY, ROLLOUT)),
        ),
    ),
)
