"""`tradewind audit …`: whether the audit is whole."""

from __future__ import annotations

import json

import click
import msgspec

from platform_core import audit as subject
from platform_core import operations
from platform_host.cli.session import in_database, json_option


@click.group()
def audit() -> None:
    """Look after the audit."""


@audit.command()
@click.option(
    "--expect", metavar="HEAD", help="A head that was printed earlier: proves that nothing was taken back."
)
@json_option
@in_database
async def verify(expect: str | None, as_json: bool) -> None:
    """Check the chain of the audit. Exit code 1 where it is broken."""
    await operations.recognise_key()
    try:
        found = await subject.verify(expect=expect)
    except ValueError as exc:
        raise click.BadParameter(str(exc), param_hint="--expect") from exc
    if as_json:
        click.echo(json.dumps(_told(found), indent=2))
    else:
        for line in _lines(found):
            click.echo(line)
    if not found.ok:
        raise SystemExit(1)


def _told(found: subject.Verdict) -> dict[str, object]:
    told: dict[str, object] = msgspec.to_builtins(found)
    if found.broken is not None:
        told["problem"] = found.broken.message.format(number=found.broken.number)
    return told


def _lines(found: subject.Verdict) -> list[str]:
    if found.broken is None:
        lines = [f"ok: {found.sealed} lines are sealed and as they were written"]
    else:
        problem = found.broken.message.format(number=found.broken.number)
        place = f" (id {found.broken.line})" if found.broken.line else ""
        lines = [f"BROKEN: {problem}{place}"]
        if found.sealed:
            lines.append(f"lines 1 to {found.sealed} hold")
    if found.unsealed:
        lines.append(f"{found.unsealed} lines wait for the sealer, the oldest since {found.waiting_since}")
    return [*lines, f"head: {found.head}"]
