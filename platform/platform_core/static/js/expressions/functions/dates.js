// @ts-check
/** Functions on dates, moments and times. Moments are read in the zone of the evaluation; weeks begin on Monday. */
import * as calendar from "../calendar.js";
import { Decimal, WIDE, ZERO, decimal, divide, round, whole } from "../decimal.js";
import { DAY_SPAN, EvaluationError, dateOutOfRange } from "../errors.js";
import { number } from "../arithmetic.js";
import { Day, Instant, Time } from "../values.js";

/** @typedef {import("../environment.js").Environment} Environment */
/** @typedef {import("./index.js").Run} Run */

/** More days or months than a calendar has; larger steps end out of range anyway. */
const SPAN = 4_000_000;
const HOUR = new Decimal(3_600_000_000n, 0);

/** The wall clock of a moment. @param {Environment} env @param {Instant} moment */
function wall(env, moment) {
  return calendar.localClock(env.zone, moment.key);
}

/** @param {Environment} env @param {bigint} clock */
function instant(env, clock) {
  return new Instant(calendar.instantOf(env.zone, clock));
}

/** The day number of a date or a moment. @param {Environment} env @param {any} day @returns {number} */
function dayNumber(env, day) {
  if (day instanceof Day) return day.key;
  if (day instanceof Instant) return calendar.dayOf(wall(env, day));
  throw new TypeError("not a date");
}

/** @param {any[]} values */
function integers(values) {
  return values.map((value) => whole(number(value), -1_000_000, 1_000_000));
}

/** @template T, V @param {new (key: T) => V} kind @param {T | null} key */
function made(kind, key) {
  return key === null ? null : new kind(key);
}

/** @type {Run} */
function date(env, first, ...rest) {
  if (typeof first === "string") return made(Day, calendar.parseDate(first));
  if (first instanceof Instant) return new Day(dayNumber(env, first));
  const [year, month, day] = integers([first, ...rest]);
  return made(Day, calendar.existing(year, month, day));
}

/** @type {Run} */
function datetime(env, first, ...rest) {
  if (typeof first === "string") {
    const found = calendar.parseMoment(first);
    if (found === null) return null;
    return found.instant === null ? instant(env, found.wall) : new Instant(found.instant);
  }
  if (first instanceof Day) return instant(env, calendar.wallClock(first.key, rest.length ? rest[0].key : 0));
  const [year, month, day, hour, minute, second = 0] = integers([first, ...rest]);
  const [found, micros] = [calendar.existing(year, month, day), calendar.clockTime(hour, minute, second)];
  return found === null || micros === null ? null : instant(env, calendar.wallClock(found, micros));
}

/** @type {Run} */
function time(env, first, ...rest) {
  if (typeof first === "string") return made(Time, first.length === 5 || first.length === 8 ? calendar.parseTime(first) : null);
  if (first instanceof Instant) return new Time(calendar.timeOf(wall(env, first)));
  const [hour, minute, second = 0] = integers([first, ...rest]);
  return made(Time, calendar.clockTime(hour, minute, second));
}

/** @param {(day: number) => number} read @returns {import("./index.js").Function_} */
function part(read) {
  return { run: (env, day) => decimal(read(dayNumber(env, day))) };
}

/** @type {Run} */
function hour(env, moment) {
  const micros = moment instanceof Instant ? calendar.timeOf(wall(env, moment)) : moment.key;
  return decimal(Math.floor(micros / 3_600_000_000));
}

/** @param {Instant} start @param {Instant} end */
function hoursBetween(start, end) {
  return round(divide(new Decimal(end.key - start.key, 0), HOUR, WIDE) ?? ZERO, 6);
}

/** `day` with its date moved; a moment keeps its wall-clock time. @param {Environment} env @param {any} day @param {(day: number) => number} move */
function moved(env, day, move) {
  if (day instanceof Day) return new Day(calendar.boundedDay(move(day.key)));
  const clock = wall(env, day);
  return instant(env, calendar.wallClock(calendar.boundedDay(move(calendar.dayOf(clock))), calendar.timeOf(clock)));
}

/** The same day `count` months on, or the last of a month that is too short. @param {number} day @param {number} count */
function monthsLater(day, count) {
  const from = calendar.dateOf(day);
  const months = from.year * 12 + from.month - 1 + count;
  const [year, month] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1];
  if (year < 1 || year > 9999) throw dateOutOfRange();
  return calendar.dayNumber(year, month, Math.min(from.day, calendar.monthLength(year, month)));
}

