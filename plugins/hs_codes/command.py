"""`tradewind hs-codes WORDS…`: the search on the command line."""

from __future__ import annotations

import json

import click

from hs_codes.pages import found


@click.command("hs-codes")
@click.argument("words", nargs=-1, required=True)
@click.option("--language", default="en", show_default=True, help="Language of the descriptions.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def search_command(words: tuple[str, ...], language: str, limit: int, as_json: bool) -> None:
    """Find customs numbers by their beginning, or by words. Exit code 1 when there is none."""
    rows = found(" ".join(words), language, limit)
    if as_json:
        listed = [{"code": row.code, "level": row.level, "text": row.text} for row in rows]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            click.echo(f"{row.shown:<8} {row.text}")
    if not rows:
        click.echo("nothing found", err=True)
        raise SystemExit(1)
