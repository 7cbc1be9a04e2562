// @ts-check
/** The properties panel: the server's inputs for what is chosen, each change a patch. */
import { make } from "../dom.js";
import { send } from "../net.js";
import { _ } from "../text.js";
import { sortColumns } from "./drag.js";
import { fieldOf, freeName, labelOf, nameTrouble, placeOf, property, renamed, retyped, slug } from "./edits.js";
import { at, find, layoutOf, patchesTo, placed, put, spanOf, widgetOf } from "./layout.js";
import { loadPart } from "./parts.js";
import { get, same } from "./pointer.js";

/** @typedef {import("./canvas.js").Canvas} Canvas */
/** @typedef {import("./canvas.js").Subject} Subject */
/** @typedef {import("./pointer.js").Patch} Patch */

/** Properties on which other inputs of the panel depend. */
const RELOAD = new Set(["form", "dictionary", "name", "type"]);

/** Where a subject stands in the draft; null where it is gone. @param {any} doc @param {Subject} subject @returns {string | null} */
export function pointerOf(doc, subject) {
  if (subject.what === "form") return "";
  if (subject.what === "tab") return doc.layout?.tabs?.[subject.tab] ? `/layout/tabs/${subject.tab}` : null;
  if (subject.what === "section") return doc.layout?.tabs?.[subject.tab]?.sections?.[subject.section] ? `/layout/tabs/${subject.tab}/sections/${subject.section}` : null;
  const place = placeOf(doc, subject.what === "column" ? subject.table : subject.name);
  if (place < 0) return null;
  if (subject.what === "field") return `/fields/${place}`;
  const column = (doc.fields[place].fields ?? []).findIndex((/** @type {any} */ one) => one?.name === subject.name);
  return column < 0 ? null : `/fields/${place}/fields/${column}`;
}

export class Panel {
  /** @type {Subject | null} */ subject = null;
  #asked = 0;
  #timer = 0;

  /** @param {Canvas} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.draft = canvas.draft;
    this.page = canvas.page;
    this.box = /** @type {HTMLElement} */ (document.getElementById("props"));
    this.box.addEventListener("change", (event) => this.#changed(/** @type {HTMLElement} */ (event.target)));
    this.box.addEventListener("click", (event) => this.#clicked(/** @type {HTMLElement} */ (event.target)));
    this.box.addEventListener("toggle", (event) => {
      const part = /** @type {HTMLElement} */ (event.target);
      if (part.matches("[data-part][open]") && !part.dataset.loaded) void this.#part(part);
    }, true);
    this.box.addEventListener("keydown", (event) => this.#moveColumn(event));
    this.draft.addEventListener("changed", (event) => this.#follow(/** @type {CustomEvent} */ (event).detail));
    this.#empty();
  }

  #empty() {
    this.box.replaceChildren(make("div", { class: "empty-props muted sm" }, make("p", { text: _("Choose a field to see its properties.") })));
  }

  /** @param {Subject | null} subject @param {{focus?: string, pause?: number}} [how] focus: a property's key */
  show(subject, how = {}) {
    this.subject = subject;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#load(how.focus), how.pause ?? 0);
  }

  /** @param {string} [focus] */
  async #load(focus) {
    const ask = ++this.#asked;
    const { subject } = this;
    if (!subject) return this.#empty();
    const saved = await this.draft.settled();
    const pointer = pointerOf(this.draft.doc, subject);
    if (pointer === null) return this.#generated(subject);
    if (!saved) return this.#tell(_("The properties come back with the connection. Your changes are kept."));
    try {
      const html = await send("GET", `${this.page.design_url}/panel?at=${encodeURIComponent(pointer)}`);
      if (ask !== this.#asked) return;
      this.#fill(html, focus);
    } catch {
      if (ask === this.#asked) this.#tell(_("The properties come back with the connection. Your changes are kept."));
    }
  }

  /** A tab or section of a form without an arrangement of its own: it gets one as soon as something of it is to be changed. @param {Subject} subject */
  #generated(subject) {
    if (subject.what !== "tab" && subject.what !== "section") { this.subject = null; return this.#empty(); }
    if (this.draft.doc.layout) { this.subject = null; return this.#empty(); }
    this.draft.change([{ op: "add", path: "/layout", value: layoutOf(this.draft.doc, this.page.generated) }], _("Arrange the form"), this);
    void this.#load();
  }

  /** @param {string} text */
  #tell(text) { this.box.replaceChildren(make("p", { class: "muted sm", role: "status", text })); }

  /** @param {string} html @param {string} [focus] */
  #fill(html, focus) {
    const inside = this.box.contains(document.activeElement) ? document.activeElement?.id : "";
    const [open, top] = [new Set([...this.box.querySelectorAll("details[open] > summary")].map((one) => one.textContent)), this.box.scrollTop];
    this.box.innerHTML = html;
    for (const summary of this.box.querySelectorAll("details > summary")) if (open.has(summary.textContent)) /** @type {HTMLDetailsElement} */ (summary.parentElement).open = true;
    this.box.scrollTop = top;
    this.#placement();
    for (const list of /** @type {NodeListOf<HTMLElement>} */ (this.box.querySelectorAll("[data-columns-of]"))) sortColumns(list, (names) => this.#orderColumns(names));
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.box.querySelectorAll("[data-part][open]"))) void this.#part(part);
    if (focus) this.focus(focus);
    else if (inside) document.getElementById(inside)?.focus({ preventScroll: true });
  }

  /** @param {string} key */
  focus(key) {
    const input = /** @type {HTMLInputElement | null} */ (this.box.querySelector(`[data-key="${CSS.escape(key)}"], [data-key^="${CSS.escape(key)}/"]`) ?? this.box.querySelector("input, select, textarea"));
    const folded = /** @type {HTMLDetailsElement | null | undefined} */ (input?.closest("details:not([open])"));
    if (folded) folded.open = true;
    input?.focus();
    if (input?.select && input.type === "text") input.select();
  }

  /** Width, widget and columns stand in the arrangement; the panel shows what it says. */
  #placement() {
    const { subject } = this;
    const layout = this.canvas.layout;
    if (subject?.what === "section") this.#press("columns", String(layout.tabs[subject.tab]?.sections[subject.section]?.columns ?? 2));
    if (subject?.what !== "field") return;
    const spot = find(layout, subject.name);
    const here = spot ? at(layout, spot) : subject.name;
    this.#press("span", spanOf(here) > 1 ? "3" : "1");
    const widget = /** @type {HTMLSelectElement | null} */ (this.box.querySelector('[data-do="widget"]'));
    if (widget) widget.value = widgetOf(here);
  }

  /** @param {string} what @param {string} value */
  #press(what, value) {
    for (const button of this.box.querySelectorAll(`[data-do="${what}"] button`)) button.setAttribute("aria-pressed", String(/** @type {HTMLButtonElement} */ (button).value === value));
  }

