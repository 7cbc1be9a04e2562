"""The table of stored files."""

from __future__ import annotations

from platform_core.database import Column, ColumnType, CreateTable, DropTable, Index, Migration, Table

_UUID, _TEXT, _INT, _INSTANT = (
    ColumnType("uuid"),
    ColumnType("text"),
    ColumnType("int"),
    ColumnType("instant"),
)

FILE = Table(
    name="tw_file",
    columns=(
        Column("id", _UUID, nullable=False, primary=True),
        Column("name", _TEXT, nullable=False),
        Column("size", _INT, nullable=False),
        Column("type", _TEXT, nullable=False),
        Column("sha256", _TEXT, nullable=False),
        Column("created_by", _UUID, nullable=False),
        Column("created_at", _INSTANT, nullable=False),
        Column("form", _TEXT),
        Column("record", _UUID),
        Column("field", _TEXT),
    ),
    indexes=(
        Index("tw_file_sha256", "tw_file", ("sha256",)),
        Index("tw_file_loose", "tw_file", ("created_at",), where="record IS NULL"),
        Index("tw_file_record", "tw_file", ("record",)),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("files.0001", up=(CreateTable(FILE),), down=(DropTable(FILE.name),)),
)
