"""Dated rates. They are kept as text: as exact as they were entered, on both databases."""

from __future__ import annotations

from platform_core.database import DATE, INSTANT, TEXT, UUID, Column, CreateTable, DropTable, Migration, Table

RATE = Table(
    name="tw_rate",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("day", DATE, nullable=False),
        Column("source", TEXT, nullable=False),
        Column("target", TEXT, nullable=False),
        Column("rate", TEXT, nullable=False),
        Column("origin", TEXT, nullable=False),
        Column("entered_at", INSTANT, nullable=False),
        Column("entered_by", UUID, nullable=False),
    ),
    uniques=(("source", "target", "day"),),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("currencies.0001", up=(CreateTable(RATE),), down=(DropTable(RATE.name),)),
)