  /** @param {HTMLElement} part the details around it */
  async #part(part) {
    part.dataset.loaded = "true";
    const pointer = this.subject ? pointerOf(this.draft.doc, this.subject) : null;
    if (pointer === null) return;
    await loadPart(this.canvas, part, /** @type {string} */ (part.dataset.part), (part.dataset.pattern ?? "").replace("/fields/*", pointer));
  }

  /** After a change from elsewhere the panel shows what is there now. @param {{patches: Patch[], source: unknown}} detail */
  #follow(detail) {
    if (!this.subject) return;
    const pointer = pointerOf(this.draft.doc, this.subject);
    if (pointer === null && this.draft.doc.layout) return this.show(null);
    if (detail.source === this) { this.#placement(); return; }
    const own = detail.source instanceof Element && this.box.contains(detail.source);
    if (!own) this.show(this.subject, { pause: 60 });
  }

  /** @param {HTMLElement} target */
  #changed(target) {
    if (!this.subject || target.closest("[data-part-body]")) return;
    const select = /** @type {HTMLSelectElement} */ (target);
    if (select.dataset.do === "retype") return this.#retype(select.value);
    if (select.dataset.do === "widget") return this.#place({ widget: select.value });
    if (select.dataset.do === "column-add") return this.#addColumn(select.value);
    const group = /** @type {HTMLElement | null} */ (target.closest('[data-kind="checks"]'));
    const input = group ?? (target.dataset.kind ? target : null);
    if (input) this.#property(input, /** @type {HTMLInputElement} */ (target));
  }

  /** @param {HTMLElement} input @param {HTMLInputElement} target */
  #property(input, target) {
    const key = /** @type {string} */ (input.dataset.key);
    const pointer = this.subject ? pointerOf(this.draft.doc, this.subject) : null;
    if (pointer === null) return;
    const read = readInput(input);
    target.setCustomValidity("");
    target.removeAttribute("aria-invalid");
    this.#wrong(input, read.trouble ?? "");
    if (read.trouble) return;
    const patches = key === "name" ? this.#rename(String(read.value ?? ""), input) : property(this.draft.doc, pointer, key, read.value);
    if (!patches) return;
    const extra = key.startsWith("label/") ? this.#nameAfter(String(read.value ?? "")) : [];
    const label = _("Change {what}", { what: this.#title() });
    this.draft.change([...patches, ...extra], label, this);
    if (RELOAD.has(key) || extra.length || input.dataset.kind === "expr" || key === "default") this.show(this.subject, { pause: 0 });
  }

  /** @param {HTMLElement} input @param {string} text */
  #wrong(input, text) {
    const field = input.closest(".field");
    field?.querySelector(":scope > .error")?.remove();
    const control = input.matches("input, select, textarea") ? input : null;
    if (text) {
      const id = `${control?.id ?? "p"}-e`;
      field?.append(make("span", { class: "error", role: "alert", id, text }));
      control?.setAttribute("aria-invalid", "true");
    }
  }

  /** @param {string} next @param {HTMLElement} input @returns {Patch[] | null} */
  #rename(next, input) {
    const { subject } = this;
    const doc = this.draft.doc;
    if (subject?.what === "field") {
      const trouble = nameTrouble(doc, subject.name, next);
      this.#wrong(input, trouble);
      if (trouble) return null;
      if (next === subject.name) return [];
      const patches = renamed(doc, subject.name, next, this.page);
      this.#becomes(next);
      return patches;
    }
    if (subject?.what !== "column") return null;
    const table = fieldOf(doc, subject.table);
    const others = (table.fields ?? []).map((/** @type {any} */ one) => one.name);
    const trouble = next !== subject.name && others.includes(next) ? _("There is a field of this name already.") : nameTrouble({}, "", next);
    this.#wrong(input, trouble);
    if (trouble) return null;
    const patches = property(doc, /** @type {string} */ (pointerOf(doc, subject)), "name", next);
    this.subject = { ...subject, name: next };
    return patches;
  }

  /** @param {string} name */
  #becomes(name) {
    this.subject = { what: "field", name };
    this.canvas.chosen = this.subject;
  }

  /** A new field whose name nobody has chosen is called after its label. @param {string} label @returns {Patch[]} */
  #nameAfter(label) {
    const { subject } = this;
    const doc = this.draft.doc;
    if (subject?.what !== "field" || this.page.published.includes(subject.name)) return [];
    const field = fieldOf(doc, subject.name);
    if (!new RegExp(`^${field?.type}(_\\d+)?$`).test(subject.name)) return [];
    const wish = slug(label);
    if (!wish) return [];
    const next = freeName((doc.fields ?? []).map((/** @type {any} */ one) => String(one?.name)), wish);
    const patches = renamed(doc, subject.name, next, this.page);
    this.#becomes(next);
    return patches;
  }

  #title() {
    const { subject } = this;
    if (subject?.what === "field") return labelOf(fieldOf(this.draft.doc, subject.name), this.page.language);
    return subject?.what === "column" ? subject.name : subject?.what === "section" ? _("Section") : subject?.what === "tab" ? _("Tab") : _("Form");
  }

  /** @param {string} type */
  #retype(type) {
    const pointer = this.subject ? pointerOf(this.draft.doc, this.subject) : null;
    if (pointer === null) return;
    const raw = get(this.draft.doc, pointer);
    this.draft.change([{ op: "replace", path: pointer, value: retyped(raw, type, this.page) }], _("Change {what}", { what: this.#title() }), this);
    this.show(this.subject);
  }

  /** @param {{span?: number, widget?: string}} how */
  #place(how) {
    const { subject } = this;
    if (subject?.what !== "field") return;
    const layout = this.canvas.layout;
    const spot = find(layout, subject.name);
    if (!spot) return;
    const here = at(layout, spot);
    const next = put(layout, placed(subject.name, how.span ?? spanOf(here), how.widget ?? widgetOf(here)), spot);
    this.draft.change(patchesTo(this.draft.doc, next, this.page.generated), _("Change {what}", { what: this.#title() }), this);
  }

  /** @param {HTMLElement} target */
  #clicked(target) {
    const button = target.closest("button");
    const what = button?.dataset.do ?? /** @type {HTMLElement | null} */ (button?.closest("[data-do]"))?.dataset.do;
    const column = /** @type {HTMLElement | null} */ (button?.closest("[data-column]"))?.dataset.column;
    if (what === "span") this.#place({ span: Number(button?.value) });
    if (what === "columns") this.#sectionColumns(Number(button?.value));
    if (what === "column-remove" && column) this.#removeColumn(column);
    if (what === "column-back" && this.subject?.what === "column") this.canvas.choose({ what: "field", name: this.subject.table });
    if (what === "column-open" && column && this.subject?.what === "field") this.canvas.choose({ what: "column", table: this.subject.name, name: column });
  }

  /** @param {number} columns */
  #sectionColumns(columns) {
    const { subject } = this;
    if (subject?.what !== "section") return;
    const next = structuredClone(this.canvas.layout);
    next.tabs[subject.tab].sections[subject.section].columns = columns;
    this.draft.change(patchesTo(this.draft.doc, next, this.page.generated), _("Change {what}", { what: _("Section") }), this);
  }

  /** The table field of the panel: its pointer and its columns. @returns {{pointer: string, columns: any[]} | null} */
  #table() {
    const { subject } = this;
    const pointer = subject?.what === "field" ? pointerOf(this.draft.doc, subject) : null;
    if (pointer === null || pointer === undefined) return null;
    return { pointer: `${pointer}/fields`, columns: get(this.draft.doc, `${pointer}/fields`) ?? [] };
  }

  /** @param {any[]} columns */
  #setColumns(columns) {
    const table = this.#table();
    if (!table || same(columns, table.columns)) return;
    this.draft.change([{ op: "add", path: table.pointer, value: columns }], _("Change {what}", { what: this.#title() }), this);
    this.show(this.subject);
  }

  /** @param {string} type */
  #addColumn(type) {
    const table = this.#table();
    if (!table || !type) return;
    const known = this.page.types[type];
    const name = freeName(table.columns.map((one) => one.name), type);
    this.#setColumns([...table.columns, { type, name, label: { [this.page.language]: known.label }, ...structuredClone(known.start) }]);
    if (this.subject?.what === "field") this.canvas.choose({ what: "column", table: this.subject.name, name });
  }

  /** @param {string} name */
  #removeColumn(name) { this.#setColumns((this.#table()?.columns ?? []).filter((one) => one.name !== name)); }

  /** @param {string[]} names */
  #orderColumns(names) {
    const columns = this.#table()?.columns ?? [];
    this.#setColumns(names.map((name) => columns.find((one) => one.name === name)));
  }

  /** @param {KeyboardEvent} event */
  #moveColumn(event) {
    const item = /** @type {Element} */ (event.target).closest("[data-column]");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    if (!item || !by || !event.altKey) return;
    event.preventDefault();
    const names = (this.#table()?.columns ?? []).map((one) => String(one.name));
    const from = names.indexOf(/** @type {HTMLElement} */ (item).dataset.column ?? "");
    if (from + by < 0 || from + by >= names.length) return;
    names.splice(from + by, 0, ...names.splice(from, 1));
    this.#orderColumns(names);
  }
}

