"""Tables of endpoints and of what came in."""

from __future__ import annotations

from platform_core.database import (
    BLOB,
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

ENDPOINT = Table(
    name="tw_inbox_endpoint",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("name", TEXT, nullable=False),
        Column("receiver", TEXT, nullable=False),
        Column("token_hash", TEXT, nullable=False),
        Column("signature_secret", TEXT),
        Column("signature_header", TEXT),
        Column("settings", JSON, nullable=False),
        Column("acts_for", UUID, nullable=False),
        Column("active", BOOL, nullable=False, default="TRUE"),
        Column("created_at", INSTANT, nullable=False),
        Column("created_by", UUID, nullable=False),
    ),
    uniques=(("name",), ("token_hash",)),
)
RECEIVED = Table(
    name="tw_inbox",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("source", TEXT, nullable=False),
        Column("external_id", TEXT, nullable=False),
        Column("receiver", TEXT, nullable=False),
        Column("endpoint", UUID),
        Column("payload", BLOB, nullable=False),
        Column("headers", JSON, nullable=False),
        Column("received_at", INSTANT, nullable=False),
        Column("state", TEXT, nullable=False),
        Column("attempts", INT, nullable=False, default="0"),
        Column("repeats", INT, nullable=False, default="0"),
        Column("last_error", TEXT),
        Column("job", UUID),
        Column("result", JSON),
        Column("finished_at", INSTANT),
    ),
    uniques=(("source", "external_id"),),
    indexes=(
        Index("ix_inbox_state", "tw_inbox", ("state", "id")),
        Index("ix_inbox_age", "tw_inbox", ("received_at",)),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "inbox.0001",
        up=(CreateTable(ENDPOINT), CreateTable(RECEIVED)),
        down=(DropTable(RECEIVED.name), DropTable(ENDPOINT.name)),
    ),
)
