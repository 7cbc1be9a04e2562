// @ts-check
/** Small tools for elements: behaviours bound by selector, elements made by hand, icons, popovers in their place. */

/** @type {{selector: string, start: (element: HTMLElement) => void, seen: WeakSet<Element>}[]} */
const behaviours = [];

/** Runs `start` once for every element that matches, now and whenever one arrives. @param {string} selector @param {(element: HTMLElement) => void} start */
export function behave(selector, start) {
  const behaviour = { selector, start, seen: new WeakSet() };
  behaviours.push(behaviour);
  wake(document.documentElement, [behaviour]);
}

/** @param {Element} root @param {typeof behaviours} which */
function wake(root, which) {
  for (const { selector, start, seen } of which) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches(selector)) found.unshift(root);
    for (const element of found) {
      if (seen.has(element)) continue;
      seen.add(element);
      start(/** @type {HTMLElement} */ (element));
    }
  }
}

new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node instanceof Element) wake(node, behaviours);
}).observe(document.documentElement, { childList: true, subtree: true });

/** An element with properties (`class`, `text`, `data-…`, `on…` listeners) and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, unknown>} [props] @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[K]} */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") element.textContent = String(value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const assets = document.documentElement.dataset.assets ?? "/static/0/";

/** An icon of the sprite. @param {string} name @param {string} [size] @returns {SVGSVGElement} */
export function icon(name, size = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  if (size) svg.dataset.size = size;
  use.setAttribute("href", `${assets}icons.svg#i-${name}`);
  svg.append(use);
  return svg;
}

/** Shows another icon in an `<svg>` made by `icon`. @param {Element | null} svg @param {string} name */
export function swapIcon(svg, name) {
  svg?.querySelector("use")?.setAttribute("href", `${assets}icons.svg#i-${name}`);
}

/** Where a floating list of `element` is put: in its dialog, else in its landmark, so that readers meet it in context.
 * @param {Element} element @returns {Element} */
export function home(element) {
  return element.closest("dialog, main, aside, header, nav") ?? document.body;
}

let counter = 0;
/** A new element id. @param {string} prefix */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** True while keys belong to what is being typed. @param {EventTarget | null} target */
export function typing(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true], dialog[open] [role=listbox]") !== null;
}

/** Puts a popover below (or above) its anchor, starting where the anchor starts, inside the window.
 * @param {HTMLElement} box @param {Element} anchor @param {{wide?: boolean}} [how] wide: at least as wide as the anchor */
export function place(box, anchor, how = {}) {
  const near = anchor.getBoundingClientRect();
  if (how.wide) box.style.minInlineSize = `${near.width}px`;
  const size = box.getBoundingClientRect();
  const rtl = getComputedStyle(anchor).direction === "rtl";
  const left = rtl ? near.right - size.width : near.left;
  const below = near.bottom + size.height + 4 <= innerHeight || near.top < size.height + 4;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
  box.style.top = `${below ? Math.min(near.bottom + 4, Math.max(8, innerHeight - size.height - 8)) : near.top - size.height - 4}px`;
}