/** What an input says; `value` undefined stands for "as it is by itself". @param {HTMLElement} input @returns {{value?: unknown, trouble?: string}} */
export function readInput(input) {
  const { kind, start } = input.dataset;
  const read = readRaw(input, kind ?? "text");
  if (read.trouble || input.dataset.needed !== undefined) return read;
  return start !== undefined && same(read.value, JSON.parse(start)) ? { value: undefined } : read;
}

/** @param {HTMLElement} input @param {string} kind @returns {{value?: unknown, trouble?: string}} */
function readRaw(input, kind) {
  if (kind === "checks") return { value: [.../** @type {NodeListOf<HTMLInputElement>} */ (input.querySelectorAll("input:checked"))].map((one) => one.value) };
  const control = /** @type {HTMLInputElement} */ (input);
  if (kind === "switch") return { value: control.checked };
  const text = control.value.trim();
  if (kind === "lines") return { value: text ? text.split("\n").map((line) => line.trim()).filter(Boolean) : undefined };
  if (!text) return { value: undefined };
  if (kind === "number" || kind === "decimal") {
    if (!/^-?\d+([.,]\d+)?$/.test(text)) return { trouble: _("This is no number.") };
    const number = text.replace(",", ".");
    return { value: kind === "number" ? Number(number) : number };
  }
  if (kind === "expr") return { value: { expr: text } };
  if (kind !== "json" && kind !== "truth") return { value: text };
  try { return { value: JSON.parse(text) }; } catch (error) { return { trouble: _("This is no JSON: {reason}", { reason: String(/** @type {Error} */ (error).message) }) }; }
}
