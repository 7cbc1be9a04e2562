// @ts-check
/** Functions on lists. Blank entries never count. */
import * as arithmetic from "../arithmetic.js";
import { ZERO, add, decimal } from "../decimal.js";
import { requireListLength } from "../errors.js";
import { Money, identity, same } from "../values.js";
import { asText } from "./text.js";

/** @param {any[]} values */
function present(values) {
  requireListLength(values.length);
  return values.filter((value) => value !== null);
}

/** @param {any[]} amounts */
function total(amounts) {
  return amounts.reduce((sum, amount) => add(sum, arithmetic.number(amount)), ZERO);
}

/** Where all entries share a currency; of nothing it is zero in a fixed currency, else blank. @param {any[]} values @param {string | null} currency */
function totalMoney(values, currency) {
  const amounts = present(values);
  const shared = amounts.length ? amounts[0].currency : currency;
  if (!shared || amounts.some((amount) => amount.currency !== shared)) return null;
  return new Money(total(amounts.map((amount) => amount.amount)), shared);
}

/** @param {any[]} values */
function average(values) {
  const entries = present(values);
  if (entries.length === 0) return null;
  const sum = entries[0] instanceof Money ? totalMoney(entries, null) : total(entries);
  return sum === null ? null : arithmetic.quotient(sum, decimal(entries.length));
}

/** @param {any[]} values */
function distinct(values) {
  const seen = new Set();
  return present(values).filter((value) => !seen.has(identity(value)) && seen.add(identity(value)));
}

/** @param {import("../environment.js").Environment} env @param {any[]} values @param {string} [separator] */
function join(env, values, separator = ", ") {
  const texts = present(values).map((value) => asText(env, value) ?? "");
  return arithmetic.joinTexts(texts.flatMap((text, index) => (index ? [separator, text] : [text])));
}

/** @param {any[]} values @param {any} value */
function includes(values, value) {
  requireListLength(values.length);
  return values.some((entry) => same(entry, value));
}

/** @type {Record<string, import("./index.js").Function_>} */
export const LISTS = {
  count: {
    run: (_env, values) => decimal(present(values).length),
    forCall: ({ args = [] }) => (_env, values) => {
      const entries = present(values);
      return decimal(args[0].type === "list:bool" ? entries.filter((entry) => entry === true).length : entries.length);
    },
  },
  sum: {
    run: (_env, values) => total(present(values)),
    forCall: ({ type = "" }) => {
      const [kind, currency] = type.split(":");
      return kind === "money" ? (_env, values) => totalMoney(values, currency ?? null) : (_env, values) => total(present(values));
    },
  },
  avg: { run: (_env, values) => average(values) },
  any: { run: (_env, values) => present(values).includes(true) },
  all: { run: (_env, values) => present(values).every((value) => value === true) },
  first: { run: (_env, values) => present(values)[0] ?? null },
  last: { run: (_env, values) => present(values).at(-1) ?? null },
  distinct: { run: (_env, values) => distinct(values) },
  join: { run: join },
  includes: { run: (_env, values, value) => includes(values, value) },
};
