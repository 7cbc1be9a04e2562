// @ts-check
/** Keys that work everywhere: Ctrl K finds, ? explains, / searches, Ctrl ↵ and Ctrl S save; `data-key="e"` gives a control its key. */
import { typing, behave } from "./dom.js";

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

// Key caps say Ctrl; an Apple keyboard has another sign for it.
if (APPLE) behave("kbd", (cap) => { cap.textContent = (cap.textContent ?? "").replace(/Ctrl ?/, "⌘"); });

/** @param {string} id */
function openDialog(id) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById(id));
  if (dialog && !dialog.open) dialog.showModal();
  return Boolean(dialog);
}

/** @param {KeyboardEvent} event */
function save(event) {
  const form = /** @type {HTMLElement | null} */ (document.activeElement)?.closest("form") ?? document.querySelector("form[data-unsaved]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
}

/** @param {KeyboardEvent} event */
function single(event) {
  if (event.key === "?") return openDialog("help");
  if (event.key === "/") {
    const search = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-quick]"));
    if (!search) return openDialog("finder"); // a page without a search of its own: everything is searched
    search.focus();
    search.select();
    return true;
  }
  const control = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)].find((one) => one.getClientRects().length > 0);
  /** @type {HTMLElement | undefined} */ (control)?.click();
  return Boolean(control);
}

document.addEventListener("keydown", (event) => {
  const command = APPLE ? event.metaKey : event.ctrlKey;
  if (command && event.key.toLowerCase() === "k") {
    if (openDialog("finder")) event.preventDefault();
  } else if (command && (event.key === "Enter" || event.key.toLowerCase() === "s")) save(event);
  else if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented && !typing(event.target) && !document.querySelector("dialog[open], .menu:popover-open")) {
    if (single(event)) event.preventDefault();
  }
});
