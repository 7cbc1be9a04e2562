// @ts-check
/** My changes on top of somebody else's: where both changed the same, mine stay. */
import { same } from "./pointer.js";

/** @typedef {import("./pointer.js").Patch} Patch */

/** @param {any} fields @returns {Map<string, any>} */
const byName = (fields) => new Map((Array.isArray(fields) ? fields : []).map((field) => [String(field?.name), field]));

/** @param {any} base @param {any} mine @param {any} theirs */
function members(base, mine, theirs) {
  const merged = { ...theirs };
  for (const key of new Set([...Object.keys(base ?? {}), ...Object.keys(mine)])) {
    if (same(base?.[key], mine[key])) continue;
    if (mine[key] === undefined) delete merged[key];
    else merged[key] = mine[key];
  }
  return merged;
}

/** @param {any} base @param {any} mine @param {any} theirs */
function fields(base, mine, theirs) {
  const [before, own, other] = [byName(base), byName(mine), byName(theirs)];
  for (const [name, field] of own) {
    const was = before.get(name);
    if (was !== undefined && same(was, field)) continue;
    const standing = other.get(name);
    other.set(name, standing === undefined ? field : members(was ?? {}, field, standing));
  }
  for (const name of before.keys()) if (!own.has(name)) other.delete(name);
  return [...other.values()];
}

/** Three states of a definition into one. @param {any} base what both began with @param {any} mine @param {any} theirs @returns {any} */
export function merge(base, mine, theirs) {
  const merged = members({ ...base, fields: 0 }, { ...mine, fields: 0 }, theirs);
  merged.fields = fields(base?.fields, mine.fields, theirs.fields);
  return structuredClone(merged);
}

/** The patches from one definition to another, by its top members. @param {any} from @param {any} to @returns {Patch[]} */
export function between(from, to) {
  /** @type {Patch[]} */
  const found = [];
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (same(from[key], to[key])) continue;
    if (to[key] === undefined) found.push({ op: "remove", path: `/${key}` });
    else found.push({ op: "add", path: `/${key}`, value: to[key] });
  }
  return found;
}
