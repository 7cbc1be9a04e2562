// @ts-check
/** The grid of fields and stages: a cell goes through its levels by a press; arrow keys move; a letter sets a level. */
import { behave } from "../dom.js";

/** @typedef {{value: string, label: string}} Level */

const LETTERS = /** @type {Record<string, string>} */ ({ w: "write", r: "read", q: "required", h: "hidden", Delete: "", Backspace: "" });

behave("table[data-matrix]", (table) => {
  /** @type {Level[]} */
  const levels = JSON.parse(table.closest("section")?.querySelector("script[data-levels]")?.textContent ?? "[]");

  /** @param {HTMLButtonElement} cell @param {string} value */
  const set = (cell, value) => {
    const level = levels.find((one) => one.value === value) ?? levels[0];
    cell.value = level.value;
    cell.textContent = level.value ? level.label : "·";
    cell.setAttribute("aria-label", `${cell.dataset.name}: ${level.label}`);
    cell.dispatchEvent(new Event("change", { bubbles: true }));
  };

  /** @param {EventTarget | null} target */
  const cellOf = (target) => /** @type {HTMLButtonElement | null} */ (target instanceof Element ? target.closest("td > button") : null);

  table.addEventListener("click", (event) => {
    const cell = cellOf(event.target);
    if (cell) set(cell, levels[(levels.findIndex((one) => one.value === cell.value) + 1) % levels.length].value);
  });

  table.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const td = /** @type {HTMLTableCellElement} */ (cell.parentElement);
    const row = /** @type {HTMLTableRowElement} */ (td.parentElement);
    const forward = getComputedStyle(table).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    const there = event.key === forward ? td.nextElementSibling
      : event.key === backward ? td.previousElementSibling
      : event.key === "ArrowDown" ? /** @type {HTMLTableRowElement | null} */ (row.nextElementSibling)?.cells[td.cellIndex]
      : event.key === "ArrowUp" ? /** @type {HTMLTableRowElement | null} */ (row.previousElementSibling)?.cells[td.cellIndex] : null;
    if (there) {
      event.preventDefault();
      there.querySelector("button")?.focus();
    } else if (event.key in LETTERS) {
      event.preventDefault();
      set(cell, LETTERS[event.key]);
    }
  });
});
