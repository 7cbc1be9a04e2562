// @ts-check
/** Days, months and clocks, without JavaScript's Date: days are counted from 1970-01-01, moments in microseconds, and the
 * calendar is that of today for the years 1 to 9999. Zones come from the browser. */
import { EvaluationError, dateOutOfRange } from "./errors.js";

export const DAY = 86_400_000_000;
const WHOLE_DAY = BigInt(DAY);
const SECOND = 1_000_000n;
const QUARTER = 900n * SECOND;
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
export const FIRST = dayNumber(1, 1, 1);
export const LAST = dayNumber(9999, 12, 31);

/** @typedef {{year: number, month: number, day: number}} Date_ */

/** Days from 1970-01-01. @param {number} year @param {number} month @param {number} day */
export function dayNumber(year, month, day) {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const inEra = shifted - era * 400;
  const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + inEra * 365 + Math.floor(inEra / 4) - Math.floor(inEra / 100) + inYear - 719_468;
}

/** The year, month and day of a day number. @param {number} number @returns {Date_} */
export function dateOf(number) {
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const inEra = shifted - era * 146_097;
  const years = Math.floor((inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365);
  const inYear = inEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const month = Math.floor((5 * inYear + 2) / 153);
  const day = inYear - Math.floor((153 * month + 2) / 5) + 1;
  return { year: years + era * 400 + (month > 9 ? 1 : 0), month: month > 9 ? month - 9 : month + 3, day };
}

/** @param {number} year @param {number} month */
export function monthLength(year, month) {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : MONTHS[month - 1];
}

/** The day number of a date that exists, else null. @param {number} year @param {number} month @param {number} day */
export function existing(year, month, day) {
  if (!(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1)) return null;
  return day <= monthLength(year, month) ? dayNumber(year, month, day) : null;
}

/** The day, unless it is outside the years 1 to 9999. @param {number} day */
export function boundedDay(day) {
  if (!(day >= FIRST && day <= LAST)) throw dateOutOfRange();
  return day;
}

/** 1 for Monday to 7 for Sunday. @param {number} day */
export function weekday(day) {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The number of the week (ISO 8601). @param {number} day */
export function week(day) {
  const thursday = day - weekday(day) + 4;
  return Math.floor((thursday - dayNumber(dateOf(thursday).year, 1, 1)) / 7) + 1;
}

/** A date spelt YYYY-MM-DD, else null. @param {string} text */
export function parseDate(text) {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return found ? existing(Number(found[1]), Number(found[2]), Number(found[3])) : null;
}

/** Microseconds of a time HH:MM or HH:MM:SS, with up to six decimals, else null. @param {string} text */
export function parseTime(text) {
  const found = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$/.exec(text);
  if (!found) return null;
  return clockTime(Number(found[1]), Number(found[2]), Number(found[3] ?? 0), Number((found[4] ?? "").padEnd(6, "0")));
}

/** Microseconds since midnight of a time that exists, else null. @param {number} hour @param {number} minute @param {number} second @param {number} [micros] */
export function clockTime(hour, minute, second, micros = 0) {
  if (!(hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60)) return null;
  return ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros;
}

/** "YYYY-MM-DD HH:MM", with T, seconds or an offset: the instant where an offset is given, else the wall clock. null for others.
 * @param {string} text @returns {{instant: bigint | null, wall: bigint} | null} */
export function parseMoment(text) {
  const found = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)?$/.exec(text);
  const [day, time] = found ? [parseDate(found[1]), parseTime(found[2])] : [null, null];
  if (!found || day === null || time === null) return null;
  const wall = wallClock(day, time);
  if (found[3] === undefined) return { instant: null, wall };
  const away = found[3] === "Z" ? 0 : parseTime(found[3].slice(1));
  if (away === null) return null;
  return { instant: boundedInstant(found[3][0] === "-" ? wall + BigInt(away) : wall - BigInt(away)), wall };
}

/** @param {number} day @param {number} micros */
export function wallClock(day, micros) {
  return BigInt(day) * WHOLE_DAY + BigInt(micros);
}

/** The day that holds an instant or a wall clock. @param {bigint} micros */
export function dayOf(micros) {
  const day = micros / WHOLE_DAY;
  return Number(micros < 0n && micros % WHOLE_DAY !== 0n ? day - 1n : day);
}

/** Microseconds since midnight of a wall clock. @param {bigint} micros */
export function timeOf(micros) {
  return Number(micros - BigInt(dayOf(micros)) * WHOLE_DAY);
}

/** @param {bigint} instant */
export function boundedInstant(instant) {
  boundedDay(dayOf(instant));
  return instant;
}

/** @param {number} day */
export function isoDate(day) {
  const { year, month, day: date } = dateOf(day);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;
}

/** "09:30", with seconds where there are some or `full`, and then microseconds too. @param {number} micros @param {boolean} [full] */
export function timeText(micros, full = false) {
  const seconds = Math.floor(micros / 1_000_000);
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  const rest = micros % 1_000_000;
  if (!full && seconds % 60 === 0) return text;
  return `${text}:${two(seconds % 60)}${full && rest ? `.${String(rest).padStart(6, "0")}` : ""}`;
}

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, "0");
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();
/** @type {Map<string, number>} */
const offsets = new Map();

/** @param {string} zone @returns {Intl.DateTimeFormat} */
function clockOf(zone) {
  const known = clocks.get(zone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23", era: "short", year: "numeric",
      month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    clocks.set(zone, made);
    return made;
  } catch {
    throw new EvaluationError("unknown_zone");
  }
}

/** Seconds that clocks in `zone` are ahead of UTC at an instant. @param {string} zone @param {bigint} instant */
function offsetAt(zone, instant) {
  if (zone === "UTC") return 0;
  // Zones change on a quarter of an hour (since their clocks follow a rule at all).
  const quarter = (instant - ((instant % QUARTER) + QUARTER) % QUARTER) / QUARTER;
  const key = `${zone}${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const seconds = Number(quarter * 900n);
  /** @type {Record<string, number>} */
  const part = {};
  let before = false;
  for (const { type, value } of clockOf(zone).formatToParts(seconds * 1000)) {
    if (type === "era") before = value.startsWith("B");
    else part[type] = Number(value);
  }
  const local = dayNumber(before ? 1 - part.year : part.year, part.month, part.day) * 86_400 + (part.hour * 60 + part.minute) * 60 + part.second;
  if (offsets.size > 5000) offsets.clear();
  offsets.set(key, local - seconds);
  return local - seconds;
}

/** The wall clock of an instant in `zone`. @param {string} zone @param {bigint} instant */
export function localClock(zone, instant) {
  return boundedInstant(instant + BigInt(offsetAt(zone, instant)) * SECOND);
}

/** The instant of a wall clock: the first of two, and one hour on where clocks skip it. @param {string} zone @param {bigint} wall */
export function instantOf(zone, wall) {
  const earlier = wall - BigInt(offsetAt(zone, wall - WHOLE_DAY)) * SECOND;
  const later = wall - BigInt(offsetAt(zone, wall + WHOLE_DAY)) * SECOND;
  const landsOn = (/** @type {bigint} */ instant) => instant + BigInt(offsetAt(zone, instant)) * SECOND === wall;
  return boundedInstant(landsOn(earlier) || !landsOn(later) ? earlier : later);
}

/** Fails where no such zone is known. @param {string} zone */
export function requireZone(zone) {
  if (zone !== "UTC") clockOf(zone);
}
