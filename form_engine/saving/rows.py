"""How many rows a table field may have."""

from __future__ import annotations

from collections.abc import Sequence

from form_engine.fields.table import TableField
from platform_core.i18n import N_
from platform_core.records import Save


async def refuse_too_many_rows(saves: Sequence[Save]) -> None:
    """Notes every table field that has more rows than its definition allows, and more than it had."""
    for save in saves:
        for name, change in save.rows.items():
            made = save.entity.fields[name].definition
            count = len(change.after)
            if isinstance(made, TableField) and made.max_rows < count and len(change.before) < count:
                message = N_("At most {limit} rows are allowed; these are {count}.")
                save.refuse(name, "too_many", message, limit=made.max_rows, count=count)
