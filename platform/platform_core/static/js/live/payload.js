// @ts-check
/** What the server tells a form about its rules, and that as functions. The trees ("ir") are walked, never parsed. */
import { compile, inputsOf } from "../expressions/evaluate.js";

/** @typedef {import("../expressions/evaluate.js").Node} Node */
/** @typedef {import("../expressions/evaluate.js").Env} Env */
/** @typedef {(env: Env) => any} Run */

/** A path is a field ("budget") or a column of rows ("lines.qty"). `holds` is the server's answer of this moment: all that is
 * said of a rule whose trees the reader may not know, and what counts where this side was not told enough.
 * @typedef {{id: string, label?: string, when?: Node | null, show?: string[], require?: string[], read_only?: string[],
 *   set?: Record<string, Node>, options?: Record<string, Node>, check?: Node | null, at?: string | null, message?: string,
 *   holds?: boolean}} RuleData */
/** `type` is a type of the language, `scale` the decimals that the field keeps.
 * @typedef {{type: string, label?: string, required?: boolean, scale?: number | null, columns?: Record<string, FieldData>}} FieldData */
/** @typedef {{visible?: boolean, required?: boolean, read_only?: boolean}} GivenState */
/** `type` is the field's own type; `labels` name the keys of a choice.
 * @typedef {{type: string, ir: Node, scale?: number | null, currency?: string | null, labels?: Record<string, string>}} ComputedData */
/** The stage field's levels: by stage and field "hidden", "read", "write" or "required".
 * @typedef {{field: string, first?: string, levels: Record<string, Record<string, string>>}} MatrixData */
/** Values are wire values: numbers as text, money `{amount, currency}`, moments in UTC.
 * @typedef {{fields: Record<string, FieldData>, rules?: RuleData[], computed?: Record<string, ComputedData>,
 *   states?: Record<string, GivenState>, matrix?: MatrixData | null, record?: Record<string, any>, old?: Record<string, any>,
 *   user?: import("../expressions/environment.js").Person | null, zone?: string, now?: string}} Payload */

/** One compiled rule. `rows`: the table whose rows are asked one by one, "" for the record. `reads`: the paths it looks at.
 * @typedef {{data: RuleData, rows: string, when: Run | null, reads: Set<string>, sets: SetData[], options: OptionData[],
 *   check: Run | null, checkRows: string, checkReads: Set<string>}} Rule */
/** @typedef {{path: string, table: string, column: string, run: Run, perRow: boolean, free: boolean, reads: Set<string>}} SetData */
/** @typedef {{path: string, table: string, run: Run, reads: Set<string>}} OptionData */

/** "lines" of "lines.qty", "" of "budget". @param {string} path */
export function tableOf(path) {
  return path.slice(0, Math.max(path.lastIndexOf("."), 0));
}

/** @param {string} path */
export function columnOf(path) {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Everything that a rule aims at. @param {RuleData} rule */
export function aimsOf(rule) {
  const named = [...(rule.show ?? []), ...(rule.require ?? []), ...(rule.read_only ?? [])];
  return [...named, ...Object.keys(rule.set ?? {}), ...Object.keys(rule.options ?? {}), ...(rule.at ? [rule.at] : [])];
}

/** The table in whose columns every aim lies, "" for a rule about the record. @param {RuleData} rule */
function rowsOf(rule) {
  const tables = new Set(aimsOf(rule).map(tableOf));
  return tables.size === 1 ? [...tables][0] : "";
}

/** Whether a tree reads a value of the row at hand, and not the whole list. @param {Node | null | undefined} node @param {string} rows @returns {boolean} */
function readsRow(node, rows) {
  if (!node || !rows) return false;
  const [root, path] = [node.name ?? "record", node.path ?? []];
  if (node.op === "path" && (root === "record" || root === "old") && path.length > 1 && path[0] === rows) return true;
  return (node.args ?? []).some((part) => readsRow(part, rows));
}

/** @param {Node | null | undefined} node */
function readsOf(node) {
  return node ? inputsOf(node) : new Set();
}

/** @param {RuleData} data @returns {Rule} */
export function compileRule(data) {
  const aimed = rowsOf(data);
  const rows = readsRow(data.when, aimed) ? aimed : "";
  const reads = readsOf(data.when);
  const sets = Object.entries(data.set ?? {}).map(([path, ir]) => {
    const [table, own] = [tableOf(path), readsOf(ir)];
    const perRow = table !== "" && (readsRow(ir, table) || rows === table);
    return { path, table, column: columnOf(path), run: compile(ir), perRow, free: own.has(path) || reads.has(path), reads: own };
  });
  const options = Object.entries(data.options ?? {}).map(([path, ir]) => ({ path, table: tableOf(path), run: compile(ir), reads: readsOf(ir) }));
  return {
    data, rows, reads, sets, options,
    when: data.when ? compile(data.when) : null,
    check: data.check ? compile(data.check) : null,
    checkRows: readsRow(data.check, aimed) || rows ? aimed : "",
    checkReads: readsOf(data.check),
  };
}

/** Rules that set something, those first whose values others read. @param {Rule[]} rules @returns {Rule[]} */
export function inOrder(rules) {
  const setting = rules.filter((rule) => rule.sets.length);
  /** @type {Map<string, Set<string>>} */
  const from = new Map();
  for (const rule of setting) {
    for (const set of rule.sets) from.set(set.path, new Set([...(from.get(set.path) ?? []), ...rule.reads, ...set.reads]));
  }
  /** @type {Map<string, number>} */
  const places = new Map();
  /** @param {string} path @returns {number} */
  const rank = (path) => {
    const known = places.get(path);
    if (known !== undefined) return known;
    places.set(path, 0); // also what keeps a circle from going round
    const before = [...(from.get(path) ?? [])].filter((read) => read !== path && from.has(read)).map(rank);
    places.set(path, 1 + Math.max(0, ...before));
    return places.get(path) ?? 0;
  };
  const keyed = setting.map((rule) => ({ rule, at: Math.max(...rule.sets.map((set) => rank(set.path))) }));
  return keyed.sort((a, b) => a.at - b.at).map(({ rule }) => rule);
}
