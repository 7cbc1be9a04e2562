"""What the installation knows of itself: its key's fingerprint, its processes, its slow statements."""

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
    Migration,
    Table,
)

INSTALLATION = Table(
    name="tw_installation",
    columns=(
        Column("name", TEXT, nullable=False, primary=True),
        Column("value", TEXT, nullable=False),
        Column("set_at", INSTANT, nullable=False),
    ),
)

PROCESS = Table(
    name="tw_process",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("role", TEXT, nullable=False),
        Column("host", TEXT, nullable=False),
        Column("pid", INT, nullable=False),
        Column("version", TEXT, nullable=False),
        Column("started_at", INSTANT, nullable=False),
        Column("seen_at", INSTANT, nullable=False),
        Column("facts", JSON, nullable=False),
    ),
)

SLOW = Table(
    name="tw_slow_statement",
    columns=(
        Column("digest", TEXT, nullable=False, primary=True),
        Column("shape", TEXT, nullable=False),
        Column("count", INT, nullable=False),
        Column("total_ms", INT, nullable=False),
        Column("longest_ms", INT, nullable=False),
        Column("last_at", INSTANT, nullable=False),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "operations.0001",
        up=(CreateTable(INSTALLATION), CreateTable(PROCESS), CreateTable(SLOW)),
        down=(DropTable(SLOW.name), DropTable(PROCESS.name), DropTable(INSTALLATION.name)),
    ),
)
