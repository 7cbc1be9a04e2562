// @ts-check
/** A generated form that follows its rules while it is filled in. `<script type="application/json" data-live>` inside the
 * form has what `payload.js` describes. The server checks everything again; this is for the eyes of whoever types. */
import { UNKNOWN } from "../expressions/evaluate.js";
import { Instant } from "../expressions/values.js";
import { keysOf, narrow, read, write } from "./controls.js";
import { display } from "./display.js";
import { Engine } from "./engine.js";
import { Announcer, Summary, newsOf, tell } from "./messages.js";
import { columnOf, tableOf } from "./payload.js";
import { show, tidy } from "./states.js";

/** @typedef {import("./engine.js").Changes} Changes */
/** @typedef {import("./engine.js").State} State */
/** @typedef {{at: string, message: string}} Failure */

export class LiveForm {
  /** @param {HTMLFormElement} form @param {import("./payload.js").Payload} payload */
  constructor(form, payload) {
    this.form = form;
    this.engine = new Engine(payload);
    this.zone = payload.user?.zone ?? document.documentElement.dataset.zone ?? "UTC";
    this.announcer = new Announcer(form);
    this.summary = new Summary(form);
    /** Fields that the reader has left or picked in: only then checks complain. @type {Set<string>} */
    this.touched = new Set();
    /** Failing checks by rule. @type {Map<string, Failure[]>} */
    this.failing = new Map();
    /** Places whose state has to wait until the reader is elsewhere. @type {Map<string, State>} */
    this.waiting = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.boxes = new Map();
    /** How long the last change took, in milliseconds. */
    this.took = 0;
    for (const name of Object.keys(this.engine.fields)) this.take(name, true);
    this.draw(this.engine.start(), false);
    this.listen();
  }

  listen() {
    const { form } = this;
    form.addEventListener("input", (event) => this.heard(event, false));
    form.addEventListener("change", (event) => this.heard(event, true));
    form.addEventListener("tw:change", (event) => this.heard(event, true));
    form.addEventListener("focusout", (event) => this.left(event));
    form.addEventListener("formdata", (event) => this.leaveOut(event.formData));
    form.addEventListener("reset", () => setTimeout(() => this.again()));
  }

  /** The wrapper of a field, or the table cell of "lines.<key>.qty". @param {string} place @returns {HTMLElement | null} */
  box(place) {
    const known = this.boxes.get(place);
    if (known?.isConnected) return known;
    const [table, key, column] = place.split(".");
    const found = column
      ? this.form.querySelector(`tr[data-row="${CSS.escape(key)}"] [name^="${table}.${key}.${column}"]`)?.closest("td")
      : this.form.querySelector(`[data-field="${place}"]`);
    if (!(found instanceof HTMLElement)) return null;
    this.boxes.set(place, found);
    return found;
  }

  /** Reads a field from its controls. Answers whether it changed. @param {string} name @param {boolean} [first] the page is as the server made it */
  take(name, first = false) {
    const { engine } = this;
    const field = engine.fields[name];
    const box = this.box(name);
    if (!box || !field || box.querySelector(`[name="${name}"], [name^="${name}."], [name="${name}[]"]`) === null) return false;
    if (field.columns) return this.takeRows(name, field.columns, box);
    const value = read(box, name, field.type, this.zone);
    const known = engine.record[name] ?? null;
    // A control may know less than the server told: it has no seconds, or is one that this side cannot read.
    if (first && known !== null && (value === UNKNOWN || sameMinute(known, value))) return false;
    return engine.put(name, value);
  }

  /** Reads one cell; the whole table where its row is new. @param {string} name @param {string} key @param {string} column */
  takeCell(name, key, column) {
    const type = this.engine.fields[name].columns?.[column]?.type ?? "text";
    const row = this.box(name)?.querySelector(`tr[data-row="${CSS.escape(key)}"]`);
    const changed = row ? this.engine.putCell(name, key, column, read(row, `${name}.${key}.${column}`, type, this.zone)) : null;
    return changed ?? this.take(name);
  }

