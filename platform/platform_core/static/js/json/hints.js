// @ts-check
/** The completion list of the JSON editor: what the schema allows at the caret. */
import { freshId, home, make } from "../dom.js";
import { _ } from "../text.js";
import { caretAt, plain } from "./scan.js";
import { keysAt, valuesAt } from "./schema.js";

const MOST = 60;

export class Hints {
  /** @param {HTMLTextAreaElement} area @param {HTMLElement} copy the coloured copy below the textarea: it knows where letters stand */
  constructor(area, copy) {
    this.area = area;
    this.copy = copy;
    /** @type {Record<string, any> | null} */
    this.schema = null;
    /** @type {import("./schema.js").Proposal[]} */
    this.items = [];
    /** @type {import("./scan.js").Caret | null} */
    this.caret = null;
    this.at = 0;
    this.box = make("div", { class: "options jx-hints", role: "listbox", popover: "manual", id: freshId("hints"), "aria-label": _("Proposals") });
    area.setAttribute("aria-controls", this.box.id);
    area.setAttribute("aria-haspopup", "listbox");
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => {
      const option = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[role=option]"));
      if (option) this.take(Number(option.dataset.index));
    });
  }

  get isOpen() {
    return this.box.isConnected && this.box.matches(":popover-open");
  }

  /** @param {import("./scan.js").Scan} found */
  open(found) {
    if (!this.schema || this.area.readOnly) return;
    const caret = caretAt(found, this.area.value, this.area.selectionStart);
    const document_ = plain(found.root);
    const taken = new Set((caret.holder?.members ?? []).filter((one) => one.keyStart !== caret.from).map((one) => String(one.key)));
    const all = caret.wants === "key" ? keysAt(this.schema, document_, caret.path, taken) : valuesAt(this.schema, document_, caret.path);
    const typed = caret.typed.toLowerCase();
    this.items = all.filter((one) => one.label.replace(/^"/, "").toLowerCase().includes(typed)).slice(0, MOST);
    this.caret = caret;
    if (!this.items.length) return this.hide();
    this.draw();
  }

  /** The text changed under an open list. */
  moved() {
    if (this.isOpen) this.place();
  }

  draw() {
    this.box.replaceChildren(...this.items.map((item, index) => make("div", { role: "option", id: `${this.box.id}-${index}`, "data-index": index, "aria-selected": "false" },
      make("code", { class: "cut", text: item.label }), item.required ? make("span", { class: "req-dot", text: "*", title: _("required") }) : null, item.note ? make("span", { class: "note cut", text: item.note }) : null)));
    if (!this.isOpen) {
      home(this.area).append(this.box);
      this.box.showPopover();
    }
    this.place();
    this.go(0);
  }

  place() {
    const spot = this.spot();
    const size = this.box.getBoundingClientRect();
    const below = spot.bottom + size.height + 4 < innerHeight;
    this.box.style.left = `${Math.max(8, Math.min(spot.left, innerWidth - size.width - 8))}px`;
    this.box.style.top = `${below ? spot.bottom + 2 : spot.top - size.height - 2}px`;
  }

  /** Where the proposal starts, measured in the copy. @returns {DOMRect} */
  spot() {
    let left = this.caret?.from ?? this.area.selectionStart;
    const walker = document.createTreeWalker(this.copy, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = /** @type {Text} */ (walker.currentNode);
      if (left <= node.length) {
        const range = document.createRange();
        range.setStart(node, left);
        range.collapse(true);
        return range.getClientRects()[0] ?? this.area.getBoundingClientRect();
      }
      left -= node.length;
    }
    return this.area.getBoundingClientRect();
  }

  /** @param {number} at */
  go(at) {
    this.at = at;
    for (const [index, option] of [...this.box.children].entries()) {
      option.toggleAttribute("data-on", index === at);
      option.setAttribute("aria-selected", String(index === at));
    }
    this.box.children[at]?.scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", this.box.children[at]?.id ?? "");
  }

  hide() {
    if (this.isOpen) this.box.hidePopover();
    this.box.remove();
    this.area.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
  key(event) {
    if (!this.isOpen) return false;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) this.go((this.at + move + this.items.length) % this.items.length);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.at);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** @param {number} index */
  take(index) {
    const item = this.items[index];
    const { caret, area } = this;
    this.hide();
    if (!item || !caret) return;
    area.focus();
    area.setSelectionRange(caret.from, caret.to);
    const hasColon = caret.wants === "key" && caret.after === ":";
    const comma = caret.wants === "key" && !hasColon && caret.after !== "" && !/[},]/.test(caret.after) ? "," : "";
    const whole = hasColon ? `${JSON.stringify(item.label)}‸` : item.insert + comma;
    const [before, after = ""] = whole.split("‸");
    if (!document.execCommand("insertText", false, before + after)) area.setRangeText(before + after, caret.from, caret.to, "end");
    area.setSelectionRange(caret.from + before.length, caret.from + before.length);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
