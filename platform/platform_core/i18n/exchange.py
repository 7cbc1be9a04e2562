"""Files for translators: gettext's PO, which their programs know, and CSV for a spreadsheet. Both are read back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from platform_core.errors import Problem
from platform_core.i18n.languages import known
from platform_core.i18n.plurals import new_catalog
from platform_core.i18n.units import CATEGORIES, BrokenTranslations, Unit

_COLUMNS = ("context", "source", "plural", "form")
_NOTE = "note"
_OPEN_QUOTE = re.compile(r'(?:msg\w+(?:\[\d+\])?\s*)?"(?:[^"\\]|\\.)*')
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(path: Path, language: str, units: Sequence[Unit], forms: int) -> None:
    """Writes the units as PO or CSV, by the file's suffix; the folder is made. Raises BrokenTranslations for another."""
    text = {".po": _po, ".csv": _csv}.get(path.suffix.lower())
    if text is None:
        raise _refused(path, 0, "suffix", "Only files named *.po and *.csv are written and read.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text(language, units, forms))


def read(path: Path, language: str, forms: int) -> list[Unit]:
    """The units of a translators' file, with their lines. Raises BrokenTranslations where it cannot be read at all,
    or is of another language."""
    readers = {".po": _read_po, ".csv": _read_csv}
    if (reader := readers.get(path.suffix.lower())) is None:
        raise _refused(path, 0, "suffix", "Only files named *.po and *.csv are written and read.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as exc:
        raise _refused(path, 0, "missing", f"The file cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        line = exc.object[: exc.start].count(b"\n") + 1
        raise _refused(path, line, "encoding", "This is no UTF-8 text. Save the file as UTF-8.") from exc
    return reader(path, text, language, forms)


def _refused(path: Path, line: int, code: str, message: str) -> BrokenTranslations:
    return BrokenTranslations(
        [Problem(pointer=f"{path.name}:{line}" if line else path.name, code=code, message=message)]
    )


def _po(language: str, units: Sequence[Unit], forms: int) -> bytes:
    catalog = new_catalog(language)
    for unit in units:
        words = unit.words or ("",) * (forms if unit.is_plural else 1)
        catalog.add(
            unit.source if unit.is_plural else unit.source[0],
            words if unit.is_plural else words[0],
            auto_comments=[unit.note] if unit.note else [],
            context=unit.context or None,
        )
    image = io.BytesIO()
    write_po(image, catalog, width=0)
    return image.getvalue()


def _read_po(path: Path, text: str, language: str, forms: int) -> list[Unit]:
    for line, written in enumerate(text.splitlines(), 1):
        if _OPEN_QUOTE.fullmatch(written.strip()):  # Babel would read an empty text and say nothing
            raise _refused(path, line, "syntax", "The closing quote is missing.")
    try:
        catalog = read_po(io.StringIO(text), abort_invalid=True)
    except PoFileError as exc:
        raise _refused(path, exc.lineno + 1, "syntax", "This line belongs to no PO file.") from exc
    except (ValueError, LookupError) as exc:
        raise _refused(path, 1, "syntax", f"This is no PO: {exc}.") from exc
    _same_language(path, 1, _language_of(catalog), language)
    units: list[Unit] = []
    for message in catalog:
        if not message.id or message.fuzzy:
            continue  # a fuzzy entry is a guess of the translator's program
        source = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        words = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        units.append(
            Unit(
                source=source,
                words=tuple(word or "" for word in words),
                context=message.context or "",
                lines=(message.lineno or 0,),
            )
        )
    return units


def _language_of(catalog: Catalog) -> str:
    return catalog.locale_identifier or ""


def _same_language(path: Path, line: int, found: str, wanted: str) -> None:
    if found and known(found).code != wanted:
        raise _refused(path, line, "language", f"This file is in '{found}', not in '{wanted}'.")


def _csv(language: str, units: Sequence[Unit], forms: int) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*_COLUMNS, language, _NOTE])
    for unit in units:
        if not unit.is_plural:
            writer.writerow(
                _guarded([unit.context, unit.source[0], "", "", (unit.words or ("",))[0], unit.note])
            )
            continue
        words = unit.words or ("",) * forms
        for form, word in zip(CATEGORIES[forms], words, strict=True):
            writer.writerow(_guarded([unit.context, *unit.source, form, word, unit.note]))
    # The mark tells spreadsheet programs that this is UTF-8.
    return ("\ufeff" + file.getvalue()).encode()


def _guarded(cells: Iterable[str]) -> list[str]:
    """Some messages begin with a sign, which a spreadsheet program would take for a formula."""
    return [f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell for cell in cells]


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _read_csv(path: Path, text: str, language: str, forms: int) -> list[Unit]:
    rows = _rows(path, text)
    if not rows or tuple(rows[0][1][:4]) != _COLUMNS or len(rows[0][1]) < 5:
        raise _refused(path, 1, "heading", f"The first row must be {','.join((*_COLUMNS, language))}.")
    _same_language(path, 1, rows[0][1][4], language)
    whole: dict[tuple[str, ...], dict[str, tuple[str, int]]] = {}
    singles: list[tuple[int, Unit]] = []
    for line, cells in rows[1:]:
        context, source, plural, form, word = (_bare(cell) for cell in (*cells, "", "", "", "", "")[:5])
        if not source:
            continue
        if not plural:
            singles.append((line, Unit(source=(source,), words=(word,), context=context, lines=(line,))))
        elif form not in CATEGORIES[forms]:
            raise _refused(path, line, "form", f"'{form}' is none of: {', '.join(CATEGORIES[forms])}.")
        else:
            whole.setdefault((context, source, plural), {})[form] = (word, line)
    return [unit for _line, unit in sorted([*singles, *_plurals(whole, forms)], key=lambda placed: placed[0])]


def _plurals(
    whole: dict[tuple[str, ...], dict[str, tuple[str, int]]], forms: int
) -> Iterable[tuple[int, Unit]]:
    for (context, *source), found in whole.items():
        first = min(line for _word, line in found.values())
        placed = [found.get(form, ("", first)) for form in CATEGORIES[forms]]
        unit = Unit(
            source=tuple(source), words=tuple(word for word, _line in placed), context=context,
            lines=tuple(line for _word, line in placed),
        )  # fmt: skip
        yield first, unit


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Rows with the line each begins in: a cell may hold line breaks."""
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ","
    )
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as exc:
        raise _refused(path, line, "syntax", f"This is no CSV: {exc}.") from exc
    return rows
