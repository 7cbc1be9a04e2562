"""The frame, the macros and the browser files, without a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from platform_core import i18n, web
from platform_core.web import htmx_tools
from platform_core.web.icons import names
from platform_core.web.pages import attrs, hue, initials
from platform_core.web.patterns import page, sample_shell


def draw(source: str, **context: object) -> str:
    """A piece of template with the macros at hand."""
    template = web.environment().from_string('{% import "web/ui.html" as ui %}' + source)
    return template.render(**context).strip()


class Texts(HTMLParser):
    """The visible and spoken texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "input", "br", "hr", "path", "circle", "use", "rect"):
            self._open.append(tag)
        for name, value in found:
            if name in ("aria-label", "title", "placeholder", "alt") and value:
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        if data.strip() and not {"script", "style", "kbd", "bdi"} & set(self._open):
            self.found.append(data.strip())


class TestFrame:
    def test_an_undefined_name_in_a_template_is_an_error(self) -> None:
        with pytest.raises(UndefinedError):
            web.environment().from_string("{{ nobody }}").render()

    def test_what_people_typed_is_escaped(self) -> None:
        assert "<script>" not in draw("{{ ui.button(label, title=label) }}", label="<script>\"'")

    def test_markup_in_a_sentence_keeps_its_tags_and_escapes_its_names(self) -> None:
        link = draw('{{ _html("changed by {who}", who=ui.who("<b>")) }}')
        assert "<b>" not in link and 'class="who"' in link

    @pytest.mark.parametrize(
        ("language", "tag", "direction"), [("zh", "zh-Hans", "ltr"), ("ar", "ar", "rtl")]
    )
    def test_the_document_says_its_language_and_direction(
        self, language: str, tag: str, direction: str
    ) -> None:
        html = page(sample_shell(language=language))
        assert f'<html lang="{tag}" dir="{direction}"' in html

    def test_there_is_no_inline_script_style_or_handler(self) -> None:
        for html in (page(sample_shell()), sign_in()):
            assert not re.search(r"<script(?![^>]*\bsrc=)", html)
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", html)

    def test_every_text_of_the_frame_is_translated(self) -> None:
        known = {"Tradewind", "信风", "·", "中文", "English", "Español", "Français", "العربية", "*"}
        shell = sample_shell(language="qps", menu=(), create=(), crumbs=(), company="", user=None)
        for html in (
            web.render("web/shell.html", shell),
            sign_in("qps"),
            failure(404, "qps"),
            failure(503, "qps"),
        ):
            plain = [text for text in Texts(html).found if "⟦" not in text and text.strip(" ·") not in known]
            assert [text for text in plain if re.search(r"[A-Za-z]{2}", text)] == []

    def test_missing_and_forbidden_look_the_same(self) -> None:
        assert failure(403) == failure(404)

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 429, 500, 503, 418, 507])
    def test_every_error_has_words_of_its_own_and_the_code_of_the_request(self, status: int) -> None:
        html = failure(status)
        assert "req-1" in html and "<h1>" in html

    def test_a_page_drawn_after_another_language_speaks_its_own(self) -> None:
        assert "⟦Sign in⟧" in sign_in("qps")
        assert "⟦" not in sign_in("en")


def sign_in(language: str = "en") -> str:
    shell = web.Shell(language=language)
    return web.render("web/sign_in.html", shell, email="", error="", note="", next="/", ways=(), demo=())


def failure(status: int, language: str = "en") -> str:
    shell = web.Shell(language=language)
    return web.render(
        "web/error.html", shell, status=status, request_id="req-1", retry_url="", title="", text=""
    )


