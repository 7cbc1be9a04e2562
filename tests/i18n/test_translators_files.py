"""Words go out to translators as PO or CSV and come back whole, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from platform_core import i18n
from platform_core.i18n import BrokenTranslations, Unit, extract
from platform_host.cli.translations import i18n_

TRANSLATED = ("zh", "es", "fr", "ar")

UNITS = (
    Unit(source=("Save",), words=("Guardar",)),
    Unit(source=("open",), words=("abierto",), context="office hours"),
    Unit(source=("=> is not used here.",), words=("=> no se usa aquí.",)),
    Unit(source=("'{text}' is not a date.",), words=("«{text}» no es una fecha.",)),
    Unit(source=('Two\nlines; and a “quote"',), words=('Dos\nlíneas, y una "cita”',)),
    Unit(source=("{n} row", "{n} rows"), words=("{n} fila", "{n} filas")),
    Unit(source=("Not done yet",), words=("",)),
)


def _bare(units: list[Unit]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(unit.context, unit.source, unit.words) for unit in units]


@pytest.mark.parametrize("name", ["es.po", "es.csv"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    i18n.write_translations(tmp_path / name, "es", UNITS, 2)
    assert sorted(_bare(i18n.read_translations(tmp_path / name, "es", 2))) == sorted(_bare(list(UNITS)))


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5, unique_by=lambda pair: pair[0]))
def test_any_text_survives_a_spreadsheet(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "es.csv"
    plain = [(a.encode("utf-8", "ignore").decode(), b.encode("utf-8", "ignore").decode()) for a, b in texts]
    units = [Unit(source=(a,), words=(b,)) for a, b in plain if a and "\0" not in a + b]
    i18n.write_translations(path, "es", units, 2)
    assert _bare(i18n.read_translations(path, "es", 2)) == _bare(units)


def test_no_cell_of_the_spreadsheet_is_a_formula(tmp_path: Path) -> None:
    i18n.write_translations(tmp_path / "es.csv", "es", UNITS, 2)
    assert "'=> is not used here." in (tmp_path / "es.csv").read_text("utf-8-sig")


def test_a_plural_message_has_a_row_for_each_form_of_the_language(tmp_path: Path) -> None:
    words = tuple(f"{form} {{n}}" for form in ("zero", "one", "two", "few", "many", "other"))
    i18n.write_translations(tmp_path / "ar.csv", "ar", [Unit(source=("{n} row", "{n} rows"), words=words)], 6)
    rows = (tmp_path / "ar.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[3] for row in rows] == ["zero", "one", "two", "few", "many", "other"]
    [unit] = i18n.read_translations(tmp_path / "ar.csv", "ar", 6)
    assert unit.words == words


WRONG = {
    "a lost placeholder": (("Remove {name}",), ("Quitar",), "lost_placeholder"),
    "a translated placeholder": (("Remove {name}",), ("Quitar {nombre}",), "foreign_placeholder"),
    "a placeholder said twice": (("Remove {name}",), ("Quitar {name} {name}",), "lost_placeholder"),
    "a brace left over": (("Remove {name}",), ("Quitar {name", ), "lost_placeholder"),
    "a brace of its own": (("Remove {name}",), ("Quitar {name}}",), "stray_brace"),
    "another tag": (("Press <kbd>{key}</kbd>",), ("Pulse <b>{key}</b>",), "other_tags"),
    "a missing form": (("{n} row", "{n} rows"), ("{n} fila", ""), "plural_forms"),
    "a number lost in the last form": (("{n} row", "{n} rows"), ("una fila", "filas"), "lost_placeholder"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["es.po", "es.csv"])
@pytest.mark.parametrize("case", WRONG)
def test_a_broken_line_refuses_the_file_and_is_named(tmp_path: Path, name: str, case: str) -> None:
    source, words, code = WRONG[case]
    units = [Unit(source=("Save",), words=("Guardar",)), Unit(source=source, words=words)]
    i18n.write_translations(tmp_path / name, "es", units, 2)
    read = i18n.read_translations(tmp_path / name, "es", 2)
    with pytest.raises(BrokenTranslations) as refused:
        i18n.refuse_faults(name, read, 2)
    assert code in [problem.code for problem in refused.value.errors]
    line = int(refused.value.errors[0].pointer.removeprefix(f"{name}:"))
    written = (tmp_path / name).read_text("utf-8-sig").splitlines()[line - 1]
    assert source[0] in written or words[0] in written or source[-1] in written


def test_one_form_may_leave_its_number_out(tmp_path: Path) -> None:
    i18n.refuse_faults("es.po", [Unit(source=("{n} row", "{n} rows"), words=("una fila", "{n} filas"))], 2)


@pytest.mark.parametrize(
    ("name", "text", "place", "code"),
    [
        ("es.po", b'msgid "a"\nmsgstr "b\n', "es.po:2", "syntax"),
        ("es.po", b'msgid "a"\nmsgstr "b"\nnonsense\n', "es.po:3", "syntax"),
        ("es.po", b'msgid ""\nmsgstr ""\n"Language: fr\\n"\n', "es.po:1", "language"),
        ("es.po", b'msgid "a"\nmsgstr "\xff"\n', "es.po:2", "encoding"),
        ("es.csv", b"one,two\n", "es.csv:1", "heading"),
        ("es.csv", b"context,source,plural,form,fr\n", "es.csv:1", "language"),
        ("es.csv", b"context,source,plural,form,es\n,a,b,dual,x\n", "es.csv:2", "form"),
        ("es.csv", b"", "es.csv:1", "heading"),
        ("es.docx", b"", "es.docx", "suffix"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, name: str, text: bytes, place: str, code: str
) -> None:
    (tmp_path / name).write_bytes(text)
    with pytest.raises(BrokenTranslations) as refused:
        i18n.read_translations(tmp_path / name, "es", 2)
    assert [(problem.pointer, problem.code) for problem in refused.value.errors] == [(place, code)]


def test_a_guess_of_the_translators_program_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "es.po").write_text('#, fuzzy\nmsgid "Save"\nmsgstr "Salvar"\n')
    assert i18n.read_translations(tmp_path / "es.po", "es", 2) == []


class TestCommand:
    """`tradewind i18n …` over catalogues of its own."""

    @pytest.fixture
    def catalogs(self, tmp_path: Path) -> Path:
        tmp_path.joinpath("platform").mkdir()
        tmp_path.joinpath("platform", "a.py").write_text('_("Save it")\n_("Remove {name}")\n')
        extract.update(tmp_path, tmp_path / "locale")
        return tmp_path / "locale"

    def _run(self, *arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(i18n_, [str(argument) for argument in arguments])
        return done.exit_code, done.output + repr(done.exception or "")

    def test_words_come_back_and_the_rest_stays_missing(self, catalogs: Path, tmp_path: Path) -> None:
        file = tmp_path / "es.csv"
        units = i18n.product_units("es", catalogs)
        i18n.write_translations(file, "es", units, 2)
        file.write_text(file.read_text("utf-8-sig").replace("Save it,,,,", "Save it,,,Guárdelo,"), "utf-8")
        code, said = self._run("import", "es", file, "--catalogs", catalogs)
        assert code == 0 and "1 changed, 0 unchanged" in said
        assert i18n.standing("product", "es", i18n.product_units("es", catalogs)).missing == 1

    def test_a_trial_changes_nothing(self, catalogs: Path, tmp_path: Path) -> None:
        file = tmp_path / "es.po"
        i18n.write_translations(file, "es", [Unit(source=("Save it",), words=("Guárdelo",))], 2)
        code, said = self._run("import", "es", file, "--catalogs", catalogs, "--dry-run")
        assert code == 0 and "1 would change" in said
        assert extract.untranslated("es", catalogs) == ["Remove {name}", "Save it"]

    def test_a_broken_file_changes_nothing(self, catalogs: Path, tmp_path: Path) -> None:
        file = tmp_path / "es.po"
        words = [
            Unit(source=("Save it",), words=("Guárdelo",)),
            Unit(source=("Remove {name}",), words=("Quitar",)),
        ]
        i18n.write_translations(file, "es", words, 2)
        code, said = self._run("import", "es", file, "--catalogs", catalogs)
        assert code == 1 and "BrokenTranslations" in said
        assert extract.untranslated("es", catalogs) == ["Remove {name}", "Save it"]

    def test_a_message_that_is_no_longer_asked_for_is_told(self, catalogs: Path, tmp_path: Path) -> None:
        file = tmp_path / "es.po"
        i18n.write_translations(file, "es", [Unit(source=("Long gone",), words=("Perdido",))], 2)
        code, said = self._run("import", "es", file, "--catalogs", catalogs)
        assert code == 0 and "not asked for: Long gone" in said

    def test_the_report_counts_every_language(self) -> None:
        code, said = self._run("missing", "--json")
        rows = json.loads(said.rpartition("]")[0] + "]")
        assert [row["language"] for row in rows] == ["zh", "es", "fr", "ar"]
        assert [row["broken"] for row in rows] == [0, 0, 0, 0] and code == 0


class TestCatalogues:
    """What has words has whole ones."""

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_every_translation_has_the_placeholders_and_the_forms_it_needs(self, language: str) -> None:
        done = [unit for unit in i18n.product_units(language) if unit.is_translated]
        assert len(done) > 1000
        i18n.refuse_faults(f"{language}.po", done, i18n.forms_of(language))

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_no_plural_message_has_only_some_of_its_forms(self, language: str) -> None:
        wanted = {1: i18n.forms_of(language)}
        for unit in i18n.product_units(language):
            if unit.is_plural and any(unit.words):
                assert len(unit.words) == wanted[1] and all(unit.words), unit.source[0]

    @pytest.mark.parametrize(
        ("n", "text"),
        [
            (1, "سجل واحد"),
            (2, "سجلان"),
            (3, "3 سجلات"),
            (11, "11 سجلًا"),
            (100, "100 سجل"),
            (103, "103 سجلات"),
        ],
    )
    def test_arabic_counts_as_arabs_do(self, n: int, text: str) -> None:
        with i18n.speaking("ar"):
            assert i18n.ngettext("{n} record", "{n} records", n) == text

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_the_header_of_a_catalogue_has_the_rule_of_its_language(self, language: str) -> None:
        catalog = extract.read(language)
        fresh = extract.read(language, Path("nowhere"))
        assert (catalog.num_plurals, catalog.plural_expr) == (fresh.num_plurals, fresh.plural_expr)
