"""Lets Piccolo's own queries (a plugin's `Table` classes) run through this room: its pool and its transactions."""

from __future__ import annotations

from typing import Any

from piccolo.querystring import QueryString

from platform_core.database.errors import TransactionMisuse
from platform_core.database.statements import fetch_all


class PiccoloDoor:
    """Mixed into both engines, before Piccolo's class."""

    engine_type: str

    async def check_version(self) -> None:
        """Piccolo would connect once more on construction; `open` checks the version on its own connection."""

    async def prep_database(self) -> None:
        """No extensions are needed."""

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[dict[str, Any]]:
        """Runs one of Piccolo's queries in the open transaction, or alone."""
        sql, params = querystring.compile_string(engine_type=self.engine_type)
        return await fetch_all(sql, params, write=True)

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[dict[str, Any]]:
        return await fetch_all(ddl, write=True)

    def transaction(self, *args: object, **kwargs: object) -> Any:
        """Refused: Piccolo's nested transaction joins the outer one without a savepoint."""
        raise TransactionMisuse(
            "Piccolo's transaction has no savepoints.", remedy="Use database.transaction()."
        )

    atomic = transaction

    async def get_connection(self) -> Any:
        """Refused: a connection outside of the pool would be nobody's to close."""
        raise TransactionMisuse(
            "This engine lends no connections.", remedy="Use the statements of the façade."
        )
