"""The tables beside the forms' own: history, comments, number sequences and the ids that other systems use."""

from __future__ import annotations

from platform_core.database import (
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
)

HISTORY = Table(
    name="tw_record_history",
    columns=(
        Column("id", UUID, primary=True),
        Column("form", TEXT, nullable=False),
        Column("record", UUID, nullable=False),
        Column("version", INT, nullable=False),
        Column("action", TEXT, nullable=False),
        Column("at", INSTANT, nullable=False),
        Column("user_id", UUID, nullable=False),
        Column("via", TEXT, nullable=False),
        Column("changes", JSON, nullable=False),
    ),
    indexes=(Index("tw_record_history_record", "tw_record_history", ("record", "version")),),
)

COMMENT = Table(
    name="tw_record_comment",
    columns=(
        Column("id", UUID, primary=True),
        Column("form", TEXT, nullable=False),
        Column("record", UUID, nullable=False),
        Column("at", INSTANT, nullable=False),
        Column("user_id", UUID, nullable=False),
        Column("text", TEXT, nullable=False),
    ),
    indexes=(Index("tw_record_comment_record", "tw_record_comment", ("record", "id")),),
)

SEQUENCE = Table(
    name="tw_record_sequence",
    columns=(
        Column("form", TEXT, primary=True),
        Column("field", TEXT, primary=True),
        Column("period", TEXT, primary=True),
        Column("last", INT, nullable=False),
    ),
)

LINK = Table(
    name="tw_record_link",
    columns=(
        Column("id", UUID, primary=True),
        Column("system", TEXT, nullable=False),
        Column("form", TEXT, nullable=False),
        Column("record", UUID, nullable=False),
        Column("outside_id", TEXT, nullable=False),
        Column("at", INSTANT, nullable=False),
    ),
    uniques=(("system", "form", "outside_id"), ("record", "system")),
)

_TABLES = (HISTORY, COMMENT, SEQUENCE, LINK)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        id="records.0001",
        up=tuple(CreateTable(table) for table in _TABLES),
        down=tuple(DropTable(table.name) for table in reversed(_TABLES)),
    ),
)
