"""The clocks: one row each; an open one is alone with its subject and name."""

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
)

DEADLINE = Table(
    name="tw_deadline",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("subject", TEXT, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("state", TEXT, nullable=False),
        Column("base", INSTANT, nullable=False),
        Column("duration", TEXT, nullable=False),
        Column("scope", TEXT, nullable=False),
        Column("stamp", TEXT, nullable=False),
        Column("points", JSON, nullable=False),
        Column("fired", JSON, nullable=False),
        Column("pauses", JSON, nullable=False),
        Column("waiting", JSON, nullable=False),
        Column("data", JSON, nullable=False),
        Column("due_at", INSTANT),
        Column("next_at", INSTANT),
        Column("plan", INT, nullable=False),
        Column("breached_at", INSTANT),
        Column("late", BOOL, nullable=False, default="FALSE"),
        Column("ended_at", INSTANT),
    ),
    indexes=(
        Index("tw_deadline_subject", "tw_deadline", ("subject", "name")),
        Index("tw_deadline_open", "tw_deadline", ("subject", "name"), unique=True, where="ended_at IS NULL"),
        Index("tw_deadline_next", "tw_deadline", ("next_at",), where="ended_at IS NULL"),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("deadlines.0001", up=(CreateTable(DEADLINE),), down=(DropTable(DEADLINE.name),)),
)