class TestMacros:
    def test_a_field_ties_its_notes_to_its_control(self) -> None:
        html = draw(
            '{% call(at) ui.field("mail", "Mail", required=true, error=["bad", "worse"], hint="h") %}'
            '{{ ui.text("mail", "x", at=at) }}{% endcall %}'
        )
        control = re.search(r"<input[^>]*>", html)
        assert control
        told = re.search(r'aria-describedby="([^"]+)"', control[0])
        assert told and all(f'id="{one}"' in html for one in told[1].split())
        assert 'aria-invalid="true"' in control[0] and 'aria-required="true"' in control[0]
        assert '<label for="f-mail"' in html and 'id="f-mail"' in control[0]

    def test_a_box_that_is_not_ticked_says_false(self) -> None:
        html = draw('{{ ui.checkbox("agreed", false, "Agreed") }}')
        assert html.index('type="hidden" name="agreed" value="false"') < html.index('type="checkbox"')

    def test_an_old_currency_stays_chosen(self) -> None:
        html = draw('{{ ui.picker("currency", "currency", "DEM") }}')
        assert '<option value="DEM" selected>DEM</option>' in html

    def test_the_row_template_of_a_grid_has_the_names_of_no_row(self) -> None:
        html = draw(
            '{% call(row, prefix) ui.grid("lines", columns, rows, label="Lines") %}<td>{{ prefix }}</td>{% endcall %}',
            columns=(web.GridColumn("A"),),
            rows=({"id": "r1"},),
        )
        assert "lines.r1" in html and "lines.__key__" in html.split("<template>")[1]

    def test_an_avatar_is_the_same_for_the_same_person(self) -> None:
        assert [initials(name) for name in ("Li Na", "omar", "李娜", "", "O. Haddad")] == [
            "LN",
            "OM",
            "娜",
            "?",
            "OH",
        ]
        assert hue("u1") == hue("u1") in range(6)

    def test_attributes_add_up_and_refuse_broken_names(self) -> None:
        assert attrs({"class": "a", "data_x": 1}, {"class": "b"}, hidden=True, title=None) == (
            ' class="a b" data-x="1" hidden'
        )
        with pytest.raises(ValueError, match="attribute name"):
            attrs({"x onload": 1})

    def test_every_template_only_uses_icons_that_exist(self) -> None:
        with pytest.raises(LookupError, match="no icon named 'unicorn'"):
            web.icon("unicorn")
        assert {"plus", "signout", "arrow"} <= names()


class TestHtmx:
    def test_attributes_carry_values_as_json_and_statuses_by_code(self) -> None:
        made = htmx_tools.attributes(post="/x", vals={"a": 1}, status={"422": "swap:outerHTML"}, confirm=None)
        assert made == 'hx-post="/x" hx-vals="{&#34;a&#34;: 1}" hx-status:422="swap:outerHTML"'

    @pytest.mark.parametrize(
        "wishes",
        [
            {"vals": "js:{a: b}"},
            {"trigger": "click[ctrlKey]"},
            {"get": "javascript:alert(1)"},
            {"on_click": "x"},
        ],
    )
    def test_what_would_need_eval_is_refused(self, wishes: dict[str, str]) -> None:
        with pytest.raises(ValueError, match=r"eval|no attribute"):
            htmx_tools.attributes(**wishes)

    def test_a_request_for_a_whole_page_is_no_fragment(self) -> None:
        assert htmx_tools.read({"hx-request": "true", "hx-request-type": "partial"}).fragment
        assert not htmx_tools.read({"hx-request": "true", "hx-request-type": "full"}).fragment
        assert not htmx_tools.read({"hx-request": "true", "hx-history-restore-request": "true"}).fragment
        assert not htmx_tools.read({}).fragment

    def test_an_answer_names_only_what_it_asks_for(self) -> None:
        assert web.htmx_answer(trigger={"tw:toast": {"text": "Saved"}}, push_url="/r/account") == {
            "HX-Trigger": '{"tw:toast": {"text": "Saved"}}',
            "HX-Push-Url": "/r/account",
        }


class TestPostedForms:
    @pytest.mark.parametrize(
        ("pairs", "rows", "nested"),
        [
            ([("name", "A"), ("name", "B")], (), {"name": "B"}),
            ([("agreed", "false"), ("agreed", "true")], (), {"agreed": "true"}),
            ([("m.amount", "1"), ("m.currency", "EUR")], (), {"m": {"amount": "1", "currency": "EUR"}}),
            ([("tags[]", ""), ("tags[]", "a"), ("tags[]", "b")], (), {"tags": ["a", "b"]}),
            ([("tags[]", "")], (), {"tags": []}),
            ([("l[]", ""), ("l.z.q", "1"), ("l.a.q", "2")], ("l",), {"l": [{"q": "1"}, {"q": "2"}]}),
            ([("l[]", "")], ("l",), {"l": []}),
            ([("l.a.tags[]", ""), ("l.a.tags[]", "x")], ("l",), {"l": [{"tags": ["x"]}]}),
            ([("a", "1"), ("a.b", "2")], (), {"a": "1"}),
            ([("a.b.c.d.e.f.g", "1"), ("..", "2")], (), {}),
        ],
    )
    def test_names_nest(
        self, pairs: list[tuple[str, str]], rows: tuple[str, ...], nested: dict[str, object]
    ) -> None:
        assert web.nest(pairs, rows=rows) == nested

    @given(st.lists(st.tuples(st.text(alphabet="ab.[]", max_size=8), st.text(max_size=3)), max_size=12))
    def test_no_names_break_the_reading(self, pairs: list[tuple[str, str]]) -> None:
        assert isinstance(web.nest(pairs, rows=("a",)), dict)


