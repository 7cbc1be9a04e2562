"""Tables of named secrets and of the data keys that seal them."""

from __future__ import annotations

from platform_core.database import (
    BLOB,
    INSTANT,
    TEXT,
    UUID,
    Column,
    CreateTable,
    DropTable,
    Index,
    Migration,
    Table,
)

KEY = Table(
    name="tw_secret_key",
    columns=(
        Column("id", UUID, primary=True),
        Column("wrapped", BLOB, nullable=False),
        Column("wrapped_by", TEXT, nullable=False),
        Column("created_at", INSTANT, nullable=False),
        Column("retired_at", INSTANT),
    ),
)
SECRET = Table(
    name="tw_secret",
    columns=(
        Column("name", TEXT, nullable=False, primary=True),
        Column("sealed", BLOB, nullable=False),
        Column("key_id", UUID, nullable=False),
        Column("note", TEXT, nullable=False, default="''"),
        Column("created_at", INSTANT, nullable=False),
        Column("changed_at", INSTANT, nullable=False),
        Column("changed_by", UUID, nullable=False),
    ),
    indexes=(Index("ix_secret_key", "tw_secret", ("key_id",)),),
)

FIELD_KEY = Table(
    name="tw_field_key",
    columns=(
        Column("id", UUID, primary=True),
        Column("purpose", TEXT, nullable=False),
        Column("wrapped", BLOB, nullable=False),
        Column("wrapped_by", TEXT, nullable=False),
        Column("created_at", INSTANT, nullable=False),
        Column("retired_at", INSTANT),
    ),
    indexes=(
        Index("ux_field_key_present", "tw_field_key", ("purpose",), unique=True, where="retired_at IS NULL"),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "secrets.0001",
        up=(CreateTable(KEY), CreateTable(SECRET)),
        down=(DropTable(SECRET.name), DropTable(KEY.name)),
    ),
    Migration("secrets.0002", up=(CreateTable(FIELD_KEY),), down=(DropTable(FIELD_KEY.name),)),
)
