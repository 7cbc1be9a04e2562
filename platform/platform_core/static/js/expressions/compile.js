// @ts-check
/** A checked tree becomes nested functions of one argument, the environment. Nothing is parsed and no text becomes code:
 * every part of the tree picks one of the functions below. Each answers the value of its part, null where it is blank or
 * unknown. What this side was not told throws `UnknownHere`; `and` and `or` still answer where another part decides. */
import * as arithmetic from "./arithmetic.js";
import { UnknownHere, requireListLength, requireSteps } from "./errors.js";
import { FUNCTIONS } from "./functions/index.js";
import { decode, identity, order, same, told } from "./values.js";

/** @typedef {{op: string, args?: Node[], name?: string, path?: string[], value?: any, type?: string}} Node */
/** @typedef {import("./environment.js").Environment} Environment */
/** @typedef {(env: Environment) => any} Closure */

/** @param {Node} node */
export function kindOf(node) {
  return (node.type ?? "").split(":", 1)[0];
}

/** @param {Node} node @returns {number} */
function size(node) {
  return (node.args ?? []).reduce((sum, part) => sum + size(part), 1);
}

/** The function of one part. @param {Node} node @returns {Closure} */
export function closure(node) {
  const make = MAKERS[node.op];
  if (!make) throw new UnknownHere(node.op);
  return make(node, node.args ?? []);
}

/** @param {Node} node @returns {any} */
function constantOf(node) {
  if (node.op === "list") return (node.args ?? []).map(constantOf);
  return decode(kindOf(node), node.value);
}

/** @param {Node} node @returns {Closure} */
function constant(node) {
  const value = constantOf(node);
  return () => value;
}

/** A list is never blank, only empty. @param {Node} node @returns {Closure} */
function path(node) {
  const [root, key, blank] = [node.name ?? "record", (node.path ?? []).join("."), kindOf(node) === "list" ? [] : null];
  const whole = root === "record" ? key : `${root}.${key}`;
  return (env) => told(env.get(root, key), whole) ?? blank;
}

/** @param {Node} node @returns {Closure} */
function row(node) {
  const key = (node.path ?? []).join(".");
  return (env) => told(env.row[key] ?? null, key);
}

/** @param {Node} node @param {Node[]} args @returns {Closure} */
function each(node, [part]) {
  const [body, parts, root, key] = [closure(part), size(part), node.name ?? "record", (node.path ?? []).join(".")];
  return (env) => {
    const rows = told(env.get(root, `${key}[*]`) ?? env.get(root, key), key) ?? [];
    requireListLength(rows.length);
    requireSteps(rows.length * parts);
    const outer = env.row;
    try {
      return rows.map((/** @type {Record<string, any>} */ one) => { env.row = one; return body(env); });
    } finally {
      env.row = outer;
    }
  };
}

/** The amount or the currency of money. @param {Node} node @param {Node[]} args @returns {Closure} */
function moneyPart(node, [whole]) {
  const [inner, name] = [closure(whole), node.name === "amount" ? "amount" : "currency"];
  return (env) => {
    const value = inner(env);
    if (value === null) return null;
    if (value[name] === undefined) throw new TypeError("not money");
    return value[name];
  };
}

/** @param {Node} node @param {Node[]} args @returns {Closure} */
function call(node, args) {
  const found = FUNCTIONS[node.name ?? ""];
  const name = node.name ?? "";
  if (!found) return () => { throw new UnknownHere(name); };
  const parts = args.map(closure);
  const run = found.forCall ? found.forCall(node) : found.run;
  if (found.blanks) return (env) => run(env, ...parts.map((part) => part(env)));
  return (env) => {
    const values = parts.map((part) => part(env));
    return values.includes(null) ? null : run(env, ...values);
  };
}

/** Both values, blank where one is. @param {(left: any, right: any) => any} apply @returns {(node: Node, args: Node[]) => Closure} */
function strict(apply) {
  return (_node, [first, ...rest]) => rest.reduce((left, part) => {
    const right = closure(part);
    return (/** @type {Environment} */ env) => {
      const a = left(env);
      if (a === null) return null;
      const b = right(env);
      return b === null ? null : apply(a, b);
    };
  }, closure(first));
}

