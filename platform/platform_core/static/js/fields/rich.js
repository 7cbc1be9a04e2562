// @ts-check
/** `<tw-rich>` edits formatted text: a bar of buttons and a page to write on above the textarea that carries the HTML.
 * Without JavaScript the textarea itself is edited. What may stay in the text the server decides. */
import { icon, make } from "../dom.js";
import { _ } from "../text.js";

/** Buttons: command, its argument, sign, label. @type {[string, string, string, () => string][]} */
const TOOLS = [
  ["bold", "", "B", () => _("Bold")],
  ["italic", "", "I", () => _("Italic")],
  ["underline", "", "U", () => _("Underline")],
  ["formatBlock", "h2", "H", () => _("Heading")],
  ["insertUnorderedList", "", "•", () => _("List")],
  ["insertOrderedList", "", "1.", () => _("Numbered list")],
  ["formatBlock", "blockquote", "❝", () => _("Quote")],
  ["createLink", "", "🔗", () => _("Link")],
  ["removeFormat", "", "⌫", () => _("Clear formatting")],
];

class Rich extends HTMLElement {
  connectedCallback() {
    const area = this.querySelector("textarea");
    if (this.page || !area) return;
    this.area = area;
    const label = document.getElementById(`${area.id}-l`);
    this.page = make("div", { class: "rich textarea", contenteditable: "true", role: "textbox", "aria-multiline": "true", dir: "auto", "data-placeholder": area.placeholder || undefined,
      "aria-labelledby": label?.id, "aria-label": label ? undefined : area.getAttribute("aria-label") ?? _("Formatted text"), "aria-describedby": area.getAttribute("aria-describedby") || undefined });
    this.page.innerHTML = area.value; // our own, washed by the server
    const bar = make("div", { class: "rich-bar", role: "toolbar", "aria-label": _("Formatting") }, ...TOOLS.map((tool) => this.button(...tool)));
    area.hidden = true;
    area.before(bar, this.page);
    label?.addEventListener("click", () => this.page?.focus());
    this.page.addEventListener("input", () => this.keep());
    this.page.addEventListener("blur", () => area.dispatchEvent(new Event("change", { bubbles: true })));
    this.page.addEventListener("paste", (event) => {
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData?.getData("text/plain") ?? "");
    });
    bar.addEventListener("keydown", (event) => this.walk(bar, event));
    if (area.disabled || area.readOnly || area.closest("fieldset[disabled]")) {
      this.page.contentEditable = "false";
      bar.hidden = true;
    }
  }

  /** @param {string} command @param {string} value @param {string} sign @param {() => string} label */
  button(command, value, sign, label) {
    const made = make("button", { type: "button", class: "btn", "data-size": "sm", "data-kind": "quiet", "aria-label": label(), title: label(), tabindex: command === "bold" ? "0" : "-1" }, command === "createLink" ? icon("link") : sign);
    made.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    made.addEventListener("click", () => this.run(command, value));
    return made;
  }

  /** @param {string} command @param {string} value */
  run(command, value) {
    this.page?.focus();
    if (command === "createLink") {
      const url = window.prompt(_("Address of the link"), "https://");
      if (url) document.execCommand(command, false, url);
    } else if (command === "formatBlock" && document.queryCommandValue("formatBlock").toLowerCase() === value) {
      document.execCommand(command, false, "p");
    } else {
      document.execCommand(command, false, value || undefined);
    }
    this.keep();
  }

  /** Arrows walk along the bar. @param {HTMLElement} bar @param {KeyboardEvent} event */
  walk(bar, event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const buttons = /** @type {HTMLElement[]} */ ([...bar.querySelectorAll("button")]);
    const way = getComputedStyle(bar).direction === "rtl" ? -step : step;
    const at = (buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + way + buttons.length) % buttons.length;
    for (const [place, one] of buttons.entries()) one.tabIndex = place === at ? 0 : -1;
    buttons[at].focus();
    event.preventDefault();
  }

  keep() {
    if (!this.area || !this.page) return;
    this.area.value = this.page.textContent?.trim() ? this.page.innerHTML : "";
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("tw-rich", Rich);
