// @ts-check
/** The values of the language beside texts, yes and no: money, dates, moments, times and durations; how they compare, and
 * how they travel as JSON. A blank is null, a list an array. */
import { Decimal, compare as compareNumbers, decimal, textOf } from "./decimal.js";
import { UnknownHere } from "./errors.js";
import { dayOf, isoDate, parseDate, parseMoment, parseTime, timeText } from "./calendar.js";

/** An exact amount in one currency. */
export class Money {
  /** @param {Decimal} amount @param {string} currency */
  constructor(amount, currency) {
    this.amount = amount;
    this.currency = currency;
  }
}

/** A date: days since 1970-01-01. */
export class Day {
  /** @param {number} key */
  constructor(key) {
    this.key = key;
  }
}

/** A moment: microseconds since 1970-01-01 in UTC. */
export class Instant {
  /** @param {bigint} key */
  constructor(key) {
    this.key = key;
  }
}

/** A time of day: microseconds since midnight. */
export class Time {
  /** @param {number} key */
  constructor(key) {
    this.key = key;
  }
}

/** A span: microseconds. */
export class Duration {
  /** @param {bigint} key */
  constructor(key) {
    this.key = key;
  }
}

/** Stands in an environment for a value that this side was not told: reading it leaves the answer to the server. */
export const UNKNOWN = Object.freeze({ unknown: true });

/** @typedef {string | boolean | null | Decimal | Money | Day | Instant | Time | Duration} Scalar */
/** @typedef {Scalar | Scalar[]} Value */

/** What equal values share and others do not. @param {unknown} value @returns {string | boolean | null} */
export function identity(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return `t${value}`;
  if (typeof value === "boolean") return value;
  if (value instanceof Decimal) return `n${textOf(value)}`;
  if (value instanceof Money) return `m${textOf(value.amount)} ${value.currency}`;
  if (value instanceof Day) return `d${value.key}`;
  if (value instanceof Instant) return `i${value.key}`;
  if (value instanceof Time) return `c${value.key}`;
  if (value instanceof Duration) return `s${value.key}`;
  throw new TypeError(`not a value: ${typeof value}`);
}

/** Whether two values are the same; a blank equals a blank and nothing else. @param {unknown} left @param {unknown} right @returns {boolean} */
export function same(left, right) {
  if (Array.isArray(left) || Array.isArray(right)) return sameList(listed(left), listed(right));
  if (left === right) return true;
  if (left instanceof Decimal && right instanceof Decimal) return compareNumbers(left, right) === 0;
  return typeof left === "object" && typeof right === "object" && identity(left) === identity(right);
}

/** @param {unknown} value @returns {unknown[]} */
function listed(value) {
  return Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
}

/** @param {unknown[]} left @param {unknown[]} right */
function sameList(left, right) {
  return left.length === right.length && left.every((entry, index) => same(entry, right[index]));
}

/** Order by code point; JavaScript's own goes by halves of surrogate pairs. @param {string} left @param {string} right */
export function compareTexts(left, right) {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return raised(a) - raised(b);
  }
  return left.length - right.length;
}

/** Halves of pairs above the rest of the plane that they leave. @param {number} unit */
function raised(unit) {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Below, at or above zero; null for two currencies. TypeError for kinds without an order. @param {any} left @param {any} right @returns {number | null} */
export function order(left, right) {
  if (left instanceof Decimal && right instanceof Decimal) return compareNumbers(left, right);
  if (typeof left === "string" && typeof right === "string") return compareTexts(left, right);
  if (left instanceof Money && right instanceof Money) {
    return left.currency === right.currency ? compareNumbers(left.amount, right.amount) : null;
  }
  if (left?.key === undefined || left.constructor !== right?.constructor) throw new TypeError("no order");
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
}

/** A JSON value of a type ("number", "money:USD", "list:date") as evaluation works on it. What is not of the type comes back
 * as it is, and is an error where it is used. @param {string} type @param {any} raw @returns {any} */
export function decode(type, raw) {
  if (raw === null || raw === undefined || raw === UNKNOWN) return raw ?? null;
  const [kind] = type.split(":", 1);
  if (kind === "list") return Array.isArray(raw) ? raw.map((entry) => decode(type.slice(5), entry)) : raw;
  if (kind === "money") return typeof raw === "object" ? new Money(decimal(raw.amount), String(raw.currency)) : raw;
  if (kind === "number") return typeof raw === "string" || Number.isInteger(raw) ? decimal(raw) : raw;
  if (typeof raw !== "string") return raw;
  const read = READERS[kind];
  return read ? read(raw) ?? raw : raw;
}

/** @type {Record<string, (text: string) => Value>} */
const READERS = {
  date: (text) => wrapped(Day, parseDate(text)),
  datetime: (text) => wrapped(Instant, parseMoment(text)?.instant ?? null),
  time: (text) => wrapped(Time, parseTime(text)),
  duration: (text) => new Duration(microseconds(text)),
};

/** @template T, V @param {new (key: T) => V} kind @param {T | null} key */
function wrapped(kind, key) {
  return key === null ? null : new kind(key);
}

/** @param {string} seconds "1.5" */
function microseconds(seconds) {
  const { coefficient, exponent } = decimal(seconds);
  return exponent >= -6 ? coefficient * 10n ** BigInt(exponent + 6) : coefficient / 10n ** BigInt(-6 - exponent);
}

/** A value as JSON, as the server writes it: numbers and durations (in seconds) as text. @param {any} value @returns {any} */
export function encode(value) {
  if (value === null || value === undefined) return null;
  if (value instanceof Decimal) return textOf(value);
  if (value instanceof Money) return { amount: textOf(value.amount), currency: value.currency };
  if (value instanceof Day) return isoDate(value.key);
  if (value instanceof Instant) return instantText(value.key);
  if (value instanceof Time) return timeText(value.key, true);
  if (value instanceof Duration) return textOf(new Decimal(value.key, -6));
  return Array.isArray(value) ? value.map(encode) : value;
}

/** @param {bigint} instant */
function instantText(instant) {
  const day = dayOf(instant);
  return `${isoDate(day)}T${timeText(Number(instant - BigInt(day) * 86_400_000_000n), true)}Z`;
}

/** The value, or the answer is left to the server. @template T @param {T} value @param {string} about @returns {T} */
export function told(value, about) {
  if (/** @type {unknown} */ (value) === UNKNOWN) throw new UnknownHere(about);
  return value;
}
