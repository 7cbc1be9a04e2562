// @ts-check
/** `<tw-list>`: a table that works from the keyboard, with a cursor, a selection and the bar of what to do with it. */
import { behave, typing } from "./dom.js";
import { ngettext } from "./text.js";

class List extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.last = /** @type {HTMLTableRowElement | null} */ (null);
    document.addEventListener("keydown", (this.onKey = (/** @type {KeyboardEvent} */ event) => this.key(event)));
    this.addEventListener("change", (event) => this.ticked(event));
    this.addEventListener("click", (event) => this.clicked(event));
    // rows that arrive by scrolling join a selection of all
    new MutationObserver(() => this.count()).observe(this, { childList: true, subtree: true });
    this.count();
  }

  disconnectedCallback() {
    if (this.onKey) document.removeEventListener("keydown", this.onKey);
  }

  /** @returns {HTMLTableRowElement[]} */
  get rows() {
    return [...this.querySelectorAll("tbody > tr[data-id], tbody > tr[data-href]")].map((row) => /** @type {HTMLTableRowElement} */ (row));
  }

  get cursor() {
    return /** @type {HTMLTableRowElement | null} */ (this.querySelector("tr[data-cursor]"));
  }

  /** @param {HTMLTableRowElement | undefined} row */
  go(row) {
    if (!row) return;
    this.cursor?.removeAttribute("data-cursor");
    row.setAttribute("data-cursor", "");
    row.scrollIntoView({ block: "nearest" });
    const link = /** @type {HTMLElement | null} */ (row.querySelector("a[href]"));
    link?.focus({ preventScroll: true });
  }

  /** @param {number} step */
  move(step) {
    const all = this.rows;
    const at = this.cursor ? all.indexOf(this.cursor) : step > 0 ? -1 : all.length;
    this.go(all[Math.max(0, Math.min(all.length - 1, at + step))]);
  }

  /** @param {HTMLTableRowElement} row */
  open(row) {
    const link = /** @type {HTMLAnchorElement | null} */ (row.querySelector("td.lead a[href], a[href]"));
    if (link) link.click();
    else if (row.dataset.href) location.assign(row.dataset.href);
  }

  /** @param {HTMLTableRowElement} row @param {boolean} [on] */
  tick(row, on) {
    const box = /** @type {HTMLInputElement | null} */ (row.querySelector("[data-select]"));
    if (!box) return;
    box.checked = on ?? !box.checked;
    row.setAttribute("aria-selected", String(box.checked));
  }

  /** From the row ticked last to this one. @param {HTMLTableRowElement} row */
  tickRange(row) {
    const all = this.rows;
    const [from, to] = [all.indexOf(this.last ?? row), all.indexOf(row)].sort((a, b) => a - b);
    for (const one of all.slice(Math.max(0, from), to + 1)) this.tick(one, true);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open], :popover-open")) return;
    const row = this.cursor;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const inside = this.contains(document.activeElement) || document.activeElement === document.body;
    if (key === "j" || (key === "ArrowDown" && inside)) this.move(1);
    else if (key === "k" || (key === "ArrowUp" && inside)) this.move(-1);
    else if (key === "x" && row) {
      if (event.shiftKey) this.tickRange(row);
      else this.tick(row);
      this.last = row;
      this.count();
    } else if ((key === "Enter" || key === "o") && row && !/** @type {Element} */ (event.target).matches("a, button, summary")) this.open(row);
    else if (key === "Escape" && this.querySelector("[data-select]:checked")) this.clear();
    else if (key === "c" && this.dataset.new) location.assign(this.dataset.new);
    else return;
    event.preventDefault();
  }

  /** @param {Event} event */
  ticked(event) {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (box.matches("[data-select-all]")) for (const row of this.rows) this.tick(row, box.checked);
    else if (box.matches("[data-select]")) {
      const row = /** @type {HTMLTableRowElement} */ (box.closest("tr"));
      row.setAttribute("aria-selected", String(box.checked));
      this.last = row;
    } else return;
    this.count();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-clear]")) return this.clear();
    const row = /** @type {HTMLTableRowElement | null} */ (target.closest("tbody > tr"));
    if (!row) return;
    if (event.shiftKey && target.closest(".pick")) { this.tickRange(row); this.count(); }
    else if (row.dataset.href && !target.closest("a, button, input, label, select, textarea") && !getSelection()?.toString()) this.open(row);
  }

  clear() {
    for (const row of this.rows) this.tick(row, false);
    this.count();
  }

  count() {
    const all = this.querySelectorAll("[data-select]");
    const n = this.querySelectorAll("[data-select]:checked").length;
    const head = /** @type {HTMLInputElement | null} */ (this.querySelector("[data-select-all]"));
    if (head) { head.checked = n > 0 && n === all.length; head.indeterminate = n > 0 && n < all.length; }
    const bar = /** @type {HTMLElement | null} */ (this.querySelector("[data-bulk]"));
    if (!bar) return;
    if (bar.hidden !== (n === 0)) bar.hidden = n === 0;
    const text = ngettext("{n} selected", "{n} selected", n);
    const label = bar.querySelector("[data-count]");
    if (label && label.textContent !== text) label.textContent = text;
  }
}

customElements.define("tw-list", List);

behave("input[data-mixed]", (box) => { /** @type {HTMLInputElement} */ (box).indeterminate = true; });
