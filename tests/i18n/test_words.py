"""Marked words reach their reader in the reader's language."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from platform_core import i18n
from platform_core.i18n import N_, _, extract


def test_a_message_without_translation_shows_its_english_text() -> None:
    with i18n.speaking("zh"):
        assert _("No such sentence was ever marked.") == "No such sentence was ever marked."


def test_a_message_is_shown_in_the_language_in_use() -> None:
    with i18n.speaking("zh"):
        assert _("Sign in") == "登录"
    assert _("Sign in") == "Sign in"


def test_a_block_gives_the_language_back_even_when_it_fails() -> None:
    i18n.use("es", "Europe/Madrid")
    with pytest.raises(ZeroDivisionError), i18n.speaking("zh", "Asia/Shanghai"):
        _ = 1 / 0
    assert (i18n.current().language, i18n.current().zone) == ("es", "Europe/Madrid")
    i18n.use("en")


def test_two_tasks_do_not_share_a_language() -> None:
    heard: list[str] = []

    def chinese() -> None:
        i18n.use("zh")
        heard.append(i18n.current().language)

    worker = threading.Thread(target=chinese)
    worker.start()
    worker.join()
    assert heard == ["zh"] and i18n.current().language == "en"


def test_placeholders_are_filled_only_where_parameters_are_given() -> None:
    assert _("Remove {name}", name="UL") == "Remove UL"
    assert _("{n} is kept as it is") == "{n} is kept as it is"


@pytest.mark.parametrize(("n", "text"), [(1, "1 day ago"), (2, "2 days ago")])
def test_plural_forms_follow_the_number(n: int, text: str) -> None:
    assert i18n.ngettext("{n} day ago", "{n} days ago", n) == text


def test_arabic_has_its_six_plural_forms() -> None:
    forms = i18n.plural_forms("ar", "{n} day ago", "{n} days ago")
    assert len(forms) == 6 and all(forms)


def test_a_mark_leaves_the_message_english() -> None:
    with i18n.speaking("zh"):
        assert N_("Sign in") == "Sign in"


def test_the_pseudo_language_brackets_what_went_through_translation() -> None:
    with i18n.speaking("qps"):
        assert _("Anything") == "⟦Anything⟧"


@pytest.mark.parametrize(
    ("names", "language", "text"),
    [
        ({"en": "Customer", "zh": "客户"}, "zh", "客户"),
        ({"en": "Customer", "zh": "客户"}, "fr", "Customer"),
        ({"zh": "客户", "de": "Kunde"}, "fr", "客户"),
        ({"de": "Kunde"}, "fr", "Kunde"),
        ({}, "fr", ""),
        ("as it is", "fr", "as it is"),
    ],
)
def test_a_label_falls_back_to_the_app_then_english_then_anything(
    names: dict[str, str] | str, language: str, text: str
) -> None:
    assert i18n.label(names, language, app_default="zh" if names and "en" not in names else "en") == text


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,fr;q=0.7,es;q=0.9", "es"),
        ("ar", "ar"),
        ("", "en"),
        ("de;q=x,qps", "en"),
    ],
)
def test_a_browsers_wish_becomes_one_of_our_languages(wish: str, language: str) -> None:
    assert i18n.preferred(wish) == language


def test_a_plugins_words_are_read_but_do_not_replace_our_own(tmp_path: Path) -> None:
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    folder.joinpath("tradewind.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Sign in"\nmsgstr "别的"\n\nmsgid "A plugin\'s word"\nmsgstr "插件的词"\n',
        encoding="utf-8",
    )
    i18n.add_catalogs(tmp_path)
    try:
        with i18n.speaking("zh"):
            assert (_("A plugin's word"), _("Sign in")) == ("插件的词", "登录")
    finally:
        i18n.remove_catalogs(tmp_path)


class TestCatalogues:
    """What translators work with."""

    ROOT = Path(__file__).resolve().parents[2]

    def test_chinese_has_words_for_every_message_the_product_marks(self) -> None:
        marked = {extract.message_id(message) for message in extract.template(self.ROOT) if message.id}
        known = {extract.message_id(message) for message in extract.read("zh") if message.id}
        assert sorted(marked - known) == [], "run `python -m platform_core.i18n update`, then translate"
        assert extract.untranslated("zh") == []

    @pytest.mark.parametrize("language", ["zh", "es", "fr", "ar"])
    def test_translations_use_the_placeholders_of_their_message(self, language: str) -> None:
        assert extract.check_placeholders(language) == []

    def test_an_update_keeps_words_and_drops_what_is_no_longer_said(self, tmp_path: Path) -> None:
        room = tmp_path / "platform"
        room.mkdir()
        locales = tmp_path / "locale"
        room.joinpath("a.py").write_text('_("One")\nngettext("{n} row", "{n} rows", n)\n')
        room.joinpath("b.html").write_text('{{ _("Two") }}{{ _html("Three {x}", x=y) }}')
        room.joinpath("c.js").write_text('toast(`${_("Four")}`); ngettext("{n} file", "{n} files", 2);')
        assert extract.update(tmp_path, locales)["zh"] == 6
        assert extract.fill("zh", {"One": "一", "{n} row": ["{n} 行"]}, locales) == 2
        room.joinpath("a.py").write_text('_("One")\n')
        assert extract.update(tmp_path, locales)["zh"] == 4
        assert {extract.message_id(one) for one in extract.read("zh", locales) if one.id} == {
            "One", "Two", "Three {x}", "Four", "{n} file",
        }  # fmt: skip

    def test_what_errors_say_is_found_without_marks(self, tmp_path: Path) -> None:
        tmp_path.joinpath("platform").mkdir()
        tmp_path.joinpath("platform", "a.py").write_text(
            'raise NotFound("Gone for good.", remedy="Look elsewhere.")\n'
            'raise FileRefused.one("/file", "file_empty", "{name} is empty.")\n'
            'class Late(TradewindError):\n    default_message = "Too late."\n'
            'log.info("Not for readers.")\n'
        )
        found = {message.id for message in extract.template(tmp_path) if message.id}
        assert found == {"Gone for good.", "Look elsewhere.", "{name} is empty.", "Too late."}

    def test_a_translation_with_a_foreign_placeholder_is_named(self, tmp_path: Path) -> None:
        tmp_path.joinpath("platform").mkdir()
        tmp_path.joinpath("platform", "a.py").write_text('_("Remove {name}")')
        extract.update(tmp_path, tmp_path / "locale")
        extract.fill("zh", {"Remove {name}": "移除 {nome}"}, tmp_path / "locale")
        assert extract.check_placeholders("zh", tmp_path / "locale") == ["Remove {name}"]

    def test_a_compiled_catalogue_says_the_same_as_one_compiled_in_memory(self, tmp_path: Path) -> None:
        tmp_path.joinpath("platform").mkdir()
        tmp_path.joinpath("platform", "a.py").write_text('_("Sign in here")')
        locales = tmp_path / "locale"
        extract.update(tmp_path, locales)
        extract.fill("zh", {"Sign in here": "在此登录"}, locales)
        made = extract.compile_all(locales)
        assert [path.suffix for path in made] == [".mo"] * 5
        i18n.add_catalogs(locales)
        try:
            with i18n.speaking("zh"):
                assert _("Sign in here") == "在此登录"
        finally:
            i18n.remove_catalogs(locales)
