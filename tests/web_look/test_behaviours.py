"""What the page does when it is used: keys, choices, rows, dialogs, drafts, failures. All under the strict policy."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.web_look.conftest import Tab
from tests.web_look.site import Handler

pytestmark = pytest.mark.browser


def value_of(page: Page, name: str) -> list[str]:
    """What a field of the sample form would send."""
    found: list[str] = page.evaluate(
        "(name) => new FormData(document.querySelector('#fields form')).getAll(name)", name
    )
    return found


class TestChoosing:
    def test_a_country_is_found_by_typing_and_taken_with_enter(self, tab: Tab) -> None:
        page = tab.open("/")
        box = page.get_by_role("combobox", name="Country")
        box.fill("cote")
        box.press("Enter")
        expect(box).to_have_value("Côte d’Ivoire")
        assert value_of(page, "country") == ["CI"]

    def test_a_currency_is_found_by_its_code(self, tab: Tab) -> None:
        page = tab.open("/")
        box = page.get_by_role("combobox", name="Settles in")
        box.fill("kwd")
        box.press("Enter")
        assert value_of(page, "currency") == ["KWD"]

    def test_text_that_names_nothing_leaves_the_choice_as_it_was(self, tab: Tab) -> None:
        page = tab.open("/")
        box = page.get_by_role("combobox", name="Country")
        box.fill("Atlantis")
        expect(page.get_by_role("option", name="Nothing found")).to_be_visible()
        box.press("Tab")
        expect(box).to_have_value("United Arab Emirates")

    def test_an_emptied_box_chooses_nothing(self, tab: Tab) -> None:
        page = tab.open("/")
        box = page.get_by_role("combobox", name="Country")
        box.fill("")
        box.press("Tab")
        assert value_of(page, "country") == [""]

    def test_several_choices_become_tokens_and_leave_with_backspace(self, tab: Tab) -> None:
        page = tab.open("/")
        box = page.get_by_role("combobox", name="Certificates")
        box.fill("saso")
        box.press("Enter")
        assert value_of(page, "certs[]") == ["", "ul", "rohs", "saso"]
        box.press("Escape")
        box.press("Backspace")
        assert value_of(page, "certs[]") == ["", "ul", "rohs"]
        page.get_by_role("button", name="Remove UL").click()
        assert value_of(page, "certs[]") == ["", "rohs"]

    def test_a_person_is_looked_up_on_the_server(self, tab: Tab) -> None:
        page = tab.open("/")
        box = page.get_by_role("combobox", name="Owner")
        box.fill("omar")
        page.get_by_role("option", name="Omar Haddad").click()
        expect(box).to_have_value("Omar Haddad")
        assert value_of(page, "owner") == ["u4"]

    def test_a_cleared_person_is_sent_as_empty(self, tab: Tab) -> None:
        page = tab.open("/")
        box = page.get_by_role("combobox", name="Owner")
        box.fill("")
        box.press("Tab")
        assert value_of(page, "owner") == [""]

    def test_numbers_are_grouped_when_left_and_plain_while_edited(self, tab: Tab) -> None:
        page = tab.open("/")
        box = page.get_by_label("Quantity", exact=True).first
        box.fill("1234567.5")
        box.press("Tab")
        expect(box).to_have_value("1,234,567.5")
        box.focus()
        expect(box).to_have_value("1234567.5")


class TestRows:
    def test_enter_on_the_last_row_adds_one(self, tab: Tab) -> None:
        page = tab.open("/")
        rows = page.locator("#grid tw-grid").first.locator("tbody tr")
        rows.last.get_by_label("Quantity").press("Enter")
        expect(rows).to_have_count(3)
        expect(rows.last.get_by_label("Quantity")).to_be_focused()

    def test_rows_move_with_alt_and_the_arrows(self, tab: Tab) -> None:
        page = tab.open("/")
        rows = page.locator("#grid tw-grid").first.locator("tbody tr")
        rows.last.get_by_label("Product").press("Alt+ArrowUp")
        expect(rows.first.get_by_label("Product")).to_have_value("GT-A520")
        expect(rows.first.get_by_label("Product")).to_be_focused()

    def test_rows_move_by_their_grip(self, tab: Tab) -> None:
        page = tab.open("/")
        rows = page.locator("#grid tw-grid").first.locator("tbody tr")
        rows.first.scroll_into_view_if_needed()
        grip = rows.last.locator("[data-grip]").bounding_box()
        target = rows.first.bounding_box()
        assert grip and target
        page.mouse.move(grip["x"] + 8, grip["y"] + 8)
        page.mouse.down()
        page.mouse.move(grip["x"] + 8, grip["y"] - 10, steps=3)
        page.mouse.move(grip["x"] + 8, target["y"] + 4, steps=8)
        page.mouse.up()
        expect(rows.first.get_by_label("Product")).to_have_value("GT-A520")

    def test_a_removed_row_leaves_the_focus_in_the_table(self, tab: Tab) -> None:
        page = tab.open("/")
        rows = page.locator("#grid tw-grid").first.locator("tbody tr")
        rows.first.get_by_role("button", name="Remove row").click()
        expect(rows).to_have_count(1)
        expect(rows.first.get_by_label("Product")).to_be_focused()

    def test_a_block_from_a_spreadsheet_fills_cells_and_adds_rows(self, tab: Tab) -> None:
        page = tab.open("/")
        rows = page.locator("#grid tw-grid").first.locator("tbody tr")
        cell = rows.last.get_by_label("Product")
        cell.focus()
        cell.evaluate(
            """(cell) => {
              const data = new DataTransfer();
              data.setData("text/plain", "A-1\\t10\\t1.5\\tsets\\r\\nA-2\\t20\\t2.5\\tcartons\\r\\nA-3\\t30\\t3.5\\tpieces\\r\\n");
              cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
            }"""
        )
        expect(rows).to_have_count(4)
        expect(rows.last.get_by_label("Product")).to_have_value("A-3")
        expect(rows.nth(2).get_by_role("combobox", name="Unit")).to_have_value("cartons")


class TestLists:
    def test_rows_are_walked_and_selected_from_the_keyboard(self, tab: Tab) -> None:
        page = tab.open("/")
        page.keyboard.press("k")
        page.keyboard.press("k")
        page.keyboard.press("x")
        expect(page.locator("[data-bulk] [data-count]")).to_have_text("2 selected")
        expect(page.locator("tr[data-cursor]")).to_have_attribute("data-id", "SO-20377")
        page.keyboard.press("Escape")
        expect(page.locator("[data-bulk]")).to_be_hidden()

    def test_enter_opens_the_row_under_the_cursor(self, tab: Tab) -> None:
        page = tab.open("/")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**#SO-20418")

    def test_all_rows_are_selected_by_the_box_in_the_head(self, tab: Tab) -> None:
        page = tab.open("/")
        page.get_by_label("Select all").check()
        expect(page.locator("[data-bulk] [data-count]")).to_have_text("4 selected")

    def test_slash_goes_to_the_search(self, tab: Tab) -> None:
        page = tab.open("/")
        page.keyboard.press("/")
        expect(page.get_by_label("Search orders")).to_be_focused()

    def test_letters_typed_into_a_field_move_nothing(self, tab: Tab) -> None:
        page = tab.open("/")
        page.get_by_label("City").press_sequentially("jx")
        expect(page.locator("tr[data-cursor]")).to_have_attribute("data-id", "SO-20402")


class TestFilter:
    def rules(self, page: Page) -> object:
        return json.loads(page.locator("#sample-builder > input[type=hidden]").input_value())

    def test_conditions_become_one_value(self, tab: Tab) -> None:
        page = tab.open("/")
        builder = page.locator("#sample-builder")
        builder.get_by_role("button", name="Add condition").click()
        second = builder.get_by_role("group", name="Condition", exact=True).last
        second.get_by_label("Field").select_option("amount")
        second.get_by_label("Value").fill("100")
        second.get_by_label("and").fill("200")
        builder.get_by_label("Records must meet").select_option("any")
        assert self.rules(page) == {
            "match": "any",
            "rules": [
                {"field": "name", "op": "contains", "value": "tech"},
                {"field": "amount", "op": "between", "value": ["100", "200"]},
            ],
        }

    def test_a_comparison_without_value_asks_for_none(self, tab: Tab) -> None:
        page = tab.open("/")
        page.locator("#sample-builder").get_by_label("Comparison").select_option("blank")
        assert self.rules(page) == {
            "match": "all",
            "rules": [{"field": "name", "op": "blank", "value": None}],
        }


class TestWhatFloats:
    def test_a_menu_is_walked_with_the_arrows_and_gives_the_focus_back(self, tab: Tab) -> None:
        page = tab.open("/")
        opener = page.locator("[popovertarget=sample-menu]")
        opener.click()
        expect(opener).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#sample-menu [role=menuitem]").nth(1)).to_be_focused()
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()

    def test_the_finder_opens_with_its_keys_and_lists_what_the_server_finds(self, tab: Tab) -> None:
        page = tab.open("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("glob")
        hit = page.locator("#finder-hits").get_by_role("option", name="Global Tech Inc.")
        expect(hit).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        page.wait_for_url("**#hit")

    def test_a_dangerous_question_starts_on_the_way_out(self, tab: Tab) -> None:
        page = tab.open("/")
        page.get_by_role("button", name="Ask before deleting").click()
        expect(page.locator("#sample-confirm").get_by_role("button", name="Cancel")).to_be_focused()

    def test_the_theme_changes_at_once_and_the_server_is_told(self, tab: Tab) -> None:
        page = tab.open("/")
        page.locator(".me").click()
        with page.expect_request("**/me/preferences"):
            page.get_by_role("menuitemradio", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert ("/me/preferences", {"theme": ["dark"]}, "sample") in Handler.posts

    def test_the_phone_has_its_menu_as_a_drawer(self, phone: Tab) -> None:
        page = phone.open("/")
        expect(page.locator("#side")).to_be_hidden()
        page.get_by_role("button", name="More", exact=True).last.tap()
        expect(page.locator("#side")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#side")).to_be_hidden()

    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_no_page_scrolls_sideways_on_a_phone(self, phone: Tab, language: str) -> None:
        page = phone.open("/", language=language)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


class TestFiles:
    def test_a_chosen_file_is_sent_at_once_and_its_id_kept(self, tab: Tab) -> None:
        page = tab.open("/")
        page.locator("#files input[type=file]").set_input_files(
            {"name": "sent.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 sample"}
        )
        expect(page.locator("#files input[name='papers[]'][value='new-file']")).to_have_count(1)
        assert [(path, token) for path, _, token in Handler.posts] == [("/dev/patterns/upload", "sample")]

    def test_a_file_that_is_too_large_is_refused_before_it_is_sent(self, tab: Tab) -> None:
        page = tab.open("/")
        page.evaluate("document.querySelector('tw-files').dataset.max = '5'")
        page.locator("#files input[type=file]").set_input_files(
            {"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"more than five"}
        )
        expect(page.locator("#files [role=alert]")).to_contain_text("at most")
        assert Handler.posts == []


class TestRequests:
    def add(self, page: Page, html: str) -> None:
        """Puts a piece of page in place, as a swap would."""
        page.evaluate("(html) => { const box = document.createElement('div'); box.innerHTML = html; document.querySelector('#main').prepend(box); htmx.process(box); }", html)  # fmt: skip

    def test_every_unsafe_request_carries_the_token(self, tab: Tab) -> None:
        page = tab.open("/")
        self.add(page, '<button id="go" hx-post="/thing" hx-swap="outerHTML">Go</button>')
        page.locator("#go").click()
        expect(page.locator("#answer")).to_have_text("taken")
        assert Handler.posts == [("/thing", {}, "sample")]

    def test_a_broken_server_changes_nothing_and_offers_another_try(self, tab: Tab) -> None:
        page = tab.open("/")
        self.add(page, '<button id="go" hx-get="/broken">Load</button>')
        page.locator("#go").click()
        toast = page.locator("#toasts [role=alert]")
        expect(toast).to_contain_text("req-500")
        expect(toast.get_by_role("button", name="Try again")).to_be_visible()
        expect(page.locator("#go")).to_have_text("Load")

    def test_a_question_before_a_request_is_asked_in_our_own_dialog(self, tab: Tab) -> None:
        page = tab.open("/")
        self.add(page, '<button id="go" hx-post="/thing" hx-confirm="Really?">Go</button>')
        page.locator("#go").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        assert Handler.posts == []
        page.locator("#go").click()
        page.get_by_role("dialog").get_by_role("button", name="Go on").click()
        expect(page.locator("#answer")).to_be_attached()

    def test_a_second_press_on_a_plain_form_sends_nothing(self, tab: Tab) -> None:
        page = tab.open("/")
        self.add(
            page, '<form method="post" action="/slow" target="elsewhere"><button id="go">Go</button></form>'
        )
        with tab.context.expect_page() as opened:
            page.evaluate("document.querySelector('#go').click(); document.querySelector('#go').click()")
        opened.value.wait_for_load_state()
        expect(page.locator("#go")).to_have_attribute("aria-busy", "true")
        assert [path for path, _, _ in Handler.posts] == ["/slow"]

    def test_what_was_typed_waits_in_the_tab(self, tab: Tab) -> None:
        page = tab.open("/")
        form = '<form id="draft" data-unsaved method="post" action="/thing"><input name="note" aria-label="Draft note"></form>'
        self.add(page, form)
        page.get_by_label("Draft note").press_sequentially("half a thought")
        page.wait_for_function("() => Object.keys(sessionStorage).length > 0")
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        page.locator("html[data-ready]").wait_for(state="attached")
        self.add(page, form)
        page.get_by_role("button", name="Bring it back").click()
        expect(page.get_by_label("Draft note")).to_have_value("half a thought")


class TestJsonEditor:
    def editor(self, page: Page) -> Page:
        page.locator("#sample-json textarea").focus()
        return page

    def write(self, page: Page, text: str) -> None:
        """`text` with ‸ where the caret is."""
        before, _, after = text.partition("‸")
        page.locator("#sample-json textarea").evaluate(
            """(area, [text, caret]) => { area.value = text; area.setSelectionRange(caret, caret); area.focus();
               area.dispatchEvent(new Event("input", {bubbles: true})); }""",
            [before + after, len(before)],
        )

    def text(self, page: Page) -> str:
        return page.locator("#sample-json textarea").input_value()

    def test_problems_stand_at_their_lines(self, tab: Tab) -> None:
        page = tab.open("/")
        expect(page.locator("#sample-json .jx-lines [data-tone=danger]")).to_have_text("8")
        page.locator("#sample-json").get_by_role("button", name="line 8").click()
        assert page.evaluate("getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)") == '"lable"'  # fmt: skip

    def test_a_missing_comma_is_named_while_typing(self, tab: Tab) -> None:
        page = tab.open("/")
        self.write(page, '{\n  "kind": "form"\n  "name": "x"\n}‸')
        expect(page.locator("#sample-json .jx-list")).to_contain_text("a comma is missing")

    def test_property_names_come_from_the_schema(self, tab: Tab) -> None:
        page = tab.open("/")
        self.write(page, '{"kind": "form", ‸}')
        page.keyboard.press("Control+Space")
        hints = page.get_by_role("listbox", name="Proposals")
        expect(hints.get_by_role("option")).to_have_count(4)
        expect(hints.get_by_role("option").first).to_contain_text("name")
        page.keyboard.press("Enter")
        assert self.text(page) == '{"kind": "form", "name": ""}'

    def test_a_union_offers_what_fits_its_type(self, tab: Tab) -> None:
        page = tab.open("/")
        self.write(page, '{"fields": [{"type": "money", "name": "limit", ‸}]}')
        page.keyboard.press("Control+Space")
        expect(page.get_by_role("listbox", name="Proposals").get_by_role("option")).to_have_text(["currency"])

    def test_values_are_offered_and_taken(self, tab: Tab) -> None:
        page = tab.open("/")
        self.write(page, '{"fields": [{"type": "money", "currency": "E‸"}]}')
        page.keyboard.press("Control+Space")
        page.keyboard.press("Tab")
        assert self.text(page) == '{"fields": [{"type": "money", "currency": "EUR"}]}'

    def test_the_type_of_a_branch_can_be_changed(self, tab: Tab) -> None:
        page = tab.open("/")
        self.write(page, '{"fields": [{"type": ‸}]}')
        page.keyboard.press("Control+Space")
        expect(page.get_by_role("listbox", name="Proposals").get_by_role("option")).to_have_text(
            ['"text"', '"money"']
        )

    def test_escape_then_tab_leaves_the_editor(self, tab: Tab) -> None:
        page = tab.open("/")
        self.write(page, '{"a": 1}‸')
        page.keyboard.press("Tab")
        assert self.text(page) == '{"a": 1}  '
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.locator("#sample-json textarea")).not_to_be_focused()