/** @param {(way: number) => boolean} holds */
function compared(holds) {
  return strict((left, right) => {
    const way = order(left, right);
    return way === null ? null : holds(way);
  });
}

/** Texts are put together at once. @param {Node} node @param {Node[]} args @returns {Closure} */
function sum(node, args) {
  if (kindOf(node) !== "text") return strict(arithmetic.add)(node, args);
  const parts = args.map(closure);
  return (env) => {
    const texts = parts.map((part) => part(env));
    return texts.includes(null) ? null : arithmetic.joinTexts(texts);
  };
}

/** @param {Node} _node @param {Node[]} args @returns {Closure} */
function negate(_node, [part]) {
  const inner = closure(part);
  return (env) => {
    const value = inner(env);
    return value === null ? null : arithmetic.negate(value);
  };
}

/** @param {boolean} wanted @returns {(node: Node, args: Node[]) => Closure} */
function equality(wanted) {
  return (_node, args) => {
    const [left, right] = args.map(closure);
    return (env) => same(left(env), right(env)) === wanted;
  };
}

/** @param {Node} _node @param {Node[]} args @returns {Closure} */
function membership(_node, [item, many]) {
  const inner = closure(item);
  if (many.op === "list") {
    const values = new Set(constantOf(many).filter((/** @type {any} */ value) => value !== null).map(identity));
    return (env) => {
      const value = inner(env);
      return value === null ? null : values.has(identity(value));
    };
  }
  const listed = closure(many);
  return (env) => {
    const [value, entries] = [inner(env), listed(env)];
    if (value === null || entries === null) return null;
    requireListLength(entries.length);
    return entries.some((/** @type {any} */ entry) => same(entry, value));
  };
}

/** `and` (decided by false) and `or` (by true): unknown where no part decides and one is unknown. Where this side cannot
 * answer a part, another may still decide. @param {boolean} decides @returns {(node: Node, args: Node[]) => Closure} */
function logic(decides) {
  return (_node, args) => {
    const parts = args.map(closure);
    return (env) => {
      /** @type {boolean | null} */
      let result = !decides;
      /** @type {UnknownHere | null} */
      let missing = null;
      for (const part of parts) {
        try {
          const value = part(env);
          if (value === decides) return decides;
          if (value === null) result = null;
        } catch (thrown) {
          if (!(thrown instanceof UnknownHere)) throw thrown;
          missing ??= thrown;
        }
      }
      if (missing) throw missing;
      return result;
    };
  };
}

/** @param {Node} _node @param {Node[]} args @returns {Closure} */
function not(_node, [part]) {
  const inner = closure(part);
  return (env) => {
    const value = inner(env);
    return value === null ? null : !value;
  };
}

/** @param {Node} _node @param {Node[]} args @returns {Closure} */
function choice(_node, args) {
  const [condition, then, otherwise] = args.map(closure);
  return (env) => (condition(env) === true ? then(env) : otherwise(env));
}

/** @param {Node} _node @param {Node[]} args @returns {Closure} */
function roundedQuotient(_node, args) {
  const [left, right, digits] = args.map(closure);
  return (env) => {
    const [a, b, n] = [left(env), right(env), digits(env)];
    return a === null || b === null || n === null ? null : arithmetic.roundedQuotient(a, b, n);
  };
}

/** @type {Record<string, (node: Node, args: Node[]) => Closure>} */
const MAKERS = {
  const: constant,
  list: constant,
  path,
  row,
  each,
  part: moneyPart,
  call,
  neg: negate,
  not,
  and: logic(false),
  or: logic(true),
  if: choice,
  add: sum,
  sub: strict(arithmetic.subtract),
  mul: strict(arithmetic.multiply),
  div: strict(arithmetic.quotient),
  floordiv: strict(arithmetic.floorDivide),
  mod: strict(arithmetic.modulo),
  round_div: roundedQuotient,
  eq: equality(true),
  ne: equality(false),
  lt: compared((way) => way < 0),
  le: compared((way) => way <= 0),
  gt: compared((way) => way > 0),
  ge: compared((way) => way >= 0),
  in: membership,
};

/** The parts this tree is made of, for tests of completeness. */
export const OPERATORS = Object.freeze(Object.keys(MAKERS));
