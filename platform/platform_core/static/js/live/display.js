// @ts-check
/** Values that formulas give, as people read them: where the server would show them, in the reader's signs and language. */
import { Decimal, decimal } from "../expressions/evaluate.js";
import { dateOf, dayOf, localClock, timeOf, timeText } from "../expressions/calendar.js";
import { round, textOf } from "../expressions/decimal.js";
import { Day, Duration, Instant, Money, Time } from "../expressions/values.js";
import { signs, _ } from "../text.js";
import { minorUnit } from "./fitting.js";

const language = globalThis.document?.documentElement.lang || "en";

/** @param {Decimal} value @param {number | null} [scale] */
function numberText(value, scale) {
  const [whole, fraction = ""] = textOf(scale === null || scale === undefined ? value : round(value, scale)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, signs.group);
  const shown = fraction.padEnd(scale ?? 0, "0");
  return shown ? `${grouped}${signs.point}${shown}` : grouped;
}

/** @param {number} day @param {number} [micros] of the wall clock */
function dateText(day, micros) {
  const { year, month, day: date } = dateOf(day);
  const moment = new Date(Date.UTC(year, month - 1, date));
  const text = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(moment);
  return micros === undefined ? text : `${text} ${timeText(micros).slice(0, 5)}`;
}

/** @param {any} value @param {{type: string, scale?: number | null, labels?: Record<string, string>}} field @param {string} zone @returns {string} "" for a blank */
export function display(value, field, zone) {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return value ? _("yes") : _("no");
  if (value instanceof Decimal) return field.type === "percent" ? `${numberText(value)} %` : numberText(value, field.scale);
  if (value instanceof Money) return `${numberText(value.amount, field.scale ?? minorUnit(value.currency))} ${value.currency}`;
  if (value instanceof Day) return dateText(value.key);
  if (value instanceof Time) return timeText(value.key);
  if (value instanceof Instant) {
    const wall = localClock(zone, value.key);
    return dateText(dayOf(wall), timeOf(wall));
  }
  if (value instanceof Duration) return numberText(round(decimal(textOf(new Decimal(value.key, -6))), 0));
  return Array.isArray(value) ? value.map((entry) => display(entry, field, zone)).join(", ") : field.labels?.[value] ?? String(value);
}
