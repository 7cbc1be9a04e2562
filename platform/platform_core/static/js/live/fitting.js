// @ts-check
/** Results of trees as the fields that keep them hold them: so many decimals, halves away from zero. */
import { Decimal } from "../expressions/evaluate.js";
import { round } from "../expressions/decimal.js";
import { Money } from "../expressions/values.js";

/** @type {Map<string, number>} */
const minor = new Map();

/** Decimals of a currency. @param {string} currency */
export function minorUnit(currency) {
  const known = minor.get(currency);
  if (known !== undefined) return known;
  let digits = 2;
  try {
    digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch { /* no currency of this world: two decimals */ }
  minor.set(currency, digits);
  return digits;
}

/** A formula's result. @param {any} value @param {{type: string, scale?: number | null, currency?: string | null}} field */
export function fitted(value, { type, scale, currency }) {
  if (value instanceof Decimal) return round(value, type === "integer" || type === "rating" ? 0 : scale ?? 2);
  if (!(value instanceof Money)) return value === "" ? null : value;
  if (currency && value.currency !== currency) return null;
  return new Money(round(value.amount, Math.min(scale ?? minorUnit(value.currency), 4)), value.currency);
}

/** A value that a rule fills in; where the scale is not known every digit stays. @param {any} value @param {{scale?: number | null} | undefined} field */
export function kept(value, field) {
  const scale = field?.scale;
  if (scale === null || scale === undefined) return value;
  if (value instanceof Money) return new Money(round(value.amount, scale), value.currency);
  return value instanceof Decimal ? round(value, scale) : value;
}
