// @ts-check
/** Functions on numbers and money. */
import * as arithmetic from "../arithmetic.js";
import { HUNDRED, ZERO, abs, ceiling, floor } from "../decimal.js";
import { requireListLength } from "../errors.js";
import { Money, order } from "../values.js";

/** On a number, or on the amount of money. @param {(value: any, ...rest: any[]) => any} operation @returns {import("./index.js").Run} */
function onAmount(operation) {
  return (_env, value, ...rest) => {
    if (value instanceof Money) return arithmetic.withCurrency(operation(value.amount, ...rest), value);
    return operation(arithmetic.number(value), ...rest);
  };
}

/** The smallest (-1) or largest (1) of the values that are not blank; null for none and for mixed currencies. @param {number} way @param {any[]} values */
function extreme(way, values) {
  requireListLength(values.length);
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return null;
  if (present[0] instanceof Money && present.some((value) => value.currency !== present[0].currency)) return null;
  return present.reduce((best, value) => (Math.sign(order(value, best) ?? 0) === way ? value : best));
}

/** Of a list, or of the arguments. @param {number} way @returns {import("./index.js").Function_} */
function picking(way) {
  /** @type {import("./index.js").Run} */
  const ofArguments = (_env, ...values) => extreme(way, values);
  return {
    run: ofArguments,
    forCall: ({ args = [] }) => (args.length === 1 && args[0].type?.startsWith("list") ? (_env, values) => extreme(way, values) : ofArguments),
  };
}

/** @param {any} value @param {any} low @param {any} high */
function clamp(value, low, high) {
  const raised = extreme(1, [value, low]);
  return raised === null ? null : extreme(-1, [raised, high]);
}

/** @type {Record<string, import("./index.js").Function_>} */
export const NUMBERS = {
  abs: { run: onAmount(abs) },
  ceil: { run: onAmount(ceiling) },
  floor: { run: onAmount(floor) },
  round: { run: onAmount((value, digits = ZERO) => arithmetic.roundTo(value, digits)) },
  round_even: { run: onAmount((value, digits = ZERO) => arithmetic.roundTo(value, digits, true)) },
  min: picking(-1),
  max: picking(1),
  mod: { run: (_env, value, by) => arithmetic.modulo(value, by) },
  clamp: { run: (_env, value, low, high) => clamp(value, low, high) },
  percent: { run: (_env, part, total) => arithmetic.quotient(arithmetic.multiply(part, HUNDRED), total) },
  money: { run: (_env, amount, currency) => new Money(arithmetic.number(amount), currency) },
};
