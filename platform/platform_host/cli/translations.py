"""`tradewind i18n …`: what lacks words in a language, and files for translators, out and back in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from platform_core import definitions, i18n, identity
from platform_host.cli.session import data_option, in_installation, json_option, show

_LANGUAGES = tuple(language.code for language in i18n.languages())
_Given = TypeVar("_Given", bound=Callable[..., object])
_language = click.argument("language", type=click.Choice(_LANGUAGES))
_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


def _of_what(command: _Given) -> _Given:
    """The options that choose whose words are meant; without them it is the product's own."""
    app = click.option("--app", metavar="NAME", help="The labels of this app, as it is published here.")
    folder = click.option(
        "--folder",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The labels in this folder of an app.",
    )
    return data_option(app(folder(command)))


@click.group("i18n")
def i18n_() -> None:
    """Translate: what lacks words, and files for translators (PO, or CSV for a spreadsheet)."""


@i18n_.command()
@click.argument("languages", nargs=-1, type=click.Choice(_LANGUAGES))
@_of_what
@json_option
def missing(
    languages: tuple[str, ...], app: str | None, folder: Path | None, data: str | None, as_json: bool
) -> None:
    """Count what lacks words, or has broken ones, in each of LANGUAGES (all without it).

    Exit code 1 where words are broken: a placeholder is lost or foreign, a plural form is missing.
    """
    wanted = languages or tuple(code for code in _LANGUAGES if code != i18n.SOURCE)
    if app is None and folder is None:
        rows = [i18n.standing("product", code, i18n.product_units(code)) for code in wanted]
    else:
        raws = in_installation(_labels)(app=app, folder=folder, data=data)
        source = app or str(folder)
        rows = [i18n.standing(source, code, definitions.units_of(raws, code)) for code in wanted]
    show([msgspec.structs.asdict(row) for row in rows], as_json)
    if any(row.broken for row in rows):
        raise SystemExit(1)


@i18n_.command()
@_language
@_file
@_of_what
@click.option("--all", "everything", is_flag=True, help="Also what has words already, for proofreading.")
def export(
    language: str, file: Path, app: str | None, folder: Path | None, data: str | None, everything: bool
) -> None:
    """Write what lacks words in LANGUAGE to FILE, a .po or a .csv."""
    if app is None and folder is None:
        units = i18n.product_units(language)
    else:
        units = definitions.units_of(in_installation(_labels)(app=app, folder=folder, data=data), language)
    chosen = [unit for unit in units if everything or not unit.is_translated]
    i18n.write_translations(file, language, chosen, i18n.forms_of(language))
    click.echo(f"{len(chosen)} of {len(units)} messages written to {file}")


@i18n_.command("import")
@_language
@_file
@_of_what
@click.option(
    "--catalogs", type=click.Path(file_okay=False, path_type=Path), help="The product's catalogues."
)
@click.option("--dry-run", is_flag=True, help="Check every line, change nothing.")
def import_words(
    language: str,
    file: Path,
    app: str | None,
    folder: Path | None,
    data: str | None,
    catalogs: Path | None,
    dry_run: bool,
) -> None:
    """Take the words of FILE into LANGUAGE, all of them or none.

    Lines with a lost or foreign placeholder, or too few plural forms, are named and refuse the file. Empty words are
    left out; so are messages that are no longer asked for. Labels of an app are published at once.
    """
    forms = i18n.forms_of(language)
    units = i18n.read_translations(file, language, forms)
    i18n.refuse_faults(file.name, units, forms)
    if app is None and folder is None:
        places = {"folder": catalogs} if catalogs else {}
        taken = i18n.take_product(language, units, dry_run=dry_run, **places)
    else:
        taken = in_installation(_take)(
            language=language, units=units, app=app, folder=folder, dry_run=dry_run, data=data
        )
    verb = "would change" if dry_run else "changed"
    click.echo(f"{taken.changed} {verb}, {taken.unchanged} unchanged")
    for unit in taken.unknown:
        click.echo(f"{file.name}:{unit.lines[0]}: not asked for: {unit.source[0]}", err=True)


async def _labels(
    *, app: str | None, folder: Path | None, data: str | None = None
) -> dict[definitions.Key, definitions.Raw]:
    if folder is not None:
        return await definitions.packaged_in(folder)
    return await definitions.published_of(app or definitions.LOCAL)


async def _take(
    *,
    language: str,
    units: list[i18n.Unit],
    app: str | None,
    folder: Path | None,
    dry_run: bool,
    data: str | None = None,
) -> i18n.Taken:
    raws = await _labels(app=app, folder=folder)
    if folder is not None:
        return await definitions.write_labels(folder, raws, language, units, dry_run=dry_run)
    return await definitions.publish_labels(raws, language, units, actor=identity.SYSTEM, dry_run=dry_run)
