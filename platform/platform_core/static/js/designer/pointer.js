// @ts-check
/** JSON Pointer (RFC 6901) and JSON Patch (RFC 6902) over the draft: every change answers with the patches that take it back. */

/** @typedef {{op: string, path: string, value?: any, from?: string}} Patch */

/** @param {string} pointer */
export function steps(pointer) {
  return pointer === "" ? [] : pointer.slice(1).split("/").map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
}

/** What stands at a pointer; undefined where nothing does. @param {any} doc @param {string} pointer @returns {any} */
export function get(doc, pointer) {
  let found = doc;
  for (const step of steps(pointer)) {
    if (found === null || typeof found !== "object") return undefined;
    found = found[step];
  }
  return found;
}

/** @param {any} a @param {any} b @returns {boolean} */
export function same(a, b) {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object" || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && same(a[name], b[name]));
}

/** @param {any} root @param {string} path */
function place(root, path) {
  const way = steps(path);
  const last = /** @type {string} */ (way.pop());
  let parent = root.doc;
  for (const step of way) parent = parent?.[step];
  if (parent === null || typeof parent !== "object") throw new Error(`nothing stands at ${path}`);
  if (!Array.isArray(parent)) return { parent, key: last };
  const index = last === "-" ? parent.length : Number(last);
  if (!Number.isInteger(index) || index < 0 || index > parent.length) throw new Error(`no place ${path}`);
  return { parent, key: index };
}

/** @param {any} root @param {Patch} patch @returns {Patch[]} what takes it back */
function one(root, patch) {
  const { op, path } = patch;
  if (op === "test") {
    if (!same(get(root.doc, path), patch.value)) throw new Error(`${path} has changed`);
    return [];
  }
  if (op === "move" || op === "copy") {
    const value = structuredClone(get(root.doc, patch.from ?? ""));
    if (value === undefined) throw new Error(`nothing stands at ${patch.from}`);
    const back = op === "move" ? one(root, { op: "remove", path: patch.from ?? "" }) : [];
    return [...one(root, { op: "add", path, value }), ...back];
  }
  const value = structuredClone(patch.value);
  if (path === "") {
    const old = root.doc;
    root.doc = value;
    return [{ op: "replace", path: "", value: old }];
  }
  const { parent, key } = place(root, path);
  const was = parent[key];
  if (op === "add" && Array.isArray(parent)) {
    parent.splice(Number(key), 0, value);
    return [{ op: "remove", path: path.replace(/-$/, String(key)) }];
  }
  if (op === "add" && was === undefined) {
    parent[key] = value;
    return [{ op: "remove", path }];
  }
  if (was === undefined) throw new Error(`nothing stands at ${path}`);
  if (op === "remove") {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
    return [{ op: "add", path, value: was }];
  }
  if (op !== "add" && op !== "replace") throw new Error(`unknown operation ${op}`);
  parent[key] = value;
  return [{ op: "replace", path, value: was }];
}

/** The document after the patches, and the patches that lead back. The given document stays as it is.
 * @param {any} doc @param {Patch[]} patches @returns {{doc: any, inverse: Patch[]}} */
export function apply(doc, patches) {
  const root = { doc: structuredClone(doc) };
  /** @type {Patch[]} */
  const inverse = [];
  for (const patch of patches) inverse.unshift(...one(root, patch));
  return { doc: root.doc, inverse };
}

/** Whether a change at one pointer is seen at the other. @param {string} a @param {string} b */
export function touches(a, b) {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`) || a === "" || b === "";
}
