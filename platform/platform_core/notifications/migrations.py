"""Tables of notices and of what people want to be told."""

from __future__ import annotations

from platform_core.database import (
    BOOL,
    INSTANT,
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

NOTICE = Table(
    name="tw_notification",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("user_id", UUID, nullable=False),
        Column("topic", TEXT, nullable=False),
        Column("msgid", TEXT, nullable=False),
        Column("params", JSON, nullable=False),
        Column("form", TEXT),
        Column("record", UUID),
        Column("link", TEXT),
        Column("key", TEXT),
        Column("shown", BOOL, nullable=False, default="TRUE"),
        Column("digest", BOOL, nullable=False, default="FALSE"),
        Column("created_at", INSTANT, nullable=False),
        Column("read_at", INSTANT),
    ),
    uniques=(("user_id", "key"),),
    indexes=(
        Index("ix_notification_user", "tw_notification", ("user_id", "id"), where="shown"),
        Index("ix_notification_unread", "tw_notification", ("user_id",), where="shown AND read_at IS NULL"),
        Index("ix_notification_digest", "tw_notification", ("user_id",), where="digest"),
        Index("ix_notification_age", "tw_notification", ("created_at",)),
    ),
)
PREFERENCE = Table(
    name="tw_notification_preference",
    columns=(
        Column("user_id", UUID, nullable=False),
        Column("topic", TEXT, nullable=False),
        Column("in_app", BOOL, nullable=False),
        Column("mail", TEXT, nullable=False),
    ),
    uniques=(("user_id", "topic"),),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "notifications.0001",
        up=(CreateTable(NOTICE), CreateTable(PREFERENCE)),
        down=(DropTable(PREFERENCE.name), DropTable(NOTICE.name)),
    ),
)