  /** @param {string} name @param {Record<string, {type: string}>} columns @param {HTMLElement} box */
  takeRows(name, columns, box) {
    const rows = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("tbody > tr[data-row]")]);
    this.engine.putRows(name, rows.map((row) => {
      const key = row.dataset.row ?? "";
      const values = Object.entries(columns).map(([column, { type }]) => [column, read(row, `${name}.${key}.${column}`, type, this.zone)]);
      return { key, values: Object.fromEntries(values) };
    }));
    return true;
  }

  /** @param {Event} event @param {boolean} settled the reader has finished with this field */
  heard(event, settled) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (this.drawing) return;
    const name = target.closest("[data-field]")?.getAttribute("data-field");
    if (!name || !(name in this.engine.fields)) return;
    const begun = performance.now();
    if (settled) this.touched.add(name);
    const [key, column] = this.cellOf(name, target);
    const changed = column ? this.takeCell(name, key, column) : this.take(name);
    if (changed) this.draw(this.engine.change(this.pathsOf(name, column)), true, settled);
    else if (settled) this.complain();
    this.took = performance.now() - begun;
  }

  /** The row's key and the column of the cell that an event came from. @param {string} name @param {HTMLElement} target @returns {[string, string]} */
  cellOf(name, target) {
    const [, key = "", column = ""] = (target.getAttribute("name") ?? target.closest("[data-name]")?.getAttribute("data-name") ?? "").split(".");
    return column.replace("[]", "") in (this.engine.fields[name].columns ?? {}) ? [key, column.replace("[]", "")] : ["", ""];
  }

  /** What an event in a field may have changed: one column where it came from a cell. @param {string} name @param {string} column */
  pathsOf(name, column) {
    const columns = Object.keys(this.engine.fields[name].columns ?? {});
    return column ? [`${name}.${column}`] : [name, ...columns.map((one) => `${name}.${one}`)];
  }

  /** @param {FocusEvent} event */
  left(event) {
    const field = /** @type {Element} */ (event.target).closest("[data-field]");
    const name = field?.getAttribute("data-field");
    if (!name || (event.relatedTarget instanceof Node && field?.contains(event.relatedTarget))) return;
    this.touched.add(name);
    // The focus is still on its way: what waited is hidden once it has arrived.
    queueMicrotask(() => {
      for (const [place, state] of [...this.waiting]) this.showState(place, state);
      this.complain();
    });
  }

  /** Everything from the controls, as after a reset. */
  again() {
    for (const name of Object.keys(this.engine.fields)) this.take(name);
    this.draw(this.engine.start(), false);
  }

  /** Closed and hidden fields are not sent: nobody typed them, and the server has its own value. @param {FormData} data */
  leaveOut(data) {
    for (const [place, state] of this.engine.states) {
      if (place.includes(".") || (state.visible && !state.closed)) continue;
      for (const key of [...data.keys()]) {
        if (key === place || key === `${place}[]` || key.startsWith(`${place}.`)) data.delete(key);
      }
    }
  }

  /** @param {Changes} changes @param {boolean} aloud @param {boolean} [settled] nobody is typing where a value may come */
  draw(changes, aloud, settled = true) {
    this.drawing = true;
    const before = new Map(this.shown);
    for (const [place, value] of changes.values) this.showValue(place, value, settled);
    for (const [name, value] of changes.computed) this.showComputed(name, value);
    for (const path of changes.offers) this.showOffers(path);
    for (const [place, state] of changes.states) {
      this.showState(place, state);
      if (aloud) this.announcer.add(place, newsOf(this.labelOf(place), before.get(place) ?? this.engine.ownState(place), state));
    }
    if (changes.states.size) {
      this.columns();
      tidy(this.form);
    }
    for (const [rule, failures] of changes.checks) this.failing.set(rule, failures);
    if (changes.checks.size) this.complain();
    this.drawing = false;
  }

  drawing = false;
  /** States as they stand on the screen. @type {Map<string, State>} */
  shown = new Map();

  /** @param {string} place @param {State} state */
  showState(place, state) {
    const box = this.box(place);
    if (!box) return;
    if (show(box, state, { cell: place.includes(".") })) {
      this.waiting.delete(place);
      this.shown.set(place, state);
    } else this.waiting.set(place, state);
  }

  /** Columns that are hidden in every row lose their heading too. */
  columns() {
    for (const [table, rows] of this.engine.tables) {
      const grid = this.box(table)?.querySelector("table");
      if (!grid || rows.length === 0) continue;
      for (const [, column] of this.engine.columns.get(table) ?? []) {
        const cells = rows.map((row) => this.box(`${table}.${row.key}.${column}`));
        const gone = rows.every((row) => !this.engine.state(`${table}.${row.key}.${column}`).visible);
        const at = /** @type {HTMLTableCellElement | null} */ (cells[0])?.cellIndex ?? -1;
        const head = grid.tHead?.rows[0]?.cells[at];
        if (!head || head.hidden === gone) continue;
        for (const one of [head, ...cells]) if (one) one.hidden = gone;
      }
    }
  }

  /** @param {string} place @param {any} value @param {boolean} settled */
  showValue(place, value, settled) {
    const box = this.box(place);
    if (!box || (!settled && box.contains(document.activeElement))) return;
    if (!write(box, place, value, this.zone) && !place.includes(".")) this.showOutput(box, value, this.engine.fields[place]);
  }

  /** @param {string} name @param {any} value */
  showComputed(name, value) {
    const [box, data] = [this.box(name), this.engine.payload.computed?.[name]];
    if (box && data) this.showOutput(box, value, data);
  }

  /** @param {HTMLElement} box @param {any} value @param {{type: string} | undefined} field */
  showOutput(box, value, field) {
    const output = box.querySelector(".output");
    if (output && field) output.textContent = display(value, field, this.zone) || "–";
  }

  /** @param {string} path */
  showOffers(path) {
    const table = this.engine.fields[path] ? "" : tableOf(path);
    const places = table ? (this.engine.tables.get(table) ?? []).map((row) => ({ key: row.key, place: `${table}.${row.key}.${columnOf(path)}` })) : [{ key: "", place: path }];
    for (const { key, place } of places) {
      const box = this.box(place);
      if (box) narrow(box, this.engine.offered(path, keysOf(box), key));
    }
  }

  /** @param {string} place */
  labelOf(place) {
    const [table, key, column] = place.split(".");
    const field = this.engine.fields[table];
    if (!column) return field?.label ?? table;
    const row = (this.engine.tables.get(table) ?? []).findIndex((one) => one.key === key) + 1;
    return `${field?.columns?.[column]?.label ?? column} (${row})`;
  }

  /** Tells what fails where the reader has been. */
  complain() {
    /** @type {Map<string, string>} */
    const told = new Map();
    /** @type {{label: string, message: string, target: HTMLElement | null}[]} */
    const lines = [];
    for (const [rule, failures] of this.failing) {
      if (![...this.engine.readsOfCheck(rule)].some((path) => this.touched.has(path.split(".")[0]))) continue;
      for (const { at, message } of failures) {
        const box = at ? this.box(at) : null;
        if (box && !told.has(at)) told.set(at, message);
        const target = /** @type {HTMLElement | null} */ (box?.querySelector("[id]:is(input, select, textarea):not([type=hidden]), .combo input") ?? null);
        lines.push({ label: at ? this.labelOf(at) : "", message, target });
      }
    }
    for (const place of new Set([...this.complained, ...told.keys()])) {
      const box = this.box(place);
      const message = told.get(place) ?? "";
      if (box) tell(box, message);
      if (message && !this.complained.has(place)) this.announcer.add(`check ${place}`, `${this.labelOf(place)}: ${message}`);
      if (!message) this.announcer.add(`check ${place}`, "");
    }
    this.complained = new Set(told.keys());
    this.summary.show(lines);
  }

  /** Places that carry a message. @type {Set<string>} */
  complained = new Set();
}

/** Whether two moments are the same to a control without seconds. @param {any} known @param {any} value */
function sameMinute(known, value) {
  const minute = 60_000_000n;
  return known instanceof Instant && value instanceof Instant && known.key / minute === value.key / minute;
}

/** Brings the form around a payload to life. @param {Element} script @returns {LiveForm | null} */
export function bind(script) {
  const form = script.closest("form");
  return form ? new LiveForm(form, JSON.parse(script.textContent ?? "{}")) : null;
}
