// @ts-check
/** Reads a part of the page as JSON. Controls say where their value goes:
 *
 *   data-key="label.en"         the place inside the nearest item; dots nest
 *   data-as="flag|number|json|list|one-or-list|keep"   how it is written; as text where nothing is said, and not at all where empty
 *   data-default="true"         what a flag is when nothing is written
 *   data-list="values"          an array of the items inside (`[data-item]`); `data-item="value"`: of bare values
 *   data-map="aliases"          an object: each item inside has a control `data-map-key`, and its value under
 *                               `data-map-value` or as an item of its own
 *   data-numbered="order"       items get 1, 2, 3 … under this key
 *   data-steps='["a", "b.c"]'  instead of data-key's path, where names have points
 *   data-collapse="field"       on a list: an item that has nothing but this key is written as its value
 *   data-rest                   JSON in a script element: what the item has beside, kept as it is
 */

/** @typedef {Record<string, unknown>} Bag */

/** @param {HTMLElement} control @returns {unknown} undefined: nothing to write */
function value(control) {
  const field = /** @type {HTMLInputElement & HTMLSelectElement} */ (control);
  switch (control.dataset.as) {
    case "flag": return String(field.checked) === (control.dataset.default ?? "false") ? undefined : field.checked;
    case "number": return field.value.trim() === "" || Number.isNaN(Number(field.value)) ? undefined : Number(field.value);
    case "json": return field.value.trim() === "" ? undefined : JSON.parse(field.value);
    case "list": {
      const many = field.selectedOptions ? [...field.selectedOptions].map((one) => one.value) : field.value.split(/[,\s，]+/).filter(Boolean);
      return many.length ? many : undefined;
    }
    case "one-or-list": {
      const chosen = [...field.selectedOptions].map((one) => one.value);
      return chosen.length > 1 ? chosen : chosen[0];
    }
    case "keep": return field.value;
    default: {
      const text = (field.value ?? "").trim(); // undefined: an element whose script is not there yet
      return text === "" ? undefined : text;
    }
  }
}

/** @param {Bag} bag @param {string | string[]} path @param {unknown} found */
function put(bag, path, found) {
  const steps = Array.isArray(path) ? [...path] : path.split(".");
  const last = /** @type {string} */ (steps.pop());
  let place = bag;
  for (const step of steps) {
    if (typeof place[step] !== "object" || place[step] === null) place[step] = {};
    place = /** @type {Bag} */ (place[step]);
  }
  place[last] = found;
}

/** The elements that belong to this item and not to one inside it. @param {HTMLElement} item @param {string} selector */
function own(item, selector) {
  const found = /** @type {HTMLElement[]} */ ([...item.querySelectorAll(selector)]);
  return found.filter((one) => one.parentElement?.closest("[data-item], tw-struct") === item);
}

/** The items of a list or map, without those of lists inside them. @param {HTMLElement} holder */
function itemsOf(holder) {
  const found = /** @type {HTMLElement[]} */ ([...holder.querySelectorAll("[data-item]")]);
  return found.filter((one) => one.parentElement?.closest("[data-item], [data-list], [data-map]") === holder);
}

/** The value of an item as the definition has it. @param {HTMLElement} item @returns {Bag} */
export function readItem(item) {
  /** @type {Bag} */
  const bag = {};
  for (const rest of own(item, "script[data-rest]")) Object.assign(bag, JSON.parse(rest.textContent || "{}"));
  for (const control of own(item, "[data-key]")) {
    const found = value(control);
    if (found !== undefined) put(bag, control.dataset.steps ? JSON.parse(control.dataset.steps) : control.dataset.key ?? "", found);
  }
  for (const list of own(item, "[data-list]")) {
    const found = readList(list);
    if (found.length || list.hasAttribute("data-keep")) put(bag, list.dataset.list ?? "", found);
  }
  for (const map of own(item, "[data-map]")) {
    /** @type {Bag} */
    const pairs = {};
    for (const one of itemsOf(map)) {
      const key = /** @type {HTMLInputElement | null} */ (one.querySelector("[data-map-key]"))?.value.trim();
      const held = /** @type {HTMLElement | null} */ (one.querySelector("[data-map-value]"));
      const found = held ? value(held) : readItem(one);
      const empty = typeof found === "object" && found !== null && Object.keys(found).length === 0;
      if (key && found !== undefined && !(empty && map.hasAttribute("data-skip-empty"))) pairs[key] = found;
    }
    if (Object.keys(pairs).length || map.hasAttribute("data-keep")) put(bag, map.dataset.map ?? "", pairs);
  }
  return bag;
}

/** @param {HTMLElement} list @returns {unknown[]} */
export function readList(list) {
  return itemsOf(list).map((item, place) => {
    if (item.dataset.item === "value") return value(/** @type {HTMLElement} */ (item.querySelector("[data-key]")));
    const bag = readItem(item);
    const { collapse } = list.dataset;
    if (collapse && Object.keys(bag).length === 1 && bag[collapse] !== undefined) return bag[collapse];
    if (list.dataset.numbered) bag[list.dataset.numbered] = place + 1;
    return bag;
  }).filter((one) => one !== undefined);
}
