"""The table of installed plugins."""

from __future__ import annotations

from platform_core.database import (
    BOOL,
    INSTANT,
    INT,
    JSON,
    TEXT,
    Column,
    CreateTable,
    DropTable,
    Migration,
    Table,
)

PLUGIN = Table(
    name="tw_plugin",
    columns=(
        Column("name", TEXT, nullable=False, primary=True),
        Column("version", TEXT, nullable=False),
        Column("stage", TEXT, nullable=False),
        Column("enabled", BOOL, nullable=False),
        Column("off_because", TEXT, nullable=False),
        Column("settings", JSON, nullable=False),
        Column("touches", JSON, nullable=False),
        Column("label", JSON, nullable=False),
        Column("installed_at", INSTANT, nullable=False),
        Column("installed_by", TEXT, nullable=False),
        Column("changed_at", INSTANT, nullable=False),
        Column("failures", INT, nullable=False),
        Column("last_error", TEXT),
        Column("failed_at", INSTANT),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("plugins.0001", up=(CreateTable(PLUGIN),), down=(DropTable(PLUGIN.name),)),
)
