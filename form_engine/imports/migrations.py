"""Tables of imports: one row each, the rows to report, and the mappings that were used."""

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

IMPORT = Table(
    name="tw_form_import",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("form", TEXT, nullable=False),
        Column("file_id", UUID, nullable=False),
        Column("file_name", TEXT, nullable=False),
        Column("sheet", TEXT, nullable=False, default="''"),
        Column("typed", BOOL, nullable=False, default="FALSE"),
        Column("state", TEXT, nullable=False),
        Column("columns", JSON, nullable=False),
        Column("first", JSON, nullable=False),
        Column("mapping", JSON, nullable=False),
        Column("habits", JSON, nullable=False),
        Column("skip_refused", BOOL, nullable=False, default="FALSE"),
        Column("skip_alike", BOOL, nullable=False, default="FALSE"),
        Column("commit_next", BOOL, nullable=False, default="FALSE"),
        Column("total", INT, nullable=False, default="0"),
        Column("done_line", INT, nullable=False, default="0"),
        Column("seen", INT, nullable=False, default="0"),
        Column("created", INT, nullable=False, default="0"),
        Column("refused", INT, nullable=False, default="0"),
        Column("alike", INT, nullable=False, default="0"),
        Column("message", TEXT),
        Column("params", JSON, nullable=False),
        Column("job_id", UUID),
        Column("created_by", UUID, nullable=False),
        Column("created_at", INSTANT, nullable=False),
        Column("finished_at", INSTANT),
    ),
    indexes=(Index("tw_form_import_of", "tw_form_import", ("form", "created_at")),),
)

ROW = Table(
    name="tw_form_import_row",
    columns=(
        Column("import_id", UUID, nullable=False),
        Column("line", INT, nullable=False),
        Column("refused", BOOL, nullable=False),
        Column("cells", JSON, nullable=False),
        Column("problems", JSON, nullable=False),
    ),
    indexes=(Index("tw_form_import_row_line", "tw_form_import_row", ("import_id", "line")),),
)

MAPPING = Table(
    name="tw_form_import_mapping",
    columns=(
        Column("form", TEXT, nullable=False),
        Column("columns_hash", TEXT, nullable=False),
        Column("mapping", JSON, nullable=False),
        Column("used_at", INSTANT, nullable=False),
    ),
    indexes=(
        Index("tw_form_import_mapping_key", "tw_form_import_mapping", ("form", "columns_hash"), unique=True),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "form_engine.0001",
        up=(CreateTable(IMPORT), CreateTable(ROW), CreateTable(MAPPING)),
        down=(DropTable(MAPPING.name), DropTable(ROW.name), DropTable(IMPORT.name)),
    ),
)
