// @ts-check
/** The arrangement of a form as plain data: tabs of sections of fields, and the changes of it. Nothing here touches the page. */
import { same } from "./pointer.js";

/** @typedef {import("./pointer.js").Patch} Patch */
/** @typedef {string | {field: string, span?: number, widget?: string}} Placed */
/** @typedef {{label?: Record<string, string>, columns?: number, fields: Placed[]}} Section */
/** @typedef {{label?: Record<string, string>, sections: Section[]}} Tab */
/** @typedef {{tabs: Tab[]}} Layout */
/** @typedef {{tab: number, section: number, index: number}} Spot */

/** The draft's own layout, else the generated one; always a copy. @param {any} doc @param {Layout} generated @returns {Layout} */
export function layoutOf(doc, generated) {
  const layout = structuredClone(doc.layout ?? generated);
  const tabs = Array.isArray(layout?.tabs) && layout.tabs.length ? layout.tabs : [{ sections: [] }];
  for (const tab of tabs) {
    tab.sections = Array.isArray(tab.sections) ? tab.sections : [];
    for (const section of tab.sections) section.fields = Array.isArray(section.fields) ? section.fields : [];
  }
  return { tabs };
}

/** @param {Placed} placed */
export const nameOf = (placed) => (typeof placed === "string" ? placed : placed.field);
/** @param {Placed} placed */
export const spanOf = (placed) => (typeof placed === "string" ? 1 : placed.span ?? 1);
/** @param {Placed} placed */
export const widgetOf = (placed) => (typeof placed === "string" ? "" : placed.widget ?? "");

/** As short as it can be said. @param {string} field @param {number} span @param {string} widget @returns {Placed} */
export function placed(field, span, widget) {
  if (span <= 1 && !widget) return field;
  return { field, ...(span > 1 ? { span } : {}), ...(widget ? { widget } : {}) };
}

/** @param {Layout} layout @param {string} name @returns {Spot | null} */
export function find(layout, name) {
  for (const [tab, { sections }] of layout.tabs.entries()) {
    for (const [section, { fields }] of sections.entries()) {
      const index = fields.findIndex((one) => nameOf(one) === name);
      if (index >= 0) return { tab, section, index };
    }
  }
  return null;
}

/** @param {Layout} layout @param {Spot} spot */
export const at = (layout, spot) => layout.tabs[spot.tab].sections[spot.section].fields[spot.index];

/** Every field that stands somewhere, in reading order. @param {Layout} layout */
export const placedNames = (layout) => layout.tabs.flatMap((tab) => tab.sections.flatMap((section) => section.fields.map(nameOf)));

/** @param {Layout} layout @param {string} name */
export function without(layout, name) {
  const next = structuredClone(layout);
  for (const tab of next.tabs) for (const section of tab.sections) section.fields = section.fields.filter((one) => nameOf(one) !== name);
  return next;
}

/** A field at a place; `spot.index` counts without the field itself. @param {Layout} layout @param {Placed} what @param {Spot} spot */
export function put(layout, what, spot) {
  const next = without(layout, nameOf(what));
  const tab = next.tabs[spot.tab] ?? next.tabs[next.tabs.length - 1];
  if (!tab.sections.length) tab.sections.push({ columns: 2, fields: [] });
  const section = tab.sections[Math.min(spot.section, tab.sections.length - 1)];
  section.fields.splice(Math.max(0, Math.min(spot.index, section.fields.length)), 0, what);
  return next;
}

/** One place back (-1) or forth (1), over the borders of sections. @param {Layout} layout @param {string} name @param {number} by @returns {Layout | null} */
export function step(layout, name, by) {
  const from = find(layout, name);
  if (!from) return null;
  const what = at(layout, from);
  const count = layout.tabs[from.tab].sections[from.section].fields.length;
  const index = from.index + by;
  if (index >= 0 && index < count) return put(layout, what, { ...from, index });
  return across(layout, name, by, by > 0 ? "first" : "last");
}

/** Into the section before (-1) or after (1), also of the neighbouring tab. @param {Layout} layout @param {string} name @param {number} by
 * @param {"first" | "last"} [end] @returns {Layout | null} */
export function across(layout, name, by, end = "last") {
  const from = find(layout, name);
  if (!from) return null;
  const all = layout.tabs.flatMap((tab, t) => tab.sections.map((section, s) => ({ tab: t, section: s, count: section.fields.length })));
  const here = all.findIndex((one) => one.tab === from.tab && one.section === from.section);
  const to = all[here + by];
  if (!to) return null;
  return put(layout, at(layout, from), { ...to, index: end === "first" ? 0 : to.count });
}

/** Whoever is wide takes the whole row, however many columns the section has. @param {Layout} layout @returns {Layout} */
function fitted(layout) {
  const next = structuredClone(layout);
  for (const { sections } of next.tabs) {
    for (const section of sections) section.fields = section.fields.map((one) => (spanOf(one) > 1 ? placed(nameOf(one), section.columns ?? 2, widgetOf(one)) : one));
  }
  return next;
}

/** The smallest patches to another arrangement. @param {any} doc @param {Layout} wanted @param {Layout} generated @returns {Patch[]} */
export function patchesTo(doc, wanted, generated) {
  const next = fitted(wanted);
  if (!doc.layout) return same(next, layoutOf(doc, generated)) ? [] : [{ op: "add", path: "/layout", value: next }];
  const now = layoutOf(doc, generated);
  const alike = now.tabs.length === next.tabs.length && now.tabs.every((tab, t) => tab.sections.length === next.tabs[t].sections.length);
  if (!alike) return [{ op: "add", path: "/layout/tabs", value: next.tabs }];
  /** @type {Patch[]} */
  const found = [];
  for (const [t, tab] of next.tabs.entries()) {
    for (const key of Object.keys({ ...tab, ...now.tabs[t] })) {
      if (key === "sections") continue;
      found.push(...member(now.tabs[t], tab, key, `/layout/tabs/${t}`));
    }
    for (const [s, section] of tab.sections.entries()) {
      const before = now.tabs[t].sections[s];
      for (const key of Object.keys({ ...section, ...before })) found.push(...member(before, section, key, `/layout/tabs/${t}/sections/${s}`));
    }
  }
  return found;
}

/** @param {any} before @param {any} after @param {string} key @param {string} path @returns {Patch[]} */
function member(before, after, key, path) {
  if (same(before[key], after[key])) return [];
  if (after[key] === undefined) return [{ op: "remove", path: `${path}/${key}` }];
  return [{ op: "add", path: `${path}/${key}`, value: after[key] }];
}
