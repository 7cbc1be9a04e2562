"""`tradewind import FORM FILE`: a spreadsheet into a form, from the command line."""

from __future__ import annotations

from pathlib import Path

import click

import form_engine
from platform_core import identity
from platform_core.errors import NotFound
from platform_host.cli.session import in_installation, json_option, show


@click.command("import")
@click.argument("form")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "email", metavar="EMAIL", help="Import as this user; without it, as the system.")
@click.option(
    "--map", "pairs", multiple=True, metavar="COLUMN=FIELD", help="Map a column yourself; repeatable."
)
@click.option("--dry-run", is_flag=True, help="Check every row, change nothing.")
@click.option(
    "--errors",
    "error_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write refused rows to this CSV file.",
)
@json_option
@in_installation
async def import_(
    form: str,
    file: Path,
    email: str | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    error_file: Path | None,
    as_json: bool,
) -> None:
    """Import FILE (CSV or XLSX) into FORM. Exit code 1 when rows were refused."""
    actor = await _actor(email)
    report = await form_engine.import_file(
        form,
        file,
        actor=actor,
        mapping=dict(_pair(text) for text in pairs),
        dry_run=dry_run,
        error_file=error_file,
    )
    show([report.as_row()], as_json)
    for line in report.first_problems(20):
        click.echo(line, err=True)
    if report.refused:
        raise SystemExit(1)


def _pair(text: str) -> tuple[str, str]:
    column, equals, field = text.rpartition("=")
    if not equals or not column:
        raise click.BadParameter(f"{text!r} is not COLUMN=FIELD")
    return column, field


async def _actor(email: str | None) -> identity.Actor:
    if email is None:
        return identity.SYSTEM
    user = await identity.user_by_email(email)
    if user is None:
        raise NotFound("There is no account {email}.", params={"email": email})
    return await identity.actor_of(user.id, via="import")
