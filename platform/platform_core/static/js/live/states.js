// @ts-check
/** States on the screen: hidden fields leave the page and the order of Tab, closed ones cannot be changed, required ones are
 * marked for eyes and screen readers. What nobody
 * but the server could open stays closed. */
import { icon, make } from "../dom.js";
import { _ } from "../text.js";
import { actors } from "./controls.js";

/** @typedef {import("./engine.js").State} State */

/** Controls that this side has closed, with how they were. @type {WeakMap<Element, {readOnly: boolean, disabled: boolean}>} */
const closedHere = new WeakMap();

/** Types whose text stays readable and selectable when closed. */
const TEXTUAL = /^(text|email|tel|url|search|date|datetime-local|time|number|textarea)$/;

/** Shows the state of a field or cell. Answers false where it has to wait, because the reader stands in what would vanish.
 * @param {HTMLElement} box @param {State} state @param {{cell?: boolean}} [how] */
export function show(box, state, how = {}) {
  if (!state.visible && box.contains(document.activeElement)) return false;
  if (how.cell) for (const part of box.children) /** @type {HTMLElement} */ (part).hidden = !state.visible;
  else box.hidden = !state.visible;
  close(box, state.closed);
  require(box, state.required, how.cell === true);
  return true;
}

/** @param {HTMLElement} box @param {boolean} closed */
function close(box, closed) {
  if (closed === (box.dataset.closed !== undefined)) return;
  if (closed) box.dataset.closed = "";
  else delete box.dataset.closed;
  const drawn = /** @type {HTMLFieldSetElement | null} */ (box.querySelector(":scope > fieldset.closed"));
  if (drawn) drawn.disabled = closed;
  else for (const one of actors(box)) (closed ? shut : open)(one);
  for (const wrap of box.querySelectorAll(".wrap")) wrap.toggleAttribute("data-off", closed);
  const why = /** @type {HTMLElement | null} */ (box.querySelector(':scope > .hint[id$="-y"]'));
  if (why) why.hidden = !closed;
  const label = box.querySelector(":scope > label, :scope > .label");
  label?.querySelector("[data-live-lock]")?.remove();
  if (closed && label && !why) label.append(make("span", { "data-live-lock": "", title: _("Closed by a rule") }, " ", icon("lock", "sm"), make("span", { class: "sr", text: _("Closed by a rule") })));
}

/** @param {ReturnType<typeof actors>[number]} one */
function shut(one) {
  const textual = "readOnly" in one && TEXTUAL.test(one.type) && !one.closest("tw-combo");
  closedHere.set(one, { readOnly: "readOnly" in one && one.readOnly, disabled: one.disabled });
  if (textual) one.readOnly = true;
  else one.disabled = true;
}

/** @param {ReturnType<typeof actors>[number]} one */
function open(one) {
  const before = closedHere.get(one);
  if (!before) return;
  closedHere.delete(one);
  if ("readOnly" in one) one.readOnly = before.readOnly;
  one.disabled = before.disabled;
}

/** @param {HTMLElement} box @param {boolean} required @param {boolean} cell */
function require(box, required, cell) {
  for (const one of actors(box)) {
    if (one instanceof HTMLButtonElement || one.getAttribute("aria-hidden") === "true") continue;
    if (required) one.setAttribute("aria-required", "true");
    else one.removeAttribute("aria-required");
  }
  if (cell) return;
  const label = box.querySelector(":scope > label, :scope > .label");
  const mark = label?.querySelector(".req");
  if (required && !mark) label?.append(make("span", { class: "req", "aria-hidden": "true", title: _("required"), text: "*" }));
  if (!required) mark?.remove();
}

/** Cards whose fields are all hidden go too, and so does a column that is hidden in every row. @param {HTMLElement} form */
export function tidy(form) {
  for (const card of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("section.card"))) {
    const fields = [...card.querySelectorAll(".form-grid > .field")];
    if (fields.length) card.hidden = fields.every((field) => /** @type {HTMLElement} */ (field).hidden);
  }
}
