"""`tradewind app …`: packages of definitions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from platform_core import definitions, identity, jobs
from platform_host.cli.session import in_installation, json_option, show

_LOOK_SECONDS = 0.5


@click.group()
def app() -> None:
    """Install, export and compare apps (folders of definitions)."""


@app.command("list")
@json_option
@in_installation
async def list_(as_json: bool) -> None:
    """The installed apps and their definitions."""
    rows: list[dict[str, object]] = [
        {
            "app": row.app,
            "version": row.version,
            "definitions": row.definitions,
            "customised": row.customised,
            "waiting": row.waiting,
        }
        for row in await definitions.installed_apps()
    ]
    show([*rows], as_json)


@app.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--accept", multiple=True, metavar="ITEM", help="Consent to a destructive item of the plan; repeatable."
)
@click.option(
    "--on-conflict",
    type=click.Choice(["ask", "mine", "theirs", "fail"]),
    default="ask",
    show_default=True,
    help="What counts where this company and the new version have changed the same; ask: leave it for /admin/apps.",
)
@in_installation
async def install(folder: Path, accept: tuple[str, ...], on_conflict: definitions.OnConflict) -> None:
    """Install or upgrade the app in FOLDER as one change set, merged with what was changed here."""
    result = await definitions.install_app(
        folder, actor=identity.SYSTEM, accept=list(accept), on_conflict=on_conflict
    )
    if result.job is not None:
        await _finish(result.job)
    click.echo(f"{len(result.published)} definitions published, {result.unchanged} unchanged")
    for merged in result.merged:
        click.echo(f"merged with changes of this company: {merged}")
    for kept in result.kept:
        click.echo(f"kept as changed here: {kept}")
    if result.conflicts:
        click.echo(f"{result.conflicts} places wait for a decision under /admin/apps/{result.app}/merge")


async def _finish(job: str) -> None:
    """Does the work that is meant for the background, unless a worker has it already; stops with what went wrong."""
    click.echo("big tables are being changed ...")
    while not (found := await jobs.get(job)) or not found.is_finished:
        if not await jobs.run(job):
            await asyncio.sleep(_LOOK_SECONDS)
    rollout = await definitions.rollout_of_job(job)
    if rollout is not None and rollout.failure is not None:
        await jobs.Worker(concurrency=1).run_once()  # take back what was begun
        failure = rollout.failure
        for record in failure.records:
            click.echo(f"in the way: {failure.form} {record.id} {record.title!r}: {record.value!r}", err=True)
        raise click.ClickException(failure.text)


@app.command()
@click.argument("name")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@in_installation
async def export(name: str, folder: Path) -> None:
    """Write the app NAME as it is published here into FOLDER."""
    files = await definitions.export_app(name, folder)
    click.echo(f"{len(files)} files written to {folder}")


@app.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@in_installation
async def diff(folder: Path, as_json: bool) -> None:
    """What installing FOLDER would change, in sentences."""
    changes = await definitions.diff_app(folder)
    show(
        [
            {
                "definition": c.key,
                "pointer": c.pointer,
                "change": c.sentence,
                "conflict": "waits for a decision" if c.kept else "",
            }
            for c in changes
        ],
        as_json,
    )
