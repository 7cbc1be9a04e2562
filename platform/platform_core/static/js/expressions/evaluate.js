// @ts-check
/** The language of rules and formulas in the browser. It walks the tree that the server checked ("ir"), and answers what the
 * server would answer; `UnknownHere` where it was not told enough. */
import { closure } from "./compile.js";
import { EvaluationError, UnknownHere, evaluationError } from "./errors.js";

export { Environment } from "./environment.js";
export { EvaluationError, UnknownHere } from "./errors.js";
export { Decimal, decimal } from "./decimal.js";
export { UNKNOWN, decode, encode, same } from "./values.js";

/** @typedef {import("./compile.js").Node} Node */
/** @typedef {import("./environment.js").Environment} Env */

/** @type {WeakMap<Node, (env: Env) => any>} */
const compiled = new WeakMap();

/** A function from an environment to the value of the tree; whatever goes wrong in it is an EvaluationError with a code, or
 * UnknownHere. @param {Node} ir @returns {(env: Env) => any} */
export function compile(ir) {
  const known = compiled.get(ir);
  if (known) return known;
  const run = closure(ir);
  /** @param {Env} env */
  const guarded = (env) => {
    try {
      return run(env);
    } catch (thrown) {
      throw evaluationError(thrown);
    }
  };
  compiled.set(ir, guarded);
  return guarded;
}

/** The value of a tree. @param {Node} ir @param {Env} env */
export function evaluate(ir, env) {
  return compile(ir)(env);
}

/** Whether a condition holds: unknown and an error count as no, null where the server has to say. @param {Node} ir @param {Env} env @returns {boolean | null} */
export function holds(ir, env) {
  try {
    return compile(ir)(env) === true;
  } catch (thrown) {
    if (thrown instanceof UnknownHere) return null;
    if (thrown instanceof EvaluationError) return false;
    throw thrown;
  }
}

/** The paths of the record that a tree reads: "amount", "account.website", "lines.qty". @param {Node} ir @returns {Set<string>} */
export function inputsOf(ir) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {Node} node @param {string} rows */
  const visit = (node, rows) => {
    const key = (node.path ?? []).join(".");
    if (node.op === "path" && (node.name ?? "record") === "record") found.add(key);
    if (node.op === "row") found.add(`${rows}.${key}`);
    for (const part of node.args ?? []) visit(part, node.op === "each" ? key : rows);
    if (node.op === "each") found.add(key);
  };
  visit(ir, "");
  return found;
}
