// @ts-check
/** Controls of a generated form as values of the language, and back. A field's controls carry its name: "budget",
 * "price.amount" and "price.currency", "tags[]", in rows "lines.<key>.qty". */
import { Decimal, UNKNOWN, decimal, decode } from "../expressions/evaluate.js";
import { instantOf, localClock, parseMoment, dayOf, isoDate, timeOf, timeText } from "../expressions/calendar.js";
import { textOf } from "../expressions/decimal.js";
import { Day, Duration, Instant, Money, Time } from "../expressions/values.js";
import { grouped } from "../forms.js";
import { signs } from "../text.js";

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** @param {ParentNode} box @param {string} name @returns {Control[]} */
function named(box, name) {
  return /** @type {Control[]} */ ([...box.querySelectorAll(`[name="${name}"]`)]);
}

/** Everything in a box that people can act on. @param {Element} box @returns {(Control | HTMLButtonElement)[]} */
export function actors(box) {
  return /** @type {(Control | HTMLButtonElement)[]} */ ([...box.querySelectorAll("input:not([type=hidden]), select, textarea, button")]);
}

/** The value of a field's controls. UNKNOWN where they are of a kind that only the server reads.
 * @param {ParentNode} box @param {string} name @param {string} type @param {string} zone of the reader's clock @returns {any} */
export function read(box, name, type, zone) {
  const [kind] = type.split(":", 1);
  if (kind === "list") return readList(box, name);
  if (kind === "money") return readMoney(box, name);
  const found = named(box, name);
  const ticks = found.filter((one) => one.type === "checkbox" || one.type === "radio");
  const [first] = ticks;
  if (first?.type === "checkbox") return /** @type {HTMLInputElement} */ (first).checked;
  if (first) return parsed(kind, ticks.find((one) => /** @type {HTMLInputElement} */ (one).checked)?.value ?? "", zone);
  const only = found.at(-1);
  return only && only.type !== "file" ? parsed(kind, only.value, zone) : UNKNOWN;
}

/** @param {ParentNode} box @param {string} name */
function readList(box, name) {
  const found = named(box, `${name}[]`);
  if (found.length === 0) return UNKNOWN;
  const values = found.flatMap((one) => {
    if (one instanceof HTMLSelectElement) return [...one.selectedOptions].map((option) => option.value);
    const off = (one.type === "checkbox" || one.type === "radio") && !(/** @type {HTMLInputElement} */ (one).checked);
    return off ? [] : [one.value];
  });
  return values.filter((value) => value !== "");
}

/** @param {ParentNode} box @param {string} name */
function readMoney(box, name) {
  const amount = named(box, `${name}.amount`)[0];
  if (!amount) return UNKNOWN;
  const number = numberOf(amount.value);
  return number === null ? null : new Money(number, named(box, `${name}.currency`)[0]?.value ?? "");
}

/** @param {string} kind @param {string} raw @param {string} zone */
function parsed(kind, raw, zone) {
  const text = raw.trim();
  if (text === "") return null;
  if (kind === "number") return numberOf(text);
  if (kind === "bool") return text === "true";
  if (kind === "datetime") {
    const found = parseMoment(text);
    return found === null ? null : new Instant(found.instant ?? instantOf(zone, found.wall));
  }
  if (kind === "duration") return UNKNOWN;
  const value = decode(kind, text);
  return (kind === "date" && !(value instanceof Day)) || (kind === "time" && !(value instanceof Time)) ? null : value;
}

/** A number as the reader writes it; null for what is none. @param {string} text @returns {Decimal | null} */
export function numberOf(text) {
  const western = text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0));
  const plain = western.replace(/[\s\u00a0\u202f%]/g, "").split(signs.group).join("").replace(signs.point, ".").replace("−", "-");
  return /^[+-]?(\d{1,28}(\.\d{0,28})?|\.\d{1,28})$/.test(plain) ? decimal(plain) : null;
}

/** A value as its input holds it. @param {any} value @param {string} zone @returns {string} */
function written(value, zone) {
  if (value === null) return "";
  if (value instanceof Decimal) return grouped(textOf(value).replace(".", signs.point));
  if (value instanceof Day) return isoDate(value.key);
  if (value instanceof Time) return timeText(value.key);
  if (value instanceof Instant) {
    const wall = localClock(zone, value.key);
    return `${isoDate(dayOf(wall))}T${timeText(timeOf(wall)).slice(0, 5)}`;
  }
  return value instanceof Duration ? "" : String(value);
}

/** Shows a value in a field's controls. Answers whether it could be shown there.
 * @param {ParentNode} box @param {string} name @param {any} value @param {string} zone */
export function write(box, name, value, zone) {
  if (value instanceof Money) {
    const [amount, currency] = [named(box, `${name}.amount`)[0], named(box, `${name}.currency`)[0]];
    return amount !== undefined && put(amount, written(value.amount, zone)) && (!currency || put(currency, value.currency));
  }
  if (Array.isArray(value)) return writeList(box, name, value);
  const found = named(box, name);
  const ticks = /** @type {HTMLInputElement[]} */ (found.filter((one) => one.type === "checkbox" || one.type === "radio"));
  if (ticks.length) {
    for (const one of ticks) one.checked = one.type === "checkbox" ? value === true : one.value === value;
    return true;
  }
  const only = found.at(-1) ?? (value === null ? named(box, `${name}.amount`)[0] : undefined);
  // A link shows a title that only the server knows.
  if (!only || only.type === "file" || only.closest("tw-lookup")) return false;
  return put(only, written(value, zone));
}

/** @param {ParentNode} box @param {string} name @param {any[]} values */
function writeList(box, name, values) {
  const select = named(box, `${name}[]`).find((one) => one instanceof HTMLSelectElement);
  if (!(select instanceof HTMLSelectElement)) return false;
  for (const option of select.options) option.selected = values.includes(option.value);
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** @param {Control} control @param {string} text */
function put(control, text) {
  if (control.value === text) return true;
  control.value = text;
  if (control.value !== text) return false;
  // Elements around a select draw themselves anew; text inputs must not look like typing.
  if (control instanceof HTMLSelectElement) control.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** The keys that a choice offers. @param {Element} box @returns {string[]} */
export function keysOf(box) {
  const options = [...box.querySelectorAll("option")].map((option) => option.value);
  const radios = [...box.querySelectorAll("input[type=radio]")].map((one) => /** @type {HTMLInputElement} */ (one).value);
  return [...options, ...radios].filter((key) => key !== "");
}

/** Leaves only these keys to pick; the one that is picked stays in sight. @param {Element} box @param {Set<string>} kept */
export function narrow(box, kept) {
  for (const option of box.querySelectorAll("option")) {
    if (option.value === "") continue;
    option.disabled = !kept.has(option.value);
    option.hidden = option.disabled && !option.selected;
  }
  for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (box.querySelectorAll("input[type=radio]"))) {
    radio.disabled = !kept.has(radio.value);
    const label = radio.closest("label");
    if (label) label.hidden = radio.disabled && !radio.checked;
  }
}
