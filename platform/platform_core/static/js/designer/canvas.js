// @ts-check
/** The canvas: tabs and sections built from the draft, cards from the server. Drawing again moves what is there and makes what is missing. */
import { icon, make } from "../dom.js";
import { send } from "../net.js";
import { _ } from "../text.js";
import { fieldOf, fieldsOf, labelOf, text } from "./edits.js";
import { layoutOf, nameOf, placedNames, spanOf, widgetOf } from "./layout.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./store.js").Draft} Draft */
/** @typedef {import("./edits.js").Facts} Facts */
/** @typedef {Facts & {design_url: string, part_url: string, name: string}} Page */
/** @typedef {{what: "field", name: string} | {what: "column", table: string, name: string} | {what: "section", tab: number, section: number}
 *   | {what: "tab", tab: number} | {what: "form"}} Subject */

/** Children in this order, touched only where the order is another. @param {Element} parent @param {Element[]} children */
export function settle(parent, children) {
  const now = [...parent.children];
  if (now.length === children.length && now.every((child, place) => child === children[place])) return;
  const focused = document.activeElement;
  parent.replaceChildren(...children);
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

export class Canvas extends EventTarget {
  /** @type {Map<string, HTMLElement>} */ cards = new Map();
  /** What each card was drawn from. @type {Map<string, string>} */ #drawn = new Map();
  /** @type {Subject | null} */ chosen = null;
  tab = 0;
  /** A layout shown instead of the draft's while a field is picked up by keys. @type {Layout | null} */ held = null;

  /** @param {Draft} draft @param {Page} page */
  constructor(draft, page) {
    super();
    this.draft = draft;
    this.page = page;
    this.tabs = /** @type {HTMLElement} */ (document.getElementById("tabs"));
    this.sheet = /** @type {HTMLElement} */ (document.getElementById("sheet"));
    this.shelf = /** @type {HTMLElement} */ (document.getElementById("shelf"));
    this.shelfGrid = /** @type {HTMLElement} */ (this.shelf.querySelector("[data-shelf]"));
    this.bar = this.#makeBar();
    this.edge = make("span", { class: "edge", "data-edge": "", "aria-hidden": "true", title: _("Drag to change the width") });
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("cards"));
    this.#take(template.content);
    for (const field of fieldsOf(draft.doc)) this.#drawn.set(String(field?.name), this.#key(field));
  }

  get layout() { return this.held ?? layoutOf(this.draft.doc, this.page.generated); }

  /** @param {any} field */
  #key(field) {
    const name = String(field?.name);
    const placed = layoutOf(this.draft.doc, this.page.generated).tabs.flatMap((tab) => tab.sections.flatMap((section) => section.fields)).find((one) => nameOf(one) === name);
    return JSON.stringify([field, placed ? widgetOf(placed) : ""]);
  }

  #makeBar() {
    /** @param {string} what @param {string} sign @param {string} label */
    const button = (what, sign, label) => make("button", { type: "button", "data-do": what, "aria-label": label, title: label, class: what === "grip" ? "grip" : "" }, icon(sign, "sm"));
    return make("div", { class: "df-bar" }, button("grip", "drag", _("Drag the field")), button("move", "sort", _("Move to…")), button("copy", "copy", _("Copy the field")), button("remove", "trash", _("Remove the field")));
  }

  /** Cards of the server take the place of those of the same name. @param {DocumentFragment | HTMLElement} from */
  #take(from) {
    for (const card of [.../** @type {NodeListOf<HTMLElement>} */ (from.querySelectorAll("[data-card]"))]) {
      const name = /** @type {string} */ (card.dataset.card);
      const old = this.cards.get(name);
      const fresh = document.importNode(card, true);
      if (old?.isConnected) {
        const focused = old.contains(document.activeElement);
        for (const mark of ["selected", "lifted"]) if (mark in old.dataset) fresh.dataset[mark] = "";
        fresh.tabIndex = old.tabIndex;
        if (old.dataset.span) fresh.dataset.span = old.dataset.span;
        if (old.contains(this.bar)) fresh.prepend(this.bar);
        if (old.contains(this.edge)) fresh.append(this.edge);
        old.replaceWith(fresh);
        if (focused) fresh.focus({ preventScroll: true });
      }
      this.cards.set(name, fresh);
    }
  }

  /** Shows the present state of the draft at once; what the server has to draw anew comes when it is saved. */
  draw() {
    const layout = this.layout;
    this.tab = Math.min(this.tab, layout.tabs.length - 1);
    const known = new Set(fieldsOf(this.draft.doc).map((field) => String(field?.name)));
    for (const name of this.cards.keys()) if (!known.has(name)) { this.cards.get(name)?.remove(); this.cards.delete(name); this.#drawn.delete(name); }
    settle(this.tabs, layout.tabs.map((tab, number) => this.#tabButton(tab, number)));
    settle(this.sheet, layout.tabs.map((tab, number) => this.#panel(tab, number)));
    const placed = new Set(placedNames(layout));
    const loose = [...known].filter((name) => !placed.has(name));
    settle(this.shelfGrid, loose.map((name) => this.#card(name, 1)));
    this.shelf.hidden = !loose.length;
    this.#mark();
    this.dispatchEvent(new CustomEvent("drawn"));
  }

  /** @param {import("./layout.js").Tab} tab @param {number} number */
  #tabButton(tab, number) {
    const held = /** @type {HTMLElement | undefined} */ (this.tabs.children[number]);
    const button = held ?? make("button", { type: "button", role: "tab", "data-tab-button": "", "aria-controls": "sheet" });
    button.dataset.tab = String(number);
    button.textContent = text(tab.label, this.page.language) || _("Details");
    button.setAttribute("aria-selected", String(number === this.tab));
    button.tabIndex = number === this.tab ? 0 : -1;
    return button;
  }

  /** @param {import("./layout.js").Tab} tab @param {number} number */
  #panel(tab, number) {
    const panel = /** @type {HTMLElement} */ (this.sheet.children[number] ?? make("div", { class: "dtab" }));
    panel.dataset.tab = String(number);
    panel.hidden = number !== this.tab;
    const held = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll(":scope > .sec")]);
    const add = panel.querySelector(":scope > .addsec") ?? make("button", { type: "button", class: "addsec", "data-do": "add-section" }, icon("plus"), _("Section"));
    settle(panel, [...tab.sections.map((section, place) => this.#section(held[place], section, number, place)), add]);
    return panel;
  }

  /** @param {HTMLElement | undefined} held @param {import("./layout.js").Section} section @param {number} tab @param {number} place */
  #section(held, section, tab, place) {
    const box = held ?? this.#newSection();
    const label = text(section.label, this.page.language);
    box.dataset.tab = String(tab);
    box.dataset.section = String(place);
    const title = /** @type {HTMLElement} */ (box.querySelector("[data-section-title]"));
    title.textContent = label || _("Section");
    title.toggleAttribute("data-unnamed", !label);
    const told = label || _("Section {n}", { n: place + 1 });
    box.querySelector(".grip")?.setAttribute("aria-label", _("Move section {name}", { name: told }));
    box.querySelector('[data-do="remove-section"]')?.setAttribute("aria-label", _("Remove section {name}", { name: told }));
    const grid = /** @type {HTMLElement} */ (box.querySelector(".dgrid"));
    grid.dataset.columns = String(section.columns ?? 2);
    grid.dataset.empty = section.fields.length ? "" : _("Drag a field here, or choose one in the palette.");
    settle(grid, section.fields.filter((one) => fieldOf(this.draft.doc, nameOf(one))).map((one) => this.#card(nameOf(one), spanOf(one))));
    return box;
  }

  #newSection() {
    return make("div", { class: "sec" },
      make("header", { class: "sec-head" },
        make("button", { type: "button", class: "grip", "data-do": "grip-section" }, icon("drag", "sm")),
        make("h2", {}, make("button", { type: "button", class: "link", "data-section-title": "", "data-do": "choose-section", dir: "auto" })),
        make("button", { type: "button", class: "btn push", "data-kind": "quiet", "data-size": "sm", "data-icon": "", "data-do": "remove-section" }, icon("trash", "sm"))),
      make("div", { class: "dgrid form-grid" }));
  }

  /** @param {string} name @param {number} span */
  #card(name, span) {
    let card = this.cards.get(name);
    if (!card) {
      const field = fieldOf(this.draft.doc, name);
      const label = labelOf(field, this.page.language);
      card = make("div", { class: "df", role: "group", tabindex: "-1", "data-card": name, "data-type": field?.type ?? "", "aria-label": label },
        make("div", { class: "df-in", inert: true }, make("div", { class: "field" }, make("span", { class: "label", text: label, dir: "auto" }), make("div", { class: "input" }))));
      this.cards.set(name, card);
    }
    card.toggleAttribute("data-span", span > 1 || card.dataset.wide !== undefined && ["table", "children"].includes(card.dataset.type ?? ""));
    return card;
  }

  /** Fetches the cards whose field has changed. */
  async refresh() {
    const stale = fieldsOf(this.draft.doc).filter((field) => this.#drawn.get(String(field?.name)) !== this.#key(field));
    if (!stale.length) return;
    const keys = new Map(stale.map((field) => [String(field.name), this.#key(field)]));
    const names = [...keys.keys()];
    const html = await send("GET", `${this.page.design_url}/cards?names=${encodeURIComponent(names.join(","))}`);
    const template = make("template");
    template.innerHTML = html;
    this.#take(template.content);
    for (const [name, key] of keys) this.#drawn.set(name, key);
    this.draw();
  }

  /** @param {Subject | null} subject @param {{quiet?: boolean}} [how] quiet: no panel is opened */
  choose(subject, how = {}) {
    this.chosen = subject;
    this.#mark();
    this.dispatchEvent(new CustomEvent("chosen", { detail: { subject, quiet: how.quiet ?? false } }));
  }

  #mark() {
    const name = this.chosen?.what === "field" ? this.chosen.name : this.chosen?.what === "column" ? this.chosen.table : "";
    const all = [...this.cards.values()];
    for (const card of all) card.toggleAttribute("data-selected", card.dataset.card === name);
    const chosen = name ? this.cards.get(name) : undefined;
    if (chosen && this.bar.parentElement !== chosen) { chosen.prepend(this.bar); chosen.append(this.edge); }
    if (!chosen) { this.bar.remove(); this.edge.remove(); }
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (this.sheet.querySelectorAll(".sec"))) {
      const own = this.chosen?.what === "section" && Number(box.dataset.tab) === this.chosen.tab && Number(box.dataset.section) === this.chosen.section;
      box.toggleAttribute("data-selected", own);
    }
    const first = chosen?.isConnected && chosen.getClientRects().length ? chosen : this.visible()[0];
    for (const card of all) card.tabIndex = card === first ? 0 : -1;
  }

  /** The cards of the tab that is shown, and those that are not on the form. @returns {HTMLElement[]} */
  visible() {
    return /** @type {HTMLElement[]} */ ([...this.sheet.querySelectorAll(`.dtab[data-tab="${this.tab}"] .df`), ...this.shelfGrid.querySelectorAll(".df")]);
  }

  /** @param {number} number */
  showTab(number) {
    this.tab = number;
    for (const [place, button] of [...this.tabs.children].entries()) {
      button.setAttribute("aria-selected", String(place === number));
      /** @type {HTMLElement} */ (button).tabIndex = place === number ? 0 : -1;
    }
    for (const panel of /** @type {HTMLCollectionOf<HTMLElement>} */ (this.sheet.children)) panel.hidden = Number(panel.dataset.tab) !== number;
    this.#mark();
  }

  /** Brings a field into sight, in its tab. @param {string} name @param {boolean} [focus] */
  reveal(name, focus = true) {
    const card = this.cards.get(name);
    const panel = /** @type {HTMLElement | null | undefined} */ (card?.closest(".dtab"));
    if (panel && Number(panel.dataset.tab) !== this.tab) this.showTab(Number(panel.dataset.tab));
    card?.scrollIntoView({ block: "nearest" });
    if (focus) card?.focus({ preventScroll: true });
  }

  /** The arrangement as it stands on the page after a drag. @returns {Layout} */
  read() {
    const before = this.layout;
    const known = new Map(before.tabs.flatMap((tab) => tab.sections.flatMap((section) => section.fields)).map((one) => [nameOf(one), one]));
    const panels = /** @type {HTMLElement[]} */ ([...this.sheet.children]);
    const order = /** @type {HTMLElement[]} */ ([...this.tabs.querySelectorAll("[data-tab-button]")]).map((button) => Number(button.dataset.tab));
    return {
      tabs: order.map((number) => {
        const panel = panels.find((one) => Number(one.dataset.tab) === number);
        const boxes = /** @type {HTMLElement[]} */ ([...(panel?.querySelectorAll(":scope > .sec") ?? [])]);
        return {
          ...before.tabs[number],
          sections: boxes.map((box) => ({
            ...before.tabs[Number(box.dataset.tab)].sections[Number(box.dataset.section)],
            fields: /** @type {HTMLElement[]} */ ([...box.querySelectorAll(".dgrid > [data-card]")]).map((card) => known.get(/** @type {string} */ (card.dataset.card)) ?? /** @type {string} */ (card.dataset.card)),
          })),
        };
      }),
    };
  }
}
