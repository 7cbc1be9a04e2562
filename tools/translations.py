"""Compile the message catalogs: `.po` files are kept, the `.mo` files beside them are made here."""

from pathlib import Path

from tools.steps import ROOT

LOCALES = ROOT / "platform" / "platform_core" / "i18n" / "locale"


def catalogs() -> list[Path]:
    """Every message catalog in the tree, in a stable order."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))


def compiled(catalog: Path) -> Path:
    return catalog.with_suffix(".mo")


def compile_all() -> None:
    """Write each catalog's `.mo`. Untranslated and fuzzy messages stay out: the reader gets the fallback."""
    # Babel is there only inside the environment; the set-up asks this module for its paths before that.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for catalog in catalogs():
        with catalog.open("rb") as source:
            messages = read_po(source, locale=catalog.parent.parent.name)
        with compiled(catalog).open("wb") as target:
            write_mo(target, messages)


if __name__ == "__main__":
    compile_all()
