"""The group of commands, and what happens to an error that reaches it."""

from __future__ import annotations

import sys

import click

from platform_core.errors import Invalid, TradewindError
from platform_host.cli.apps import app
from platform_host.cli.audit import audit
from platform_host.cli.backups import backup, restore
from platform_host.cli.demo import demo
from platform_host.cli.doctor import doctor
from platform_host.cli.files import files_
from platform_host.cli.imports import import_
from platform_host.cli.migrate import migrate
from platform_host.cli.plugins import WithPlugins, plugin
from platform_host.cli.search import search_
from platform_host.cli.secrets import secrets_
from platform_host.cli.serve import serve
from platform_host.cli.translations import i18n_
from platform_host.cli.users import user
from platform_host.cli.worker import beat, worker

USAGE_ERROR, FAILED = 2, 1


@click.group(cls=WithPlugins, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tradewind", prog_name="tradewind")
def tradewind() -> None:
    """Tradewind (信风): the low-code CRM for foreign trade."""


for command in (serve, worker, migrate, app, user, import_, demo, secrets_, search_, i18n_, files_):
    tradewind.add_command(command)
for command in (plugin, audit, backup, restore, beat):
    tradewind.add_command(command)
tradewind.add_command(doctor)


def main() -> None:
    """Run one command. Exit codes: 0 done, 1 refused or failed (the reason on stderr), 2 wrong usage."""
    try:
        tradewind.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except TradewindError as error:
        _explain(error)
        sys.exit(FAILED)


def _explain(error: TradewindError) -> None:
    """What happened, where, and what to do, in plain lines on stderr."""
    click.echo(f"tradewind: {error.text}", err=True)
    if isinstance(error, Invalid):
        for problem in error.errors:
            place = f"{problem.pointer}: " if problem.pointer else ""
            click.echo(f"  {place}{problem.text} {problem.remedy}".rstrip(), err=True)
    if error.remedy:
        click.echo(f"  {error.remedy.format_map(_Blanks(error.params))}", err=True)


class _Blanks(dict[str, object]):
    """Leaves an unknown place of a remedy as it stands."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
