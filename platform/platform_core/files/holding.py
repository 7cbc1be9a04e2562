"""Files that no record's field holds but another thing does: the upload of an import."""

from __future__ import annotations

from platform_core import database


async def hold(file_id: str, form: str, holder: str) -> None:
    """Keep an upload for `holder` (an id), so that it is not swept away. Its uploader still may fetch it.

    Runs in the caller's transaction; a file that is held already stays where it is.
    """
    await database.execute(
        "UPDATE tw_file SET form = ?, record = ? WHERE id = ? AND record IS NULL", (form, holder, file_id)
    )


async def let_go(file_id: str) -> None:
    """Give a held file up: the next sweep removes it. Runs in the caller's transaction."""
    await database.execute(
        "UPDATE tw_file SET form = NULL, record = NULL WHERE id = ? AND field IS NULL", (file_id,)
    )
