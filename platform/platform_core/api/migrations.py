"""The table of remembered answers."""

from __future__ import annotations

from platform_core.database import (
    BLOB,
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

IDEMPOTENCY = Table(
    name="tw_api_idempotency",
    columns=(
        Column("key", TEXT, nullable=False),
        Column("actor", UUID, nullable=False),
        Column("route", TEXT, nullable=False),
        Column("request_hash", TEXT, nullable=False),
        Column("status", INT),
        Column("headers", JSON),
        Column("body", BLOB),
        Column("created_at", INSTANT, nullable=False),
        Column("expires_at", INSTANT, nullable=False),
    ),
    indexes=(Index("tw_api_idempotency_end", "tw_api_idempotency", ("expires_at",)),),
    uniques=(("key", "actor", "route"),),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("api.0001", up=(CreateTable(IDEMPOTENCY),), down=(DropTable(IDEMPOTENCY.name),)),
)
