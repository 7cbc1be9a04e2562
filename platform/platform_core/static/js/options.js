// @ts-check
/** The list below a combobox: drawn from items, moved by keys, read out by screen readers, closed by anything else. */
import { freshId, home, make, place } from "./dom.js";
import { _ } from "./text.js";

/** @typedef {{value: string, label: string, note?: string, disabled?: boolean, selected?: boolean, make?: boolean}} Item */

/** Lower case without accents, for comparing. @param {string} text */
export function bare(text) {
  return text.normalize("NFKD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

/** `label` with the found part marked. @param {string} label @param {string} query @returns {(Node | string)[]} */
function marked(label, query) {
  const at = query ? bare(label).indexOf(bare(query)) : -1;
  if (at < 0 || bare(label).length !== label.length) return [label];
  return [label.slice(0, at), make("mark", { text: label.slice(at, at + query.length) }), label.slice(at + query.length)];
}

export class OptionList {
  /** @param {HTMLInputElement} input @param {Element} anchor @param {{pick: (item: Item) => void, open: () => void, many?: boolean}} wishes */
  constructor(input, anchor, wishes) {
    this.input = input;
    this.anchor = anchor;
    this.wishes = wishes;
    /** @type {Item[]} */
    this.items = [];
    this.at = -1;
    this.box = make("div", { class: "options", role: "listbox", popover: "manual", id: freshId("options"), "aria-multiselectable": wishes.many ? "true" : undefined });
    const label = input.getAttribute("aria-label") ?? /** @type {HTMLLabelElement | undefined} */ (input.labels?.[0])?.textContent ?? _("Choices");
    this.box.setAttribute("aria-label", label.trim());
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.box.id, autocomplete: "off" })) input.setAttribute(name, value);
    input.addEventListener("keydown", (event) => this.key(event));
    // a press on the list must not take the focus from the input
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => {
      const option = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[role=option]"));
      if (option) this.pick(Number(option.dataset.index));
    });
    this.follow = () => place(this.box, this.anchor, { wide: true });
  }

  get isOpen() {
    return this.box.isConnected && this.box.matches(":popover-open");
  }

  /** @param {Item[]} items @param {string} query @param {string} [none] what to say when there are none */
  show(items, query, none = _("Nothing found")) {
    this.items = items;
    const rows = items.map((item, index) => make("div", {
      role: "option", id: `${this.box.id}-${index}`, "data-index": index, class: item.make ? "make" : undefined,
      "aria-selected": String(Boolean(item.selected)), "aria-disabled": item.disabled ? "true" : undefined,
    }, make("bdi", { class: "cut" }, ...marked(item.label, item.make ? "" : query)), item.note ? make("span", { class: "note", text: item.note }) : null));
    this.box.replaceChildren(...(rows.length ? rows : [make("div", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false", text: none })]));
    if (!this.isOpen) {
      home(this.input).append(this.box);
      this.box.showPopover();
      this.input.setAttribute("aria-expanded", "true");
      addEventListener("scroll", this.follow, { capture: true, passive: true });
      addEventListener("resize", this.follow);
    }
    this.follow();
    const chosen = items.findIndex((item) => item.selected && !item.disabled);
    this.go(query ? items.findIndex((item) => !item.disabled) : chosen);
  }

  hide() {
    if (!this.box.isConnected) return;
    if (this.isOpen) this.box.hidePopover();
    this.box.remove();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    removeEventListener("scroll", this.follow, { capture: true });
    removeEventListener("resize", this.follow);
  }

  /** @param {number} at */
  go(at) {
    this.at = at;
    this.box.querySelector("[data-on]")?.removeAttribute("data-on");
    const option = this.box.children[at];
    if (at < 0 || !option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("data-on", "");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {number} step */
  move(step) {
    for (let tries = this.items.length, at = this.at; tries > 0; tries -= 1) {
      at = (at + step + this.items.length) % this.items.length;
      if (!this.items[at].disabled) return this.go(at);
    }
  }

  /** @param {number} index */
  pick(index) {
    const item = this.items[index];
    if (item && !item.disabled) this.wishes.pick(item);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) this.wishes.open();
      else if (this.items.length) this.move(event.key === "ArrowDown" ? 1 : this.at < 0 ? 0 : -1);
    } else if (event.key === "Enter" && this.isOpen && this.at >= 0) {
      event.preventDefault();
      event.stopPropagation();
      this.pick(this.at);
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    } else if (event.key === "Tab") this.hide();
  }
}

/** A removable value in the box. @param {string} label @param {() => void} remove @param {string} [tone] */
export function token(label, remove, tone = "") {
  const chip = make("span", { class: "tag token", "data-tone": tone || undefined }, make("bdi", { text: label }));
  const button = make("button", { type: "button", "aria-label": _("Remove {name}", { name: label }), onclick: remove });
  button.addEventListener("mousedown", (event) => event.preventDefault());
  chip.append(button);
  return { chip, button };
}
