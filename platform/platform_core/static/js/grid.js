// @ts-check
/** `<tw-grid>` edits the rows of a child table: add, remove, move by hand or keys, paste from a spreadsheet. */
import { freshId, typing } from "./dom.js";
import { _ } from "./text.js";
import { toast } from "./toasts.js";

/** @param {Element} row @returns {(HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement)[]} */
function controls(row) {
  return [...row.querySelectorAll("input:not([type=hidden], [type=file]), select:not(.sr), textarea")].map((one) => /** @type {HTMLInputElement} */ (one));
}

/** The value of a pasted cell into a control; selects take the option with that label. @param {Element} cell @param {string} text */
function put(cell, text) {
  const select = cell.querySelector("select");
  const field = select ?? controls(cell)[0];
  if (!field || ("readOnly" in field && field.readOnly)) return;
  if (select) {
    const wanted = text.trim().toLowerCase();
    const option = [...select.options].find((one) => one.label.trim().toLowerCase() === wanted || one.value.toLowerCase() === wanted);
    if (option) option.selected = true;
  } else if (field.type === "checkbox") /** @type {HTMLInputElement} */ (field).checked = /^(1|x|✓|yes|true|是|sí|oui|نعم)$/i.test(text.trim());
  else field.value = text.trim();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

class Grid extends HTMLElement {
  connectedCallback() {
    if (this.body || this.dataset.off !== undefined) return;
    const body = this.querySelector("tbody");
    const template = this.querySelector("template");
    if (!body || !template) return;
    this.body = body;
    this.template = template;
    this.querySelector("[data-add]")?.addEventListener("click", () => controls(this.add())[0]?.focus());
    this.addEventListener("click", (event) => {
      const row = /** @type {Element} */ (event.target).closest("td.tools [data-remove]")?.closest("tr");
      if (row) this.drop(row);
    });
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.dragging(body);
    for (let missing = Number(this.dataset.min) - body.rows.length; missing > 0; missing -= 1) this.add();
  }

  /** A new row at the end (or after `row`). @param {Element} [row] @returns {HTMLElement} */
  add(row) {
    const made = /** @type {DocumentFragment} */ (this.template?.content.cloneNode(true));
    const fresh = /** @type {HTMLElement} */ (made.querySelector("tr"));
    const key = freshId("new");
    for (const part of [fresh, ...fresh.querySelectorAll("*")]) {
      for (const attribute of [...part.attributes]) if (attribute.value.includes("__key__")) part.setAttribute(attribute.name, attribute.value.replaceAll("__key__", key));
    }
    if (this.full) {
      toast({ tone: "warm", text: _("{n} rows at most", { n: this.dataset.max }) });
      return fresh;
    }
    if (row) row.after(fresh);
    else this.body?.append(fresh);
    /** @type {any} */ (window).htmx?.process(fresh);
    this.changed();
    return fresh;
  }

  get full() {
    return (this.body?.rows.length ?? 0) >= Number(this.dataset.max || 200);
  }

  changed() {
    const note = /** @type {HTMLElement | null} */ (this.querySelector(".grid-empty"));
    if (note) note.hidden = (this.body?.rows.length ?? 0) > 0;
    this.dispatchEvent(new Event("tw:change", { bubbles: true }));
  }

  /** @param {Element} row */
  drop(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.changed();
    const add = /** @type {HTMLElement | null} */ (this.querySelector("[data-add]"));
    ((next && controls(next)[0]) || add)?.focus();
  }

  /** @param {HTMLElement} row @param {number} step */
  move(row, step) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    if (step < 0) other.before(row);
    else other.after(row);
    focused.focus();
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("tbody > tr"));
    if (!row || event.defaultPrevented) return;
    if (event.altKey && /^Arrow(Up|Down)$/.test(event.key)) { event.preventDefault(); this.move(row, event.key === "ArrowUp" ? -1 : 1); }
    else if (event.ctrlKey && event.key === "Backspace" && !(/** @type {HTMLInputElement} */ (event.target).value)) { event.preventDefault(); this.drop(row); }
    else if (event.key === "Enter" && typing(event.target) && !/** @type {Element} */ (event.target).matches("textarea, button")) {
      event.preventDefault();
      const place = controls(row).indexOf(/** @type {HTMLInputElement} */ (event.target));
      const next = row.nextElementSibling ?? (this.full ? null : this.add());
      if (next) controls(next)[Math.max(0, place)]?.focus();
    }
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const cell = /** @type {HTMLTableCellElement | null} */ (/** @type {Element} */ (event.target).closest("tbody td"));
    const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    if (!cell || (lines.length < 2 && lines[0].length < 2)) return;
    event.preventDefault();
    const heads = this.querySelectorAll("thead th");
    const start = cell.cellIndex;
    let row = /** @type {HTMLElement | null} */ (cell.parentElement);
    let taken = 0;
    for (const values of lines) {
      if (!row) { if (this.full) break; row = this.add(); }
      let column = start;
      for (const value of values) {
        while (heads[column]?.hasAttribute("data-nopaste")) column += 1;
        const target = row.children[column];
        if (target && !target.classList.contains("tools")) put(target, value);
        column += 1;
      }
      taken += 1;
      row = /** @type {HTMLElement | null} */ (row.nextElementSibling);
    }
    this.changed();
    toast({ tone: taken < lines.length ? "warm" : "good", text: taken < lines.length ? _("{taken} of {all} rows pasted; {n} rows at most", { taken, all: lines.length, n: this.dataset.max }) : _("{n} rows pasted", { n: taken }) });
  }

  /** Rows are dragged by their grip only. @param {HTMLElement} body */
  dragging(body) {
    /** @type {HTMLElement | null} */
    let lifted = null;
    body.addEventListener("pointerdown", (event) => {
      const grip = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-grip]"));
      if (!grip) return;
      lifted = grip.closest("tr");
      lifted?.setAttribute("data-lift", "");
      grip.setPointerCapture(event.pointerId);
    });
    const clear = () => { for (const row of body.querySelectorAll("[data-over]")) row.removeAttribute("data-over"); };
    /** @param {PointerEvent} event @returns {[HTMLElement, boolean] | null} */
    const under = (event) => {
      const row = /** @type {HTMLElement | null} */ (document.elementFromPoint(event.clientX, event.clientY)?.closest("tr") ?? null);
      if (!row || row === lifted || row.parentElement !== body) return null;
      const box = row.getBoundingClientRect();
      return [row, event.clientY < box.top + box.height / 2];
    };
    body.addEventListener("pointermove", (event) => {
      if (!lifted) return;
      clear();
      const found = under(event);
      if (found) found[0].dataset.over = found[1] ? "before" : "after";
    });
    const end = (/** @type {PointerEvent} */ event) => {
      if (!lifted) return;
      const found = event.type === "pointerup" ? under(event) : null;
      if (found) { if (found[1]) found[0].before(lifted); else found[0].after(lifted); this.changed(); }
      lifted.removeAttribute("data-lift");
      clear();
      lifted = null;
    };
    body.addEventListener("pointerup", end);
    body.addEventListener("pointercancel", end);
  }
}

customElements.define("tw-grid", Grid);
