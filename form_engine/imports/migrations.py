"""Tables of imports: one row each, the refused rows, and the mappings that were used."""

from __future__ import annotations

from platform_core.database import Column, ColumnType, CreateTable, DropTable, Index, Migration, Table

_UUID, _TEXT, _INT = ColumnType("uuid"), ColumnType("text"), ColumnType("int")
_JSON, _INSTANT, _BOOL = ColumnType("json"), ColumnType("instant"), ColumnType("bool")

IMPORT = Table(
    name="tw_form_import",
    columns=(
        Column("id", _UUID, nullable=False, primary=True),
        Column("form", _TEXT, nullable=False),
        Column("file_id", _UUID, nullable=False),
        Column("file_name", _TEXT, nullable=False),
        Column("state", _TEXT, nullable=False),
        Column("columns", _JSON, nullable=False),
        Column("mapping", _JSON, nullable=False),
        Column("skip_refused", _BOOL, nullable=False, default="FALSE"),
        Column("dry", _BOOL, nullable=False, default="FALSE"),
        Column("total", _INT, nullable=False, default="0"),
        Column("done_line", _INT, nullable=False, default="0"),
        Column("seen", _INT, nullable=False, default="0"),
        Column("created", _INT, nullable=False, default="0"),
        Column("refused", _INT, nullable=False, default="0"),
        Column("message", _TEXT),
        Column("job_id", _UUID),
        Column("created_by", _UUID, nullable=False),
        Column("created_at", _INSTANT, nullable=False),
        Column("finished_at", _INSTANT),
    ),
    indexes=(Index("tw_form_import_by", "tw_form_import", ("created_by", "created_at")),),
)

REFUSED = Table(
    name="tw_form_import_refused",
    columns=(
        Column("import_id", _UUID, nullable=False),
        Column("line", _INT, nullable=False),
        Column("cells", _JSON, nullable=False),
        Column("problems", _JSON, nullable=False),
    ),
    indexes=(Index("tw_form_import_refused_line", "tw_form_import_refused", ("import_id", "line")),),
)

MAPPING = Table(
    name="tw_form_import_mapping",
    columns=(
        Column("form", _TEXT, nullable=False),
        Column("columns_hash", _TEXT, nullable=False),
        Column("mapping", _JSON, nullable=False),
        Column("used_at", _INSTANT, nullable=False),
    ),
    indexes=(
        Index("tw_form_import_mapping_key", "tw_form_import_mapping", ("form", "columns_hash"), unique=True),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "form_engine.0001",
        up=(CreateTable(IMPORT), CreateTable(REFUSED), CreateTable(MAPPING)),
        down=(DropTable(MAPPING.name), DropTable(REFUSED.name), DropTable(IMPORT.name)),
    ),
)
