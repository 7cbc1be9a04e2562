// @ts-check
/** Answers cases of the conformance table: what the table's harness sends is decoded, evaluated and encoded here, in node and
 * in a browser alike. */
import { Environment, EvaluationError, UNKNOWN, decode, encode, evaluate } from "../../../platform/platform_core/static/js/expressions/evaluate.js";
import { parseMoment } from "../../../platform/platform_core/static/js/expressions/calendar.js";

/** @typedef {Record<string, any>} Raw */

/** @param {Raw} raw @param {Record<string, string>} types @returns {Raw} */
function values(raw, types) {
  const made = Object.entries(raw).map(([name, given]) => {
    if (given?.unknown) return [name, UNKNOWN];
    if (Array.isArray(given) && given.some((one) => one !== null && typeof one === "object" && !("currency" in one))) {
      return [name, given.map((row) => rowOf(row, name, types))];
    }
    return [name, decode(types[name] ?? "text", given)];
  });
  return Object.fromEntries(made);
}

/** @param {Raw} row @param {string} name @param {Record<string, string>} types */
function rowOf(row, name, types) {
  return Object.fromEntries(Object.entries(row).map(([field, given]) => [field, decode((types[`${name}.${field}`] ?? "list:text").slice(5), given)]));
}

/** The answer to one case: {value} or {error} or {unknown}. @param {Raw} one @param {{types: Record<string, string>, variables: Record<string, string>, user: any}} world */
export function answer(one, world) {
  try {
    const env = new Environment({
      record: values(one.record, world.types),
      old: one.old && values(one.old, world.types),
      vars: values(one.vars, world.variables),
      user: world.user,
      now: parseMoment(one.now)?.instant ?? 0n,
      zone: one.zone,
    });
    return { value: encode(evaluate(one.ir, env)) };
  } catch (thrown) {
    if (thrown instanceof EvaluationError) return { error: thrown.code };
    return { unknown: String(thrown) };
  }
}
