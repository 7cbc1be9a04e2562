"""Calendars, who works by which, and when people are away."""

from __future__ import annotations

from platform_core.database import (
    DATE,
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

CALENDAR = Table(
    name="tw_calendar",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("name", TEXT, nullable=False),
        Column("rules", JSON, nullable=False),
        Column("revision", INT, nullable=False),
        Column("updated_at", INSTANT, nullable=False),
        Column("updated_by", UUID, nullable=False),
    ),
    uniques=(("name",),),
)
USE = Table(
    name="tw_calendar_use",
    columns=(
        Column("scope", TEXT, nullable=False, primary=True),
        Column("calendar", UUID, nullable=False, references="tw_calendar(id)"),
    ),
    indexes=(Index("tw_calendar_use_calendar", "tw_calendar_use", ("calendar",)),),
)
ABSENCE = Table(
    name="tw_calendar_absence",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("user_id", UUID, nullable=False),
        Column("first_day", DATE, nullable=False),
        Column("last_day", DATE, nullable=False),
        Column("hours", TEXT, nullable=False, default="''"),
        Column("note", TEXT, nullable=False, default="''"),
        Column("created_at", INSTANT, nullable=False),
        Column("created_by", UUID, nullable=False),
    ),
    indexes=(Index("tw_calendar_absence_user", "tw_calendar_absence", ("user_id", "first_day")),),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "calendars.0001",
        up=(CreateTable(CALENDAR), CreateTable(USE), CreateTable(ABSENCE)),
        down=(DropTable(ABSENCE.name), DropTable(USE.name), DropTable(CALENDAR.name)),
    ),
)
