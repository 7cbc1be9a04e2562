// @ts-check
/** Menus are popovers: the browser opens, closes and dismisses them; this adds keys, the place and the state. */
import { behave, home, place } from "./dom.js";

const ANCHORS = CSS.supports("position-area: block-end");

/** @param {HTMLElement} menu */
function items(menu) {
  return /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('[role^="menuitem"]:not([disabled])')]).filter((item) => item.offsetParent !== null || item.getClientRects().length > 0);
}

/** @param {HTMLElement} menu */
function openers(menu) {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[popovertarget="${menu.id}"]`));
}

/** @param {KeyboardEvent} event @param {HTMLElement} menu */
function move(event, menu) {
  const all = items(menu);
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined && all.length) {
    event.preventDefault();
    all[(to + all.length) % all.length].focus();
  } else if (event.key === "Tab") menu.hidePopover();
  else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    const next = [...all.slice(at + 1), ...all.slice(0, at + 1)].find((item) => item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()));
    next?.focus();
  }
}

behave('.menu[popover][role="menu"]', (menu) => {
  /** @type {HTMLElement | null} */
  let opener = null;
  menu.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") opener = /** @type {HTMLElement | null} */ (document.activeElement?.closest?.("[popovertarget]") ?? openers(menu)[0] ?? null);
  });
  menu.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    for (const one of openers(menu)) one.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const shown = [...openers(menu)].find((one) => one.getClientRects().length > 0);
    if (!ANCHORS && (opener ?? shown)) place(menu, /** @type {Element} */ (opener?.getAttribute("popovertarget") === menu.id ? opener : shown));
    items(menu)[0]?.focus({ preventScroll: true });
  });
  menu.addEventListener("keydown", (event) => move(event, menu));
  menu.addEventListener("click", (event) => {
    const item = /** @type {Element} */ (event.target).closest('[role^="menuitem"]');
    if (item && !item.closest("[data-preferences]")) menu.hidePopover();
  });
});

// The drawer: opener state, and focus on its first link.
behave("#side[popover]", (side) => {
  side.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") /** @type {HTMLElement | null} */ (side.querySelector("[aria-current]") ?? side.querySelector("a"))?.focus();
  });
});

// Question marks: one shared bubble, on hover, focus and tap.
const bubble = Object.assign(document.createElement("div"), { className: "tip", popover: "manual" });
behave("[data-tip]", (mark) => {
  const show = () => {
    home(mark).append(bubble);
    bubble.textContent = mark.dataset.tip ?? "";
    bubble.showPopover();
    place(bubble, mark);
  };
  const hide = () => { if (bubble.isConnected && bubble.matches(":popover-open")) bubble.hidePopover(); };
  for (const name of ["pointerenter", "focus", "click"]) mark.addEventListener(name, show);
  for (const name of ["pointerleave", "blur"]) mark.addEventListener(name, hide);
  mark.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
});