class TestBrowserFiles:
    def test_an_address_carries_the_version_of_all_files(self) -> None:
        assert web.assets.url("js/app.js") == f"/static/{web.assets.version()}/js/app.js"
        with pytest.raises(LookupError, match=r"no browser file named 'js/none.js'"):
            web.assets.url("js/none.js")

    def test_every_style_sheet_is_served_in_its_layer(self) -> None:
        sheet = web.assets.find("tradewind.css")
        assert sheet
        text = sheet.body.decode()
        assert text.index("@layer reset, tokens, base, components, screens, utilities;") < text.index("{")
        fetched_by_its_page = {"studio.css"}
        for path in sorted((web.assets.STATIC / "css").rglob("*.css")):
            if path.name not in fetched_by_its_page:
                assert path.read_text(encoding="utf-8") in text, f"{path.name} is not in assets.STYLES"

    def test_every_rule_stands_in_a_layer(self) -> None:
        for path in sorted((web.assets.STATIC / "css").rglob("*.css")):
            text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            depth = 0
            for piece in re.split(r"([{}])", text):
                if piece == "{":
                    depth += 1
                elif piece == "}":
                    depth -= 1
                elif depth == 0 and piece.strip() and not piece.strip().startswith("@layer"):
                    raise AssertionError(f"{path.name}: outside of a layer: {piece.strip()[:60]!r}")
            assert depth == 0, path.name

    def test_colours_are_written_in_the_tokens_only(self) -> None:
        allowed = {"tokens.css", "print.css"}
        for path in sorted((web.assets.STATIC / "css").rglob("*.css")):
            if path.name not in allowed:
                assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![-\w])", path.read_text(encoding="utf-8")), (
                    path.name
                )

    def test_the_words_of_scripts_come_in_the_readers_language(self) -> None:
        file = web.assets.find("text/zh.js")
        assert file and '"just now": "刚刚"' in file.body.decode()

    def test_scripts_that_every_page_needs_are_named_in_advance(self) -> None:
        modules = web.assets.modules()
        assert {"js/net.js", "js/text.js", "js/dom.js"} <= set(modules)
        assert all(web.assets.has(name) for name in modules)

    def test_an_engines_files_have_their_own_shelf(self, tmp_path: object) -> None:
        assert not web.assets.has("some_engine/x.js")


def test_the_pattern_page_shows_every_macro() -> None:
    used = "".join(
        web.environment().loader.get_source(web.environment(), f"web/{name}.html")[0]  # type: ignore[union-attr]  # set in pages.py
        for name in ("patterns", "_patterns_basic", "_patterns_fields", "_patterns_lists", "_patterns_states")
    )
    library = web.environment().loader.get_source(web.environment(), "web/ui.html")[0]  # type: ignore[union-attr]  # set in pages.py
    public = set(re.findall(r"{% set (\w+) =", library))
    inside = {
        "hx",
        "csrf",
        "notes",
        "card_head",
        "form_dialog",
        "file_row",
        "code",
        "sentinel",
        "section_title",
        "name",
    }
    assert sorted(name for name in public - inside if f"ui.{name}(" not in used) == []


def test_an_instant_for_scripts_is_utc_with_z() -> None:
    moment = datetime(2026, 11, 17, 6, 50, tzinfo=UTC)
    assert 'datetime="2026-11-17T06:50:00Z"' in draw("{{ ui.moment(at) }}", at=moment)
    i18n.use("en")


def test_what_the_finder_found_shows_names_and_notes_only() -> None:
    groups = [
        {
            "label": "Customers",
            "items": [{"label": "Al Noor", "url": "/r/1", "icon": "building", "note": "CUS-1"}],
        }
    ]
    html = web.render("web/_finder_hits.html", web.Shell(), q="al", groups=groups)
    assert "CUS-1" in html and "<kbd>" not in html and "built-in" not in html
    assert "Nothing found for “zz”." in web.render("web/_finder_hits.html", web.Shell(), q="zz", groups=[])
