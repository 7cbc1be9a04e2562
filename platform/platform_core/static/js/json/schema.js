// @ts-check
/** What a JSON Schema allows at a place: property names, enumerated values, and a line about each. */

/** @typedef {Record<string, any>} Schema
 *  @typedef {{label: string, insert: string, note: string, required: boolean}} Proposal */

/** A schema without references and unions: what it could be, given what is already written there.
 * @param {Schema} root @param {any} schema @param {any} actual @param {string} [open] a property that is being edited and decides nothing @param {number} [depth] @returns {Schema[]} */
function expand(root, schema, actual, open = "", depth = 0) {
  if (!schema || typeof schema !== "object" || depth > 12) return [];
  if (schema.$ref) {
    const target = String(schema.$ref).replace(/^#\//, "").split("/").reduce((/** @type {any} */ node, part) => node?.[part.replaceAll("~1", "/").replaceAll("~0", "~")], root);
    return expand(root, target, actual, open, depth + 1);
  }
  const branches = schema.anyOf ?? schema.oneOf;
  const parts = [schema.properties || schema.enum || schema.const !== undefined || schema.type ? schema : null].filter(Boolean);
  for (const all of schema.allOf ?? []) parts.push(...expand(root, all, actual, open, depth + 1));
  if (branches) {
    const possible = branches.flatMap((/** @type {any} */ one) => expand(root, one, actual, open, depth + 1));
    const fitting = possible.filter((/** @type {Schema} */ one) => fits(root, one, actual, open));
    parts.push(...(fitting.length ? fitting : possible));
  }
  return /** @type {Schema[]} */ (parts);
}

/** A branch is out when one of its fixed properties is written differently. @param {Schema} root @param {Schema} schema @param {any} actual @param {string} open */
function fits(root, schema, actual, open) {
  if (actual === undefined) return true;
  if (Array.isArray(actual)) return schema.type === "array" || schema.items !== undefined;
  if (actual === null || typeof actual !== "object") return schema.type !== "object" && schema.type !== "array";
  if (schema.type && schema.type !== "object") return false;
  return Object.entries(schema.properties ?? {}).every(([name, property]) => {
    if (name === open || !(name in actual)) return true;
    const [only] = expand(root, property, undefined);
    const fixed = only?.const !== undefined ? [only.const] : only?.enum;
    return !fixed || typeof actual[name] !== "string" || fixed.includes(actual[name]);
  });
}

/** The schemas of a place. @param {Schema} root @param {any} document @param {(string | number)[]} path @param {boolean} [leaf] the last step is being edited @returns {Schema[]} */
function schemasAt(root, document, path, leaf = false) {
  let actual = document;
  let schemas = expand(root, root, actual, leaf && path.length === 1 ? String(path[0]) : "");
  path.forEach((key, index) => {
    actual = actual?.[key];
    const open = leaf && index === path.length - 2 ? String(path[index + 1]) : "";
    schemas = schemas.flatMap((schema) => {
      const next = typeof key === "number" ? schema.prefixItems?.[key] ?? schema.items : schema.properties?.[key] ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
      return expand(root, next, leaf && index === path.length - 1 ? undefined : actual, open);
    });
  });
  return schemas;
}

/** Text to write for a property: its name and an empty value of its kind; ‸ marks the caret. @param {Schema} root @param {string} name @param {any} property */
function beginning(root, name, property) {
  const [only] = expand(root, property, undefined);
  const fixed = only?.const ?? (only?.enum?.length === 1 ? only.enum[0] : undefined);
  const type = Array.isArray(only?.type) ? only.type[0] : only?.type;
  const value = fixed !== undefined ? `${JSON.stringify(fixed)}‸` : only?.default !== undefined && only.default !== null && typeof only.default !== "object" ? `${JSON.stringify(only.default)}‸`
    : { object: "{‸}", array: "[‸]", boolean: "true‸", string: '"‸"' }[/** @type {string} */ (type)] ?? "‸";
  return `${JSON.stringify(name)}: ${value}`;
}

/** @param {Schema} root @param {any} document @param {(string | number)[]} path @param {Set<string>} taken @returns {Proposal[]} */
export function keysAt(root, document, path, taken) {
  /** @type {Map<string, Proposal>} */
  const found = new Map();
  for (const schema of schemasAt(root, document, path)) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (taken.has(name) || found.has(name)) continue;
      const [only] = expand(root, property, undefined);
      const note = property.title ?? property.description ?? only?.title ?? only?.type ?? "";
      found.set(name, { label: name, insert: beginning(root, name, property), note: String(note).split(/[.\n]/)[0], required: (schema.required ?? []).includes(name) });
    }
  }
  return [...found.values()].sort((a, b) => Number(b.required) - Number(a.required));
}

/** @param {Schema} root @param {any} document @param {(string | number)[]} path @returns {Proposal[]} */
export function valuesAt(root, document, path) {
  /** @type {Map<string, Proposal>} */
  const found = new Map();
  /** @param {unknown} value @param {string} [note] */
  const offer = (value, note = "") => {
    const insert = JSON.stringify(value);
    if (!found.has(insert)) found.set(insert, { label: insert, insert: `${insert}‸`, note, required: false });
  };
  for (const schema of schemasAt(root, document, path, true)) {
    if (schema.const !== undefined) offer(schema.const, schema.title);
    for (const value of schema.enum ?? []) offer(value);
    for (const value of schema.examples ?? []) offer(value);
    const types = [schema.type].flat();
    if (types.includes("boolean")) { offer(true); offer(false); }
    if (types.includes("null")) offer(null);
    if (types.includes("object")) found.set("{", { label: "{ }", insert: "{‸}", note: schema.title ?? "", required: false });
    if (types.includes("array")) found.set("[", { label: "[ ]", insert: "[‸]", note: schema.title ?? "", required: false });
  }
  return [...found.values()];
}
