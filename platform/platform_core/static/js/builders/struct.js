// @ts-check
/** `<tw-struct data-at="/values" data-as="list|object">` edits one place of a definition: what its controls say is the value.
 *
 * Lists inside grow from a `<template>`, and their items move by dragging, by buttons, and by Alt+↑ and Alt+↓. Every
 * change is handed on as a `tw:design` event with a patch; whoever hosts the element saves it. */
import { behave } from "../dom.js";
import { _ } from "../text.js";
import { readItem, readList } from "./reading.js";

const PAUSE = 400;

/** `data-needs`: without this key there is nothing at that place at all.
 * @typedef {{create(list: HTMLElement, options: object): void}} Sorting */

class Struct extends HTMLElement {
  /** The value as it was handed on last. @type {string | undefined} */
  told;
  stands = false;
  started = false;

  connectedCallback() {
    if (this.started) return;
    this.started = true;
    if (document.readyState === "complete") this.begin();
    else addEventListener("load", () => this.begin(), { once: true }); // the elements inside may come from later scripts
    this.addEventListener("input", () => this.later());
    this.addEventListener("change", () => this.later());
    this.addEventListener("click", (event) => this.pressed(event));
    this.addEventListener("keydown", (event) => this.keyed(event));
    this.wake(this);
  }

  /** Notes what stands there before anybody changes it. */
  begin() {
    this.told = JSON.stringify(this.value);
    this.stands = this.dataset.needs !== undefined && JSON.parse(this.told)[this.dataset.needs] !== undefined;
  }

  /** What the controls say. @returns {unknown} */
  get value() {
    const list = /** @type {HTMLElement | null} */ (this.dataset.as === "list" ? this.querySelector("[data-list]") : null);
    return list ? readList(list) : readItem(this);
  }

  later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.tell(), PAUSE);
  }

  /** Hands the value on, if it is another one. */
  tell() {
    clearTimeout(this.timer);
    const value = this.value;
    const text = JSON.stringify(value);
    if (text === this.told) return;
    this.told = text;
    const at = this.dataset.at ?? "";
    const spread = at === "" && typeof value === "object" && value !== null;
    const keys = (this.dataset.keys ?? "").split(" ").filter(Boolean);
    const needs = this.dataset.needs;
    const missing = needs !== undefined && /** @type {Record<string, unknown>} */ (value)[needs] === undefined;
    if (missing && !this.stands) return;
    const stood = this.stands;
    this.stands = !missing;
    const patches = missing && stood ? [{ op: "remove", path: at }] : spread
      ? keys.map((key) => ({ op: "add", path: `/${key}`, value: /** @type {Record<string, unknown>} */ (value)[key] })).filter((one) => one.value !== undefined)
      : [{ op: "add", path: at, value }];
    this.dispatchEvent(new CustomEvent("tw:design", { bubbles: true, detail: { patches, label: this.dataset.label ?? _("Change the definition") } }));
  }

  /** Lets the lists below be dragged. @param {HTMLElement} root */
  wake(root) {
    const sorting = /** @type {Sorting | undefined} */ (/** @type {any} */ (window).Sortable);
    for (const list of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-items]"))) {
      if (sorting && list.closest("tw-struct") === this) sorting.create(list, { handle: "[data-drag]", animation: 120, onEnd: () => this.moved(list) });
    }
    for (const list of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-items]"))) this.ends(list);
  }

  /** @param {MouseEvent} event */
  pressed(event) {
    const button = /** @type {HTMLElement | null} */ (event.target instanceof Element ? event.target.closest("[data-add], [data-remove-item], [data-up], [data-down]") : null);
    if (!button || button.closest("tw-struct") !== this) return;
    event.preventDefault();
    if (button.dataset.add !== undefined) return this.add(button);
    const item = /** @type {HTMLElement | null} */ (button.closest("[data-item]"));
    if (!item) return;
    if (button.dataset.removeItem !== undefined) return this.drop(item);
    this.move(item, button.dataset.up !== undefined ? -1 : 1);
    button.focus();
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const item = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-item]")) : null;
    if (!item || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const held = /** @type {HTMLElement} */ (event.target);
    this.move(item, event.key === "ArrowUp" ? -1 : 1);
    held.focus();
  }

  /** @param {HTMLElement} button */
  add(button) {
    const list = button.closest("[data-list], [data-map]") ?? this;
    const template = /** @type {HTMLTemplateElement | null} */ (this.querySelector(`template[data-name="${button.dataset.add}"]`));
    const items = list.querySelector("[data-items]");
    if (!template || !items) return;
    const piece = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const item = /** @type {HTMLElement} */ (piece.firstElementChild);
    items.append(piece);
    this.wake(item);
    this.moved(/** @type {HTMLElement} */ (items));
    /** @type {HTMLElement | null} */ (item.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
  }

  /** @param {HTMLElement} item */
  drop(item) {
    const items = /** @type {HTMLElement} */ (item.parentElement);
    const next = /** @type {HTMLElement | null} */ (item.nextElementSibling ?? item.previousElementSibling);
    item.remove();
    this.moved(items);
    /** @type {HTMLElement | null} */ (next?.querySelector("input:not([type=hidden]), select, button") ?? items.parentElement?.querySelector("[data-add]"))?.focus();
  }

  /** @param {HTMLElement} item @param {number} step */
  move(item, step) {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(item);
    else other.after(item);
    this.moved(/** @type {HTMLElement} */ (item.parentElement));
  }

  /** @param {HTMLElement} items */
  moved(items) {
    this.ends(items);
    this.tell();
  }

  /** The first cannot go up, the last not down. @param {HTMLElement} items */
  ends(items) {
    for (const item of items.children) {
      for (const [name, end] of /** @type {[string, boolean][]} */ ([["up", !item.previousElementSibling], ["down", !item.nextElementSibling]])) {
        const button = /** @type {HTMLButtonElement | null} */ (item.querySelector(`[data-${name}]`));
        if (button && button.closest("[data-item]") === item) button.setAttribute("aria-disabled", String(end));
      }
    }
  }
}

customElements.define("tw-struct", Struct);

// A name follows its label until somebody writes it: "Trade fair" → trade_fair.
behave("[data-name-from]", (element) => {
  const name = /** @type {HTMLInputElement} */ (element);
  const source = () => /** @type {HTMLInputElement | null} */ ((name.closest("[data-item], form, tw-struct") ?? document).querySelector(name.dataset.nameFrom ?? ""));
  let own = name.value !== "";
  name.addEventListener("input", () => { own = name.value !== ""; });
  document.addEventListener("input", (event) => {
    if (own || event.target !== source()) return;
    name.value = named(/** @type {HTMLInputElement} */ (event.target).value);
  });
});

/** @param {string} label */
export function named(label) {
  const plain = label.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "");
  return plain.slice(0, 40);
}
