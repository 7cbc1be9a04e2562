// @ts-check
/** Functions that choose, and those that ask about blanks and ranges. */
import { order } from "../values.js";

/** @param {any} value */
export function isBlank(value) {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** @param {any} value @param {any} low @param {any} high */
function between(value, low, high) {
  const [above, below] = [order(low, value), order(value, high)];
  return above === null || below === null ? null : above <= 0 && below <= 0;
}

/** @type {Record<string, import("./index.js").Function_>} */
export const LOGIC = {
  blank: { run: (_env, value) => isBlank(value), blanks: true },
  coalesce: { run: (_env, ...values) => values.find((value) => !isBlank(value)) ?? null, blanks: true },
  if: { run: (_env, condition, then, otherwise) => (condition === true ? then : otherwise), blanks: true },
  between: { run: (_env, value, low, high) => between(value, low, high) },
};
