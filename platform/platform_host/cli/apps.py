"""`tradewind app …`: packages of definitions."""

from __future__ import annotations

from pathlib import Path

import click

from platform_core import definitions, identity
from platform_host.cli.session import in_installation, json_option, show


@click.group()
def app() -> None:
    """Install, export and compare apps (folders of definitions)."""


@app.command("list")
@json_option
@in_installation
async def list_(as_json: bool) -> None:
    """The installed apps and their definitions."""
    rows: list[dict[str, object]] = [
        {"app": row.app, "version": row.version, "definitions": row.definitions, "customised": row.customised}
        for row in await definitions.installed_apps()
    ]
    show([*rows], as_json)


@app.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--accept", multiple=True, metavar="ITEM", help="Consent to a destructive item of the plan; repeatable."
)
@in_installation
async def install(folder: Path, accept: tuple[str, ...]) -> None:
    """Install or upgrade the app in FOLDER as one change set."""
    result = await definitions.install_app(folder, actor=identity.SYSTEM, accept=list(accept))
    click.echo(f"{len(result.published)} definitions published, {result.unchanged} unchanged")
    for kept in result.kept:
        click.echo(f"kept as changed here: {kept}")


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
    show([{"definition": c.key, "pointer": c.pointer, "change": c.sentence} for c in changes], as_json)
