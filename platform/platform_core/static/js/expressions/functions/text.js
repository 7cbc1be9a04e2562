// @ts-check
/** Functions on text. Lengths and positions count code points, positions from 1; comparing is by code point. */
import { joinTexts, length } from "../arithmetic.js";
import { bounded, decimal, Decimal, textOf, whole } from "../decimal.js";
import { EvaluationError, LIKE_PATTERN, RESULT_LENGTH, requireTextLength } from "../errors.js";
import { Day, Duration, Instant, Money, Time } from "../values.js";
import { dayOf, isoDate, localClock, timeOf, timeText } from "../calendar.js";
import { folded } from "./folding.js";

const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const EDGES = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, "g");
const NUMBER = /^[+-]?(?:\d{1,28}(?:\.\d{0,28})?|\.\d{1,28})$/;

/** @typedef {import("../environment.js").Environment} Environment */

/** @param {string} text */
function checked(text) {
  requireTextLength(length(text));
  return text;
}

/** Code points from one position up to another. @param {string} text @param {number} from @param {number} to */
function slice(text, from, to) {
  return length(text) === text.length ? text.slice(from, to) : Array.from(text).slice(from, to).join("");
}

/** @param {any} value @param {number} [least] */
function count(value, least = 0) {
  return whole(value, least, RESULT_LENGTH + least);
}

/** @param {string} text @param {Decimal} wanted */
function right(text, wanted) {
  const size = length(text);
  return slice(text, Math.max(size - count(wanted), 0), size);
}

/** @param {string} text @param {Decimal} start @param {Decimal} wanted */
function mid(text, start, wanted) {
  const first = count(start, 1) - 1;
  return slice(text, first, first + count(wanted));
}

/** `*` stands for any run of characters, everything else for itself. @param {string} text @param {string} pattern */
export function like(text, pattern) {
  if (length(pattern) > LIKE_PATTERN) throw new EvaluationError("pattern_too_long");
  const [first, ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let position = first.length;
  const end = text.length - last.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, position);
    if (found < 0 || found + piece.length > end) return false;
    position = found + piece.length;
  }
  return true;
}

/** @param {string} text @param {string} old @param {string} wanted */
function replace(text, old, wanted) {
  if (!old) return text;
  const pieces = text.split(old);
  requireTextLength(length(text) + (pieces.length - 1) * (length(wanted) - length(old)));
  return pieces.join(wanted);
}

/** @param {string} text @param {string} part */
function find(text, part) {
  const at = text.indexOf(part);
  return decimal(at < 0 ? 0 : length(text.slice(0, at)) + 1);
}

/** @param {string} text */
function numberIn(text) {
  const digits = text.replace(EDGES, "");
  return NUMBER.test(digits) ? bounded(decimal(digits)) : null;
}

/** A value as plain text: 1.5, 2024-05-01, 2024-05-01 09:30 (in the zone), 12.5 EUR, true, a key or an id.
 * @param {Environment} env @param {any} value @returns {string | null} */
export function asText(env, value) {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (value instanceof Decimal) return checked(textOf(value));
  if (value instanceof Money) return `${checked(textOf(value.amount))} ${value.currency}`;
  if (value instanceof Day) return isoDate(value.key);
  if (value instanceof Time) return timeText(Math.floor(value.key / 1_000_000) * 1_000_000);
  if (value instanceof Duration) return spanText(value.key);
  if (!(value instanceof Instant)) throw new TypeError("no text for this value");
  const wall = localClock(env.zone, value.key);
  return `${isoDate(dayOf(wall))} ${timeText(timeOf(wall)).slice(0, 5)}`;
}

/** Hours and minutes. @param {bigint} micros */
function spanText(micros) {
  const below = micros < 0n && micros % 1_000_000n !== 0n ? 1n : 0n;
  const seconds = micros / 1_000_000n - below;
  const size = seconds < 0n ? -seconds : seconds;
  return `${seconds < 0n ? "-" : ""}${size / 3600n}:${String((size / 60n) % 60n).padStart(2, "0")}`;
}

/** @type {Record<string, import("./index.js").Function_>} */
export const TEXTS = {
  len: { run: (_env, text) => decimal(length(text)) },
  lower: { run: (_env, text) => checked(text.toLowerCase()) },
  upper: { run: (_env, text) => checked(text.toUpperCase()) },
  trim: { run: (_env, text) => text.replace(EDGES, "") },
  left: { run: (_env, text, wanted) => slice(text, 0, count(wanted)) },
  right: { run: (_env, text, wanted) => right(text, wanted) },
  mid: { run: (_env, text, start, wanted) => mid(text, start, wanted) },
  contains: { run: (_env, text, part) => text.includes(part) },
  starts_with: { run: (_env, text, start) => text.startsWith(start) },
  ends_with: { run: (_env, text, end) => text.endsWith(end) },
  same_text: { run: (_env, text, other) => folded(text) === folded(other) },
  like: { run: (_env, text, pattern) => like(text, pattern) },
  concat: { run: (_env, ...parts) => joinTexts(parts.filter((part) => part !== null)), blanks: true },
  replace: { run: (_env, text, old, wanted) => replace(text, old, wanted) },
  find: { run: (_env, text, part) => find(text, part) },
  text: { run: asText },
  number: { run: (_env, text) => numberIn(text) },
};
