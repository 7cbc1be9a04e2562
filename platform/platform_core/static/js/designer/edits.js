// @ts-check
/** Changes of fields as patches: adding, copying, removing, renaming, retyping, setting one property. */
import { _ } from "../text.js";
import { find, layoutOf, nameOf, patchesTo, placed, put, spanOf, widgetOf, without } from "./layout.js";
import { get, same } from "./pointer.js";

/** @typedef {import("./pointer.js").Patch} Patch */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Spot} Spot */
/** @typedef {{label: string, icon: string, keys: string[], start: Record<string, unknown>, wide: boolean, in_rows: boolean}} TypeFacts */
/** @typedef {{types: Record<string, TypeFacts>, generated: Layout, language: string, published: string[]}} Facts */

const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** @param {any} doc @returns {any[]} */
export const fieldsOf = (doc) => (Array.isArray(doc.fields) ? doc.fields : []);
/** @param {any} doc @param {string} name */
export const placeOf = (doc, name) => fieldsOf(doc).findIndex((field) => field?.name === name);
/** @param {any} doc @param {string} name */
export const fieldOf = (doc, name) => fieldsOf(doc)[placeOf(doc, name)];

/** The text of a label map for the reader. @param {any} map @param {string} language */
export function text(map, language) {
  if (map === null || typeof map !== "object") return "";
  return map[language] || map.en || Object.values(map).find(Boolean) || "";
}
/** @param {any} field @param {string} language @returns {string} */
export function labelOf(field, language) {
  const name = String(field?.name ?? "");
  return text(field?.label, language) || (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");
}

/** A free name like this one: "text", "text_2". @param {string[]} taken @param {string} wish */
export function freeName(taken, wish) {
  const stem = wish.slice(0, 36);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? stem : `${stem}_${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** A label as a name: "Tax no." → "tax_no"; "" where nothing is left of it. @param {string} label */
export function slug(label) {
  const name = label.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").replace(/_+/g, "_").slice(0, 40);
  return NAME.test(name) ? name : "";
}

/** @param {any} doc */
const names = (doc) => fieldsOf(doc).map((field) => String(field?.name ?? ""));

/** @param {any} doc @param {any} raw @param {Spot} spot @param {boolean} wide @param {Facts} facts @returns {Patch[]} */
function insertion(doc, raw, spot, wide, facts) {
  const layout = put(layoutOf(doc, facts.generated), placed(raw.name, wide ? 3 : 1, ""), spot);
  const list = Array.isArray(doc.fields) ? [] : [{ op: "add", path: "/fields", value: [] }];
  return [...list, { op: "add", path: `/fields/${fieldsOf(doc).length}`, value: raw }, ...patchesTo(doc, layout, facts.generated)];
}

/** @param {any} doc @param {string} type @param {Spot} spot @param {Facts} facts */
export function added(doc, type, spot, facts) {
  const known = facts.types[type];
  const name = freeName(names(doc), type);
  const raw = { type, name, label: { [facts.language]: known.label }, ...structuredClone(known.start) };
  return { name, patches: insertion(doc, raw, spot, known.wide, facts), label: _("Add {field}", { field: known.label }) };
}

/** @param {any} doc @param {string} name @param {Facts} facts */
export function copied(doc, name, facts) {
  const layout = layoutOf(doc, facts.generated);
  const from = find(layout, name);
  const raw = structuredClone(fieldOf(doc, name));
  raw.name = freeName(names(doc), name.replace(/_\d+$/, ""));
  delete raw.was;
  const spot = from ? { ...from, index: from.index + 1 } : { tab: 0, section: 0, index: 999 };
  const wide = from ? spanOf(layout.tabs[from.tab].sections[from.section].fields[from.index]) > 1 : false;
  return { name: raw.name, patches: insertion(doc, raw, spot, wide, facts), label: _("Copy {field}", { field: labelOf(raw, facts.language) }) };
}

/** Lists, too, forget the field. @param {any} doc @param {string} name @param {(held: string) => string | null} turn what becomes of a name in a list @returns {Patch[]} */
function inLists(doc, name, turn) {
  /** @type {Patch[]} */
  const found = [];
  for (const [place, list] of (Array.isArray(doc.lists) ? doc.lists : []).entries()) {
    for (const key of ["columns", "sort", "chips", "totals"]) {
      const held = list?.[key];
      if (!Array.isArray(held)) continue;
      const next = held.map((one) => (one === name || one === `-${name}` ? turn(one) : one)).filter((one) => one !== null);
      if (!same(next, held) && (next.length || key !== "columns")) found.push({ op: "replace", path: `/lists/${place}/${key}`, value: next });
    }
  }
  return found;
}

/** @param {any} doc @param {string} name @param {Facts} facts */
export function removed(doc, name, facts) {
  const place = placeOf(doc, name);
  const label = _("Remove {field}", { field: labelOf(fieldOf(doc, name), facts.language) });
  const layout = without(layoutOf(doc, facts.generated), name);
  return { patches: [...patchesTo(doc, layout, facts.generated), ...inLists(doc, name, () => null), { op: "remove", path: `/fields/${place}` }], label };
}

/** The new name everywhere the form names the field; a published field says what it was called. @param {any} doc @param {string} name @param {string} next
 * @param {Facts} facts @returns {Patch[]} */
export function renamed(doc, name, next, facts) {
  const place = placeOf(doc, name);
  const field = fieldsOf(doc)[place];
  /** @type {Patch[]} */
  const patches = [{ op: "replace", path: `/fields/${place}/name`, value: next }];
  if (field.was === next) patches.push({ op: "remove", path: `/fields/${place}/was` });
  else if (!field.was && facts.published.includes(name)) patches.push({ op: "add", path: `/fields/${place}/was`, value: name });
  const layout = layoutOf(doc, facts.generated);
  for (const tab of layout.tabs) {
    for (const section of tab.sections) section.fields = section.fields.map((one) => (nameOf(one) === name ? placed(next, spanOf(one), widgetOf(one)) : one));
  }
  patches.push(...patchesTo(doc, layout, facts.generated));
  for (const key of ["title", "subtitle"]) {
    if (typeof doc[key] === "string" && doc[key].includes(`{${name}}`)) patches.push({ op: "replace", path: `/${key}`, value: doc[key].replaceAll(`{${name}}`, `{${next}}`) });
  }
  return [...patches, ...inLists(doc, name, (held) => (held.startsWith("-") ? `-${next}` : next))];
}

/** Whether a name may be taken. @param {any} doc @param {string} name @param {string} next @returns {string} what is wrong; "" if nothing */
export function nameTrouble(doc, name, next) {
  if (!NAME.test(next) || next.includes("__")) return _("Small letters, digits and single _, a letter first, at most 40 characters.");
  return next !== name && names(doc).includes(next) ? _("There is a field of this name already.") : "";
}

/** Another type: what both types know stays. @param {any} raw @param {string} type @param {Facts} facts */
export function retyped(raw, type, facts) {
  const known = facts.types[type];
  const kept = Object.fromEntries(Object.entries(raw).filter(([key]) => known.keys.includes(key) && key !== "default"));
  return { ...structuredClone(known.start), ...kept, type };
}

/** One property; `value` undefined takes it away. @param {any} doc @param {string} at pointer of the field, tab … @param {string} key "required", "label/zh"
 * @param {unknown} value @returns {Patch[]} */
export function property(doc, at, key, value) {
  const path = `${at}/${key}`;
  const held = get(doc, path);
  if (value === undefined) return held === undefined ? [] : [{ op: "remove", path }];
  if (same(held, value)) return [];
  const parent = path.slice(0, path.lastIndexOf("/"));
  const standing = get(doc, parent);
  if (parent !== at && (standing === null || typeof standing !== "object")) return [{ op: "add", path: parent, value: { [key.split("/")[1]]: value } }];
  return [{ op: "add", path, value }];
}
