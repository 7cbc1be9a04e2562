"""`tradewind backup` and `tradewind restore`: the whole installation in one file, and back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from platform_core import files, operations
from platform_core.operations import Manifest, Restored
from platform_host.assembly import assemble
from platform_host.cli.session import data_option, in_database, json_option, show, use_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--with-key", is_flag=True, help="Put the secret key into it too: whoever has the file has everything."
)
@click.option("--without-files", is_flag=True, help="Leave attachments in their bucket (files_url).")
@click.option("--overwrite", is_flag=True, help="Replace FILE where it is there already.")
@json_option
@in_database
async def backup(file: Path, with_key: bool, without_files: bool, overwrite: bool, as_json: bool) -> None:
    """Write a backup of everything to FILE, while the program runs.

    The secret key is left out: keep DATA/secret.key in another safe place, the backup cannot be read without it.
    """
    await operations.recognise_key()
    made = await operations.make_backup(
        file, with_key=with_key, with_files=not without_files, overwrite=overwrite
    )
    show([{"file": str(file), **_told(made)}], as_json)
    if made.files_stay_at:
        click.echo(f"tradewind: the files are not in the backup, they stay in {made.files_stay_at}", err=True)
    for sha256 in made.missing_files:
        click.echo(f"tradewind: a stored file is missing and is not in the backup: {sha256}", err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Even where an installation is: it is kept under another name.")
@click.option("--check", "only_check", is_flag=True, help="Only tell what FILE holds.")
@data_option
@json_option
def restore(file: Path, force: bool, only_check: bool, data: str | None, as_json: bool) -> None:
    """Bring an installation back from FILE. Stop the program first, its workers too."""
    if only_check:
        show([{"file": str(file), **_told(operations.read_manifest(file))}], as_json)
        return
    use_settings(data=data)
    known = [migration.id for migration in assemble().migrations]
    restored = asyncio.run(_restore(file, known, force))
    show([{"file": str(file), **_told(restored.manifest)}], as_json)
    if not as_json:
        _advise(restored)


async def _restore(file: Path, known: list[str], force: bool) -> Restored:
    try:
        return await operations.restore_backup(file, known, force=force)
    finally:
        await files.close()


def _told(made: Manifest) -> dict[str, object]:
    return {
        "made_at": made.made_at.isoformat(timespec="seconds"),
        "version": made.version,
        "database": f"{made.engine} {made.server}",
        "rows": sum(made.tables.values()),
        "files": made.files,
        **({"files_stay_at": made.files_stay_at} if made.files_stay_at else {}),
        "key": made.key_fingerprint,
        "with_key": made.with_key,
    }


def _advise(restored: Restored) -> None:
    """What the operator has to know now."""
    for place in restored.kept:
        click.echo(f"kept: {place}")
    if restored.manifest.files_stay_at:
        click.echo(
            f"The files were not in the backup: they are expected in {restored.manifest.files_stay_at}."
        )
        click.echo("Set files_url to it, then see: tradewind doctor")
    if restored.older:
        click.echo(
            f"The backup is older than this program: the next start applies {len(restored.older)} migrations."
        )
    jobs = restored.manifest.leased_jobs
    if jobs:
        click.echo(
            "These jobs were being worked on when the backup was made. What they do outside may have happened;"
        )
        click.echo("they run again when their leases have run out (Settings, Jobs, to cancel one first):")
        for job in jobs:
            click.echo(f"  {job.id}  {job.kind}  {job.subject or ''}  attempt {job.attempt}".rstrip())
    click.echo("Mail and calls to other systems after the backup was made are not known here any more.")