/** Monday to Friday where no calendar is set. @param {Environment} env @param {number} day @param {string} name */
function isWorkday(env, day, name) {
  if (env.calendars === null) return calendar.weekday(day) < 6;
  const found = env.calendars[name] ?? env.calendars[""];
  if (found.worked?.has(day)) return true;
  return found.weekdays.includes(calendar.weekday(day)) && !found.free?.has(day);
}

/** @param {number} days */
function requireSpan(days) {
  if (days > DAY_SPAN) throw new EvaluationError("too_many_steps");
}

/** @param {Environment} env @param {Day} from @param {Decimal} count @param {string} [name] */
function addWorkdays(env, from, count, name = "") {
  let left = whole(count, -DAY_SPAN, DAY_SPAN);
  const step = Math.sign(left);
  let day = from.key;
  for (let walked = 1; left; walked += 1) {
    requireSpan(walked);
    day = calendar.boundedDay(day + step);
    if (isWorkday(env, day, name)) left -= step;
  }
  return new Day(day);
}

/** @param {Environment} env @param {Day} start @param {Day} end @param {string} [name] */
function workdays(env, start, end, name = "") {
  const [first, last] = [Math.min(start.key, end.key), Math.max(start.key, end.key)];
  requireSpan(last - first);
  let days = 0;
  for (let day = first + 1; day <= last; day += 1) days += isWorkday(env, day, name) ? 1 : 0;
  return decimal(start.key <= end.key ? days : -days);
}

/** @param {string} unit @param {number} day */
function firstDay(unit, day) {
  if (unit === "week") return calendar.boundedDay(day - calendar.weekday(day) + 1);
  const { year, month } = calendar.dateOf(day);
  if (unit === "month") return calendar.dayNumber(year, month, 1);
  if (unit === "quarter") return calendar.dayNumber(year, Math.floor((month - 1) / 3) * 3 + 1, 1);
  return unit === "year" ? calendar.dayNumber(year, 1, 1) : day;
}

/** @param {string} unit @param {number} day */
function lastDay(unit, day) {
  const start = firstDay(unit, day);
  if (unit === "week") return calendar.boundedDay(start + 6);
  const months = { month: 1, quarter: 3, year: 12 }[unit];
  if (!months) return start;
  const from = calendar.dateOf(start);
  const month = from.month + months - 1;
  return calendar.dayNumber(from.year, month, calendar.monthLength(from.year, month));
}

/** @param {Environment} env @param {string} unit @param {any} day */
function startOf(env, unit, day) {
  if (day instanceof Day) return new Day(firstDay(unit, day.key));
  return instant(env, calendar.wallClock(firstDay(unit, dayNumber(env, day)), 0));
}

/** @param {Environment} env @param {string} unit @param {any} day */
function endOf(env, unit, day) {
  if (day instanceof Day) return new Day(lastDay(unit, day.key));
  const following = calendar.boundedDay(lastDay(unit, dayNumber(env, day)) + 1);
  return new Instant(instant(env, calendar.wallClock(following, 0)).key - 1n);
}

/** @type {Record<string, import("./index.js").Function_>} */
export const DATES = {
  date: { run: date },
  datetime: { run: datetime },
  time: { run: time },
  today: { run: (env) => env.today },
  now: { run: (env) => env.now },
  year: part((day) => calendar.dateOf(day).year),
  month: part((day) => calendar.dateOf(day).month),
  day: part((day) => calendar.dateOf(day).day),
  hour: { run: hour },
  weekday: part(calendar.weekday),
  week: part(calendar.week),
  days_between: { run: (env, start, end) => decimal(dayNumber(env, end) - dayNumber(env, start)) },
  hours_between: { run: (_env, start, end) => hoursBetween(start, end) },
  add_days: { run: (env, day, count) => moved(env, day, (from) => from + whole(count, -SPAN, SPAN)) },
  add_months: { run: (env, day, count) => moved(env, day, (from) => monthsLater(from, whole(count, -SPAN, SPAN))) },
  add_workdays: { run: addWorkdays },
  workdays: { run: workdays },
  start_of: { run: startOf },
  end_of: { run: endOf },
};
