// @ts-check
/** The canvas by keys: arrows go from field to field, Enter picks up and puts down, Alt with arrows moves at once, Escape puts back. */
import { typing } from "../dom.js";
import { _ } from "../text.js";
import { fieldOf, labelOf } from "./edits.js";
import { across, find, step } from "./layout.js";

/** @typedef {import("./canvas.js").Canvas} Canvas */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {{commit: (layout: Layout, label: string) => void, move: (name: string) => void, copy: (name: string) => void, remove: (name: string) => void,
 *   properties: () => void, say: (text: string) => void}} Actions */

export class Keyboard {
  /** The field that is picked up. */
  lifted = "";

  /** @param {Canvas} canvas @param {Actions} to */
  constructor(canvas, to) {
    this.canvas = canvas;
    this.to = to;
    document.getElementById("form-view")?.addEventListener("keydown", (event) => this.#press(event));
    document.addEventListener("focusout", (event) => {
      const left = event.target instanceof Element ? event.target.closest("[data-card]") : null;
      if (this.lifted && left && event.relatedTarget instanceof Element && !event.relatedTarget.closest("[data-card]")) this.cancel();
    });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || typing(event.target)) return;
    const tab = /** @type {Element} */ (event.target).closest("[data-tab-button]");
    if (tab) return this.#onTab(event, /** @type {HTMLElement} */ (tab));
    const card = /** @type {HTMLElement} */ (event.target);
    const name = card.dataset?.card;
    if (name && this.#onCard(event, name)) { event.preventDefault(); event.stopPropagation(); }
  }

  /** @param {KeyboardEvent} event @param {string} name */
  #onCard(event, name) {
    const { key } = event;
    if (/^Arrow/.test(key)) return this.#arrow(event, name);
    if (key === "Escape") return this.lifted ? this.cancel() : false;
    if (key === "Enter") return this.lifted ? this.#drop() : this.#lift(name);
    if (event.altKey || event.shiftKey) return false;
    if (key === " ") { this.canvas.choose({ what: "field", name }); return true; }
    if (this.lifted) return false;
    /** @type {Record<string, () => void>} */
    const keys = { m: () => this.to.move(name), d: () => this.to.copy(name), Delete: () => this.to.remove(name), Backspace: () => this.to.remove(name), p: () => this.to.properties() };
    const act = keys[key.length === 1 ? key.toLowerCase() : key];
    act?.();
    return Boolean(act);
  }

  /** @param {KeyboardEvent} event @param {string} name */
  #arrow(event, name) {
    const rtl = document.documentElement.dir === "rtl";
    const forth = event.key === "ArrowDown" || event.key === (rtl ? "ArrowLeft" : "ArrowRight");
    const by = forth ? 1 : -1;
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (this.lifted || event.altKey) { this.#move(name, by, sideways); return true; }
    const cards = this.canvas.visible();
    const next = cards[cards.findIndex((one) => one.dataset.card === name) + by];
    next?.focus();
    return true;
  }

  /** @param {string} name @param {number} by @param {boolean} sideways */
  #move(name, by, sideways) {
    const next = sideways ? across(this.canvas.layout, name, by) : step(this.canvas.layout, name, by);
    if (!next) { this.to.say(_("There is nothing further.")); return; }
    if (this.lifted) {
      this.canvas.held = next;
      this.canvas.draw();
    } else this.to.commit(next, _("Move {field}", { field: this.#label(name) }));
    this.canvas.reveal(name);
    this.to.say(this.#where(next, name));
  }

  /** @param {string} name */
  #lift(name) {
    if (!find(this.canvas.layout, name)) { this.to.move(name); return true; }
    this.lifted = name;
    this.canvas.held = this.canvas.layout;
    this.canvas.cards.get(name)?.setAttribute("data-lifted", "");
    this.to.say(_("{field} is picked up. Arrows move it, Enter puts it down, Escape puts it back.", { field: this.#label(name) }));
    return true;
  }

  #drop() {
    const name = this.lifted;
    const layout = this.canvas.held;
    this.#let();
    if (layout) this.to.commit(layout, _("Move {field}", { field: this.#label(name) }));
    this.to.say(_("{field} is put down.", { field: this.#label(name) }));
    return true;
  }

  /** Puts the field back where it was. */
  cancel() {
    const name = this.lifted;
    this.#let();
    this.canvas.draw();
    this.canvas.reveal(name);
    this.to.say(_("{field} is back where it was.", { field: this.#label(name) }));
    return true;
  }

  #let() {
    this.canvas.cards.get(this.lifted)?.removeAttribute("data-lifted");
    this.lifted = "";
    this.canvas.held = null;
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} button */
  #onTab(event, button) {
    const rtl = document.documentElement.dir === "rtl";
    const by = event.key === (rtl ? "ArrowLeft" : "ArrowRight") ? 1 : event.key === (rtl ? "ArrowRight" : "ArrowLeft") ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    const from = Number(button.dataset.tab);
    const to = from + by;
    if (to < 0 || to >= this.canvas.tabs.children.length) return;
    if (event.altKey) {
      const next = structuredClone(this.canvas.layout);
      next.tabs.splice(to, 0, ...next.tabs.splice(from, 1));
      this.canvas.tab = to;
      this.to.commit(next, _("Move a tab"));
    } else this.canvas.showTab(to);
    /** @type {HTMLElement} */ (this.canvas.tabs.children[to]).focus();
    if (!event.altKey) this.canvas.choose({ what: "tab", tab: to }, { quiet: true });
  }

  /** @param {string} name */
  #label(name) { return labelOf(fieldOf(this.canvas.draft.doc, name), this.canvas.page.language); }

  /** @param {Layout} layout @param {string} name */
  #where(layout, name) {
    const spot = find(layout, name);
    if (!spot) return "";
    return _("Tab {tab}, section {section}, place {place}.", { tab: spot.tab + 1, section: spot.section + 1, place: spot.index + 1 });
  }
}
