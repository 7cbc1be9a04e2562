"""`tradewind plugin …`, and the commands that plugins bring themselves."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path

import click

from platform_core import identity, plugins
from platform_core.errors import Problem
from platform_core.plugins import PluginRefused
from platform_host.assembly import assemble
from platform_host.cli.session import data_option, in_installation, json_option, show, use_settings


@click.group()
def plugin() -> None:
    """Write, check, install and remove plugins."""


@plugin.command("list")
@json_option
@in_installation
async def list_(as_json: bool) -> None:
    """Every plugin that is found or installed, and where it stands."""
    rows: list[Mapping[str, object]] = [
        {
            "plugin": one.name, "standing": one.standing, "version": one.version, "label": one.label,
            "failures": one.state.failures if one.state else 0, "place": one.place or "–",
            "reason": one.reason or "; ".join(problem.text for problem in one.problems),
        }
        for one in await plugins.listing()
    ]  # fmt: skip
    show(rows, as_json)


@plugin.command()
@click.argument("name")
@click.option(
    "--in", "shelf", type=click.Path(file_okay=False, path_type=Path), default=None,
    help="Folder to write it into (default: the data folder's plugins).",
)  # fmt: skip
@data_option
def new(name: str, shelf: Path | None, data: str | None) -> None:
    """Begin the plugin NAME: a package that works, with its test."""
    current = use_settings(data=data)
    for file in plugins.new_plugin(name, shelf or current.data / "plugins"):
        click.echo(f"written: {file}")
    click.echo(f"next: tradewind plugin check {name}")


@plugin.command()
@click.argument("plugin_")
@data_option
@json_option
def check(plugin_: str, data: str | None, as_json: bool) -> None:
    """List everything that is wrong with PLUGIN (a name, or a folder). Exit code 1 when there is something."""
    use_settings(data=data)
    folder = Path(plugin_)
    found = (
        plugins.read_plugin(folder) if (folder / "plugin.toml").is_file() else plugins.find_plugin(plugin_)
    )
    problems = plugins.check_plugin(found, assemble())
    if as_json:
        show([{"pointer": one.pointer, "code": one.code, "message": _said(one)} for one in problems], True)
    for one in [] if as_json else problems:
        click.echo(f"{one.pointer or '/'}: {_said(one)}")
    if problems:
        raise SystemExit(1)
    if not as_json:
        click.echo(f"{found.name}: no problems")


@plugin.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@in_installation
async def install(name: str, yes: bool) -> None:
    """Install the plugin NAME, after showing what it touches."""
    found = plugins.find_plugin(name)
    click.echo(f"{found.name} {found.usable.version} ({found.folder}) touches:")
    for line in plugins.footprint_of(found):
        click.echo(f"  {line.label}: {', '.join(line.names)}")
    click.echo("A plugin is trusted code: it can do whatever Tradewind can do.")
    if not yes:
        click.confirm("Install it?", abort=True)
    state = await plugins.install(name, actor=identity.SYSTEM)
    click.echo(f"installed and switched on: {state.name} {state.version}")


@plugin.command()
@click.argument("name")
@in_installation
async def enable(name: str) -> None:
    """Switch the installed plugin NAME on, in every running process at once."""
    state = await plugins.enable(name, actor=identity.SYSTEM)
    click.echo(f"on: {state.name} {state.version}")


@plugin.command()
@click.argument("name")
@in_installation
async def disable(name: str) -> None:
    """Switch the plugin NAME off, in every running process at once; its data stays."""
    state = await plugins.disable(name, actor=identity.SYSTEM)
    click.echo(f"off: {state.name}")


@plugin.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Lose its data without asking.")
@click.option("--archive", is_flag=True, help="Write its data into the data folder's archive first.")
@in_installation
async def remove(name: str, yes: bool, archive: bool) -> None:
    """Take the plugin NAME out without residue. Refused while forms still use what it brings."""
    plan = await plugins.plan_of_removal(name, actor=identity.SYSTEM)
    for item in plan:
        click.echo(f"  {item.text}")
    lost = [one.id for one in plan if one.code != "in_use"]
    if lost and not archive and not yes and all(one.code != "in_use" for one in plan):
        click.confirm("Lose this data?", abort=True)
    try:
        file = await plugins.remove(name, accept=lost, archived=archive, actor=identity.SYSTEM)
    except PluginRefused:
        click.echo("Nothing was removed.", err=True)
        raise
    click.echo(f"removed: {name}")
    if file is not None:
        click.echo(f"archive: {file}")


def _said(problem: Problem) -> str:
    remedy = problem.remedy.format_map(_Given(problem.params)) if problem.remedy else ""
    return f"{problem.text} {remedy}".rstrip()


class _Given(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class WithPlugins(click.Group):
    """The group of commands; one that it does not know may belong to a plugin."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Our own command, or the one of a plugin whose manifest announces it."""
        own = super().get_command(ctx, cmd_name)
        return own if own is not None else _foreign(cmd_name)


def _foreign(name: str) -> click.Command | None:
    """A command that takes its arguments unread; the plugin's own command reads them inside the installation."""
    use_settings()
    owner = next((one for one in plugins.find_plugins().values() if _announces(one, name)), None)
    if owner is None:
        return None

    @click.command(
        name, context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False
    )  # fmt: skip
    @click.argument("words", nargs=-1, type=click.UNPROCESSED)
    @in_installation
    async def run(words: tuple[str, ...]) -> None:
        command = plugins.command_of(owner.name, name)
        with command.make_context(f"tradewind {name}", list(words)) as inner:
            answer = inner.invoke(command.callback or _nothing, **inner.params)
            if inspect.isawaitable(answer):
                await answer

    return run


def _announces(found: plugins.Found, command: str) -> bool:
    return found.manifest is not None and command in found.manifest.names_of("command")


def _nothing() -> None:
    """What a command without a callback does."""
