// @ts-check
/** `<tw-combo>` makes its `<select>` searchable; with `data-many` the chosen ones are tokens. The select stays the value. */
import { icon, make } from "./dom.js";
import { OptionList, bare, token } from "./options.js";
import { _ } from "./text.js";

const MOVED = ["id", "aria-describedby", "aria-invalid", "aria-required", "aria-label", "placeholder", "autofocus"];

class Combo extends HTMLElement {
  connectedCallback() {
    if (this.querySelector(".combo")) return;
    const select = this.querySelector("select");
    if (!select) return;
    this.select = select;
    this.many = select.multiple;
    this.input = make("input", { type: "text", spellcheck: "false", dir: "auto" });
    for (const name of MOVED) {
      const value = select.getAttribute(name);
      if (value === null) continue;
      this.input.setAttribute(name, value);
      select.removeAttribute(name);
    }
    const off = select.disabled;
    this.input.disabled = off;
    this.opener = make("button", { type: "button", class: "open", tabindex: "-1", "aria-label": _("Show choices"), disabled: off }, icon("down"));
    this.wrap = make("div", { class: "wrap combo", "data-invalid": this.input.getAttribute("aria-invalid") === "true", "data-off": off }, this.input, this.opener);
    select.classList.add("sr");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    this.append(this.wrap);
    this.list = new OptionList(this.input, this.wrap, { pick: (item) => this.pick(item.value), open: () => this.open(""), many: this.many });
    this.listen();
    this.draw();
  }

  disconnectedCallback() {
    this.list?.hide();
  }

  listen() {
    const { input, select, list, wrap, opener } = this;
    if (!input || !select || !list || !wrap || !opener) return;
    input.addEventListener("input", () => this.open(input.value));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => { if (!list.isOpen) this.open(""); });
    input.addEventListener("blur", () => { this.leave(); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && this.many && !input.value) this.pick([...select.selectedOptions].pop()?.value ?? "");
    });
    opener.addEventListener("mousedown", (event) => event.preventDefault());
    opener.addEventListener("click", () => { input.focus(); if (list.isOpen) list.hide(); else this.open(""); });
    wrap.addEventListener("click", (event) => { if (event.target === wrap) input.focus(); });
    select.addEventListener("change", () => this.draw());
    select.form?.addEventListener("reset", () => setTimeout(() => this.draw()));
  }

  /** @param {string} query */
  open(query) {
    const { select, list } = this;
    if (!select || !list) return;
    const wanted = bare(query.trim());
    const all = [...select.options].filter((option) => !option.hidden && (option.value !== "" || option.label !== ""));
    const items = all.map((option) => ({ value: option.value, label: option.label, note: option.dataset.note, disabled: option.disabled, selected: option.selected && option.value !== "" }));
    const rank = (/** @type {{label: string, note?: string}} */ item) => {
      const text = bare(item.label);
      if (bare(item.note ?? "") === wanted || text.startsWith(wanted)) return 0;
      return text.split(/[\s\-(/,]+/).some((word) => word.startsWith(wanted)) ? 1 : text.includes(wanted) || bare(item.note ?? "").includes(wanted) ? 2 : 3;
    };
    const found = wanted ? items.map((item) => ({ item, at: rank(item) })).filter(({ at }) => at < 3).sort((a, b) => a.at - b.at).map(({ item }) => item) : items;
    list.show(found, query.trim());
  }

  /** @param {string} value */
  pick(value) {
    const { select, input, list } = this;
    if (!select || !input || !list) return;
    const option = [...select.options].find((one) => one.value === value);
    if (option) option.selected = this.many ? !option.selected : true;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.many) { input.value = ""; if (list.isOpen) this.open(""); }
    else { list.hide(); input.select(); }
  }

  /** Text that names nothing goes; an emptied box means "none" where the select has such an option. */
  leave() {
    const { select, input, list } = this;
    if (!select || !input || !list) return;
    list.hide();
    if (!this.many && input.value.trim() === "" && select.value !== "" && [...select.options].some((one) => one.value === "")) {
      select.value = "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.draw();
  }

  draw() {
    const { select, input, wrap } = this;
    if (!select || !input || !wrap) return;
    if (!this.many) {
      const chosen = select.selectedOptions[0];
      input.value = chosen?.value ? chosen.label.trim() : "";
      if (!input.value && chosen?.label) input.placeholder = chosen.label;
      return;
    }
    for (const old of wrap.querySelectorAll(".token")) old.remove();
    for (const option of select.selectedOptions) {
      const { chip, button } = token(option.label.trim(), () => { this.pick(option.value); input.focus(); }, option.dataset.tone);
      button.append(icon("x"));
      wrap.insertBefore(chip, input);
    }
    input.placeholder = select.selectedOptions.length ? "" : _("Choose");
  }
}

customElements.define("tw-combo", Combo);
